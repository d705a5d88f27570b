"""One stand-in for each port of ours that a test does not want to be real."""

from __future__ import annotations

from care.domain.reply import Reply
from care.errors import EngineUnavailable
from connectors.dialogue import Answer


class FakeDialogue:
    """An engine that answers as told, and remembers what it was sent."""

    def __init__(self, *, up=True):
        self.up = up
        self.forms = set()
        self.sent = []
        self.moments = []
        self.told = []
        self.answers = []

    async def ready(self):
        return self.up

    async def wait(self, seconds):
        if not self.up:
            raise EngineUnavailable("The dialogue engine is not up.")

    async def in_form(self, person_key):
        return person_key in self.forms

    async def send(self, person_key, text, *, message_id, at, moment=None):
        self.sent.append(text)
        self.moments.append(moment)
        answer = self.answers.pop(0) if self.answers else Answer((Reply("An answer."),))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def tell(self, person_key, intent, *, message_id, at):
        if not self.up:
            raise EngineUnavailable("The dialogue engine is not up.")
        self.told.append(intent)


class FakeSpeech:
    """A recogniser that hears what it is told to: a Transcript, or an error to raise."""

    def __init__(self):
        self.heard = None

    async def transcribe(self, data, claimed):
        if isinstance(self.heard, Exception):
            raise self.heard
        return self.heard
