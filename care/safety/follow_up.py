"""What is said after a crisis has passed: an offer to check in, the messages that follow, and their end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from care.content import read_yaml
from care.domain.follow_up import FollowUps, Step
from care.domain.person import Person
from care.domain.reply import Button, Reply
from care.messages import Messages, load_messages
from care.safety import reply
from care.safety.hotlines import Hotlines, load_hotlines
from care.settings import CRISIS_LANGUAGES

STOP = "/follow_up_stop"
NOT_NOW = "/follow_up_not_now"
WAITS = {"/follow_up_in_one_hour": timedelta(hours=1), "/follow_up_in_four_hours": timedelta(hours=4)}


class Stop(StrEnum):
    """How a text says stop: so that it can mean nothing else, or with a word that ends other things too."""

    CERTAIN = "certain"
    BARE = "bare"


@dataclass(frozen=True)
class FollowUpLexicon:
    """What people type about follow-ups, in all languages together; whole messages in lower case.

    ``for_someone`` asks for words to send to somebody trusted.
    """

    stops: Mapping[Stop, frozenset[str]]
    for_someone: frozenset[str]


class FollowUpWords:
    """Everything that is said about follow-ups, in the six languages; no file is touched later."""

    def __init__(
        self, hotlines: Hotlines, messages: Mapping[str, Messages], lexicon: FollowUpLexicon
    ) -> None:
        self._hotlines = hotlines
        self._messages = messages
        self._lexicon = lexicon

    def offer(self, *, language: str, avoid: Collection[str] = ()) -> Reply:
        """Whether and when to check in."""
        payloads = (*WAITS, NOT_NOW)
        buttons = [
            Button(self.say(payload.removeprefix("/follow_up_"), language), payload) for payload in payloads
        ]
        return Reply(self.say("offer", language, avoid), tuple(buttons))

    def message(self, step: Step, person: Person, plan: FollowUps) -> Reply:
        """A follow-up: first words without a word about health, whom to reach, and how to stop."""
        said = (plan.said,)
        key = "check_in" if step.asks else "caring"
        parts = (
            self.say(key, plan.language, said),
            self._reach(person.country, plan.language, minor=person.minor, avoid=said),
            self.say("how_to_stop", plan.language, said),
        )
        crisis = self._of(plan.language)
        sos = Button(crisis.say("crisis.stay_sos"), "/sos")
        return Reply("\n".join(parts), (sos, Button(self.say("stop_button", plan.language), STOP)))

    def stopped(
        self, country: str | None, *, minor: bool, language: str, avoid: Collection[str] = ()
    ) -> Reply:
        """That follow-ups have ended; whom to reach comes last."""
        ended = self.say("stopped", language, avoid)
        return Reply(f"{ended}\n{self._reach(country, language, minor=minor, avoid=avoid)}")

    def for_someone(self, *, language: str, avoid: Collection[str] = ()) -> list[Reply]:
        """Words to send to somebody trusted, in a message of their own; nothing is sent by us."""
        return [Reply(self.say(key, language, avoid)) for key in ("someone_intro", "someone_text")]

    def say(self, key: str, language: str, avoid: Collection[str] = ()) -> str:
        """One sentence, another wording than those within the texts in ``avoid`` if there is one."""
        messages = self._of(language)
        name = f"follow_up.{key}"
        return messages.say(name, avoid=reply.Said(avoid))

    def stop_in(self, text: str) -> Stop | None:
        """Whether the whole text asks us to stop, in any of the languages."""
        plain = text.strip(" \t\n.!¡?¿\"'")
        if plain == "STOP" or plain.lower() in self._lexicon.stops[Stop.CERTAIN]:
            return Stop.CERTAIN
        return Stop.BARE if plain.lower() in self._lexicon.stops[Stop.BARE] else None

    def asks_for_words(self, text: str) -> bool:
        """Whether the whole text asks for words to send to somebody trusted, in any of the languages."""
        return text.strip(" \t\n.!?").lower().removeprefix("/") in self._lexicon.for_someone

    def _reach(self, country: str | None, language: str, *, minor: bool, avoid: Collection[str]) -> str:
        return reply.reach(
            country, self._hotlines, self._of(language), minor=minor, avoid=avoid, language=language
        )

    def _of(self, language: str) -> Messages:
        return self._messages.get(language) or next(iter(self._messages.values()))


def load_follow_up_words(content_dir: Path, languages: Sequence[str]) -> FollowUpWords:
    """Words for ``languages`` first and CRISIS_LANGUAGES besides; raises ContentError."""
    spoken = tuple(dict.fromkeys((*languages, *CRISIS_LANGUAGES)))
    read = [read_yaml(content_dir / "lexicons" / language / "follow_up.yml") for language in CRISIS_LANGUAGES]
    stops = {kind: frozenset(word for words in read for word in words[f"stop_{kind}"]) for kind in Stop}
    lexicon = FollowUpLexicon(stops, frozenset(word for words in read for word in words["for_someone"]))
    messages = {language: load_messages(content_dir, language) for language in spoken}
    return FollowUpWords(load_hotlines(content_dir), messages, lexicon)
