"""What is said about the people on call, and what people type about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from care.content import read_yaml
from care.domain.reply import Button, Reply
from care.messages import Messages, load_messages
from care.safety.reply import Said
from care.settings import CRISIS_LANGUAGES

YES, NO = "/oncall_yes", "/oncall_no"


class Wish(StrEnum):
    """What a person wants; the names are those of the lists in the lexicon."""

    ASK = "ask"
    OFF = "off"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class OnCallWords:
    """In the six languages; ``typed`` holds the whole messages that say a wish, in lower case."""

    messages: Mapping[str, Messages]
    typed: Mapping[str, Mapping[Wish, frozenset[str]]]

    def wish(self, text: str, language: str, *, asked: bool) -> tuple[Wish, str] | None:
        """The wish that the whole text says and its language; ``asked`` says that our question is open."""
        plain = text.strip(" \t\n.!¡?¿\"'").lower().removeprefix("/").replace("\u2019", "'")
        wishes = (Wish.OFF, Wish.ASK, *((Wish.YES, Wish.NO) if asked else ()))
        for spoken in dict.fromkeys((language, *self.typed)):
            for wish in wishes:
                if plain in self.typed.get(spoken, {}).get(wish, ()):
                    command = plain in self.typed["en"][wish]
                    return wish, language if command else spoken
        return None

    def explain(self, language: str, avoid: Collection[str] = ()) -> Reply:
        """What would happen, and the question whether it may."""
        buttons = (Button(self.say("yes_button", language), YES), Button(self.say("no_button", language), NO))
        return Reply(self.say("explain", language, avoid), buttons)

    def say(self, key: str, language: str, avoid: Collection[str] = ()) -> str:
        """One text, another wording than those in ``avoid`` if there is one."""
        messages = self.messages.get(language) or self.messages["en"]
        return messages.say(f"on_call.{key}", avoid=Said(avoid))


def load_on_call_words(content_dir: Path) -> OnCallWords:
    """Words for CRISIS_LANGUAGES; raises ContentError."""
    typed = {}
    for language in CRISIS_LANGUAGES:
        listed = read_yaml(content_dir / "lexicons" / language / "on_call.yml")
        typed[language] = {wish: frozenset(listed[wish]) for wish in Wish}
    return OnCallWords({each: load_messages(content_dir, each) for each in CRISIS_LANGUAGES}, typed)
