"""A voice message becomes words that are shown back; only what the person confirms goes on as a text."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import structlog

from care.content import read_yaml
from care.domain.reply import Button, Reply
from care.errors import CareError
from care.messages import Messages
from care.understanding.speech.refusal import Reason, SoundRefused
from care.understanding.speech.transcript import Transcript
from connectors.messages import Incoming
from connectors.talk import Heard, Talk

log = structlog.get_logger()

_RIGHT, _NOT_QUITE = "/heard_right_", "/heard_wrong_"


@dataclass(frozen=True)
class Words:
    """Whole messages that confirm, or reject, what was heard."""

    right: frozenset[str]
    wrong: frozenset[str]


def load_words(content_dir: Path, language: str) -> Words:
    """The words of a language; raises ContentError."""
    listed: Mapping[str, list[str]] = read_yaml(content_dir / "lexicons" / language / "heard.yml")
    return Words(frozenset(listed["right"]), frozenset(listed["wrong"]))


class Speech(Protocol):
    """What turns sound into text."""

    def transcribe(self, data: bytes, claimed: str | None) -> Awaitable[Transcript]:
        """What was said. Raises SoundRefused or SpeechUnavailable."""


@dataclass(frozen=True)
class Voice:
    """Listens to voice messages and shows them back. It keeps no sound."""

    speech: Speech
    messages: Messages
    words: Words

    async def transcript(self, incoming: Incoming) -> Transcript | Reason:
        """What was said, or why that is not known. Never raises for a sound, and logs no word of it."""
        if incoming.sound is None:
            return Reason.NOT_SOUND
        try:
            return await self.speech.transcribe(incoming.sound.data, incoming.sound.claimed)
        except SoundRefused as error:
            log.info("sound_refused", reason=error.reason.value)
            return error.reason
        except CareError as error:
            log.error("speech_unavailable", error=type(error).__name__)
            return Reason.OUT_OF_ORDER

    def listening(self, talk: Talk) -> Reply:
        """Said when it takes a while."""
        return Reply(self._say("listening", talk))

    def refused(self, reason: Reason, talk: Talk) -> Reply:
        """Why it was not understood; what was on offer stays on offer."""
        return Reply(self._say(reason.value, talk), talk.offered)

    def not_caught(self, talk: Talk) -> Reply:
        """Asks for text; what was on offer stays on offer."""
        return Reply(self._say("not_caught", talk), talk.offered)

    def before_help(self, transcript: Transcript, talk: Talk) -> Reply:
        """What was heard, before help that answers it; words that may be wrong are not repeated."""
        if not transcript.sure:
            return Reply(self._say("heard_unsure", talk))
        return Reply(self._say("heard_first", talk, text=transcript.text))

    def show(self, transcript: Transcript, talk: Talk) -> Reply:
        """What was heard, to be confirmed."""
        talk.heard = Heard(talk.heard_count, transcript.text)
        talk.heard_count += 1
        buttons = (
            Button(self._say("right", talk), f"{_RIGHT}{talk.heard.number}"),
            Button(self._say("not_quite", talk), f"{_NOT_QUITE}{talk.heard.number}"),
        )
        return Reply(self._say("heard", talk, text=transcript.text), buttons)

    def confirmed(self, incoming: Incoming, payload: str | None, talk: Talk) -> Incoming | Reply | None:
        """The message as the text it was heard to be, or what to say instead; None for any other message.

        Whatever it is, what was heard before is forgotten.
        """
        heard, talk.heard = talk.heard, None
        payload = payload or self._answer(incoming.text, heard, talk)
        if payload is None or not payload.startswith((_RIGHT, _NOT_QUITE)):
            return None
        talk.offered = ()
        if payload.startswith(_NOT_QUITE):
            return Reply(self._say("type_it", talk))
        if heard is None or payload != f"{_RIGHT}{heard.number}":
            return Reply(self._say("gone", talk))
        return replace(incoming, text=heard.text, payload=None)

    def _answer(self, text: str, heard: Heard | None, talk: Talk) -> str | None:
        """A typed yes or no as the button it means; a yes may rather answer our question about suicide."""
        said = text.lower().strip(" .!?")
        if heard is not None and said in self.words.wrong:
            return f"{_NOT_QUITE}{heard.number}"
        if heard is not None and said in self.words.right and not talk.question_open:
            return f"{_RIGHT}{heard.number}"
        return None

    def _say(self, key: str, talk: Talk, **values: object) -> str:
        return self.messages.say(f"voice.{key}", avoid=talk.said, **values)
