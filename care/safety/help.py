"""Crisis support as one thing: notices danger in a text and answers with help, whatever else is broken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from care.domain.moments import Moment, MomentWords, read_moment
from care.domain.reply import Reply
from care.messages import Messages, load_messages
from care.safety import reply
from care.safety.countries import find_country
from care.safety.hotlines import Hotlines, load_hotlines
from care.safety.label import Answer, Label
from care.safety.last_resort import LastResort
from care.safety.screen import Screen, load_screen
from care.words import load_moments

log = structlog.get_logger()


@dataclass(frozen=True)
class Notice:
    """What was noticed in a text and the help that answers it; no replies when there is no crisis.

    ``asked`` says that the one direct question is among them, ``contacts`` names the help lines shown.
    """

    label: Label
    replies: tuple[Reply, ...] = field(default=(), repr=False)
    asked: bool = False
    contacts: tuple[str, ...] = ()


class CrisisHelp:
    """Everything it needs was read at the start: no file, database, engine or network is touched later."""

    def __init__(self, screen: Screen, hotlines: Hotlines, messages: Messages, moments: MomentWords) -> None:
        self._screen = screen
        self._moments = moments
        self._hotlines = hotlines
        self._messages = messages
        self._last_resort = LastResort(tuple(reply.safe_default(None, hotlines, messages)))

    def notice(
        self,
        text: str,
        country: str | None,
        *,
        minor: bool,
        asked_for: Label | None,
        avoid: Collection[str] = (),
    ) -> Notice:
        """Screen a text and compose the help it calls for.

        The direct question is asked once, and again only for a graver danger than ``asked_for``.
        If the screen itself breaks, the safe answer goes out, because silence would be worse.
        """
        try:
            return self._noticed(text, country, minor=minor, asked_for=asked_for, avoid=avoid)
        except Exception as error:  # noqa: BLE001 -- whatever broke, the person gets help
            _report(type(error).__name__)
            return Notice(Label.ACTIVE_IDEATION, self._last_resort.replies, asked=True)

    def _noticed(
        self, text: str, country: str | None, *, minor: bool, asked_for: Label | None, avoid: Collection[str]
    ) -> Notice:
        label = self._screen.screen(text).label
        if not label.is_crisis:
            return Notice(label)
        ask = asked_for is None or label.severity > asked_for.severity
        replies = reply.compose(
            label, country, self._hotlines, self._messages, minor=minor, ask=ask, avoid=avoid
        )
        contacts = reply.contacts(label, country, self._hotlines, minor=minor)
        return Notice(label, tuple(replies), ask and label.calls_for_the_question, contacts)

    def sos(self, country: str | None, *, minor: bool, avoid: Collection[str] = ()) -> list[Reply]:
        """Help lines, asked for."""
        return self._last_resort.unless(
            lambda: reply.sos(country, self._hotlines, self._messages, minor=minor, avoid=avoid), _report
        )

    def youth(self, country: str | None, *, avoid: Collection[str] = ()) -> list[Reply]:
        """Help lines for somebody under 18."""
        return self._last_resort.unless(
            lambda: reply.youth(country, self._hotlines, self._messages, avoid=avoid), _report
        )

    def is_asked_for(self, text: str) -> bool:
        """Whether the whole message calls for help lines ("hotline", "talk to a human")."""
        try:
            return self._screen.asks_for_help(text)
        except Exception as error:  # noqa: BLE001 -- as in notice
            _report(type(error).__name__)
            return False

    def moment(self, text: str) -> Moment | None:
        """A loss or strong distress that a text tells, short of a crisis, for the dialogue to meet."""
        try:
            distressed = self._screen.screen(text).label is Label.DISTRESS
            return read_moment(text, self._moments, distressed=distressed)
        except Exception as error:  # noqa: BLE001 -- as in notice
            _report(type(error).__name__)
            return None

    def country_in(self, text: str) -> str | None:
        """ISO code of the country that a text names and says no more."""
        return find_country(text, self._hotlines.countries)

    def read_answer(self, text: str) -> Answer:
        """What a text answers to the direct question; unclear when it cannot be read."""
        try:
            return self._screen.reply_to_direct_question(text)
        except Exception as error:  # noqa: BLE001 -- as in notice
            _report(type(error).__name__)
            return Answer.UNCLEAR

    def after_answer(
        self,
        answer: Answer,
        country: str | None,
        *,
        asked_for: Label,
        minor: bool,
        avoid: Collection[str] = (),
    ) -> list[Reply]:
        """What follows yes, no or neither to the question asked for a danger; a single no never ends it."""
        return self._last_resort.unless(
            lambda: reply.after_answer(
                answer, country, self._hotlines, self._messages, asked_for=asked_for, minor=minor, avoid=avoid
            ),
            _report,
        )


def _report(kind: str) -> None:
    log.error("help_could_not_be_composed", error=kind)


def load_crisis_help(content_dir: Path, languages: Sequence[str]) -> CrisisHelp:
    """Crisis support for some languages; raises ContentError when its data is incomplete."""
    return CrisisHelp(
        load_screen(content_dir, languages),
        load_hotlines(content_dir),
        load_messages(content_dir, languages[0]),
        load_moments(content_dir, languages[0]),
    )
