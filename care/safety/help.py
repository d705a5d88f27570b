"""Crisis support as one thing: notices danger in a text and answers with help, whatever else is broken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from care.domain.moments import Moment, MomentWords, read_moment
from care.domain.reply import Reply
from care.messages import Messages, load_messages
from care.safety import reply
from care.safety.countries import find_country
from care.safety.detector import Detector, load_detector
from care.safety.hotlines import Hotlines, load_hotlines
from care.safety.hours import Clock
from care.safety.label import Answer, Barrier, Finding, Label
from care.safety.last_resort import LastResort
from care.safety.rechecks import load_rechecks
from care.safety.screen import SURE, Screen
from care.settings import CRISIS_LANGUAGES
from care.words import load_moments

log = structlog.get_logger()
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Notice:
    """What was noticed in a text and the help that answers it; no replies when there is no crisis.

    ``asked`` says that the one direct question is among them, ``contacts`` names the help lines shown,
    ``language`` is the one the text is in, in which the replies are.
    """

    label: Label
    replies: tuple[Reply, ...] = field(default=(), repr=False)
    asked: bool = False
    contacts: tuple[str, ...] = ()
    language: str = DEFAULT_LANGUAGE


class CrisisHelp:
    """Everything it needs was read at the start: no file, database, engine or network is touched later.

    A person is answered in the language they wrote in, if its words are there, else in the first of them.
    """

    def __init__(
        self, detector: Detector, hotlines: Hotlines, messages: Mapping[str, Messages], moments: MomentWords
    ) -> None:
        self._screen = detector
        self._moments = moments
        self._hotlines = hotlines
        self._messages = messages
        self._last_resort = {
            language: LastResort(tuple(reply.safe_default(None, hotlines, words, language=language)))
            for language, words in messages.items()
        }

    def notice(
        self,
        text: str,
        country: str | None,
        *,
        minor: bool,
        asked_for: Label | None,
        avoid: Collection[str] = (),
        language: str = DEFAULT_LANGUAGE,
        clock: Clock | None = None,
        at_least: Label = Label.NONE,
    ) -> Notice:
        """Screen a text and compose the help it calls for.

        The direct question is asked once, and again only for a graver danger than ``asked_for``.
        ``language`` is the person's, where the text does not show one. With a ``clock`` lines that are
        open now come first.
        ``at_least`` is what the turn before lets the text mean: an answer to the question, so none is asked.
        If the screen itself breaks, the safe answer goes out, because silence would be worse.
        """
        try:
            return self._noticed(
                text, country, language, at_least, minor=minor, asked_for=asked_for, avoid=avoid, clock=clock
            )
        except Exception as error:  # noqa: BLE001 -- whatever broke, the person gets help
            _report(type(error).__name__)
            safe = self._last_resort[self._spoken(language)].replies
            return Notice(Label.ACTIVE_IDEATION, safe, asked=True, language=language)

    def _noticed(
        self,
        text: str,
        country: str | None,
        language: str,
        at_least: Label,
        *,
        minor: bool,
        asked_for: Label | None,
        avoid: Collection[str],
        clock: Clock | None,
    ) -> Notice:
        found = self._screen.screen(text)
        label = Label.DISTRESS if self._tells_of_a_loss(text, found) else found.label
        label = max(label, at_least, key=lambda each: each.severity)
        if not label.is_crisis:
            return Notice(label, language=language)
        spoken = self.language_of(text, language)
        ask = not at_least.is_crisis and (asked_for is None or label.severity > asked_for.severity)
        replies = reply.compose(
            label,
            country,
            self._hotlines,
            self._messages[spoken],
            minor=minor,
            ask=ask,
            avoid=avoid,
            language=spoken,
            clock=clock,
        )
        contacts = reply.contacts(label, country, self._hotlines, minor=minor, language=spoken, clock=clock)
        return Notice(label, tuple(replies), ask and label.calls_for_the_question, contacts, spoken)

    def _tells_of_a_loss(self, text: str, found: Finding) -> bool:
        """Whether the model took somebody's death for a worry about somebody living."""
        worried = found.label is Label.THIRD_PARTY_CONCERN and found.score < SURE
        return worried and read_moment(text, self._moments, distressed=False) is Moment.LOSS

    def language_of(self, text: str, expected: str) -> str:
        """The language to answer a text in: its own if its words are there, else the expected one."""
        return self._spoken(self._screen.language_of(text, expected))

    def _spoken(self, language: str) -> str:
        return language if language in self._messages else next(iter(self._messages))

    def sos(
        self,
        country: str | None,
        *,
        minor: bool,
        avoid: Collection[str] = (),
        language: str = DEFAULT_LANGUAGE,
        clock: Clock | None = None,
    ) -> list[Reply]:
        """Help lines, asked for."""
        spoken = self._spoken(language)
        return self._last_resort[spoken].unless(
            lambda: reply.sos(
                country,
                self._hotlines,
                self._messages[spoken],
                minor=minor,
                avoid=avoid,
                language=spoken,
                clock=clock,
            ),
            _report,
        )

    def youth(
        self,
        country: str | None,
        *,
        avoid: Collection[str] = (),
        language: str = DEFAULT_LANGUAGE,
        clock: Clock | None = None,
    ) -> list[Reply]:
        """Help lines for somebody under 18."""
        spoken = self._spoken(language)
        return self._last_resort[spoken].unless(
            lambda: reply.youth(
                country, self._hotlines, self._messages[spoken], avoid=avoid, language=spoken, clock=clock
            ),
            _report,
        )

    def helpers(
        self, country: str | None, *, minor: bool, language: str = DEFAULT_LANGUAGE
    ) -> reply.Contacts:
        """Help lines and emergency number to stand in a safety plan."""
        spoken = self._spoken(language)
        return reply.helpers(country, self._hotlines, self._messages[spoken], minor=minor, language=spoken)

    def stay(self, *, avoid: Collection[str], language: str = DEFAULT_LANGUAGE) -> Reply:
        """What is said to somebody who goes on writing soon after a crisis."""
        return reply.stay(self._messages[self._spoken(language)], avoid=avoid)

    def ask_barrier(self, *, avoid: Collection[str], language: str = DEFAULT_LANGUAGE) -> Reply:
        """Asks what stands in the way of calling."""
        return reply.ask_barrier(self._messages[self._spoken(language)], avoid=avoid)

    def after_barrier(
        self,
        barrier: Barrier,
        country: str | None,
        *,
        minor: bool,
        avoid: Collection[str] = (),
        language: str = DEFAULT_LANGUAGE,
        clock: Clock | None = None,
    ) -> list[Reply]:
        """What answers something that stands in the way of calling."""
        spoken = self._spoken(language)
        return self._last_resort[spoken].unless(
            lambda: reply.after_barrier(
                barrier,
                country,
                self._hotlines,
                self._messages[spoken],
                minor=minor,
                avoid=avoid,
                language=spoken,
                clock=clock,
            ),
            _report,
        )

    def line(self, key: str, *, avoid: Collection[str], language: str = DEFAULT_LANGUAGE) -> Reply:
        """One sentence of the crisis messages, in a wording that was not said lately."""
        words = self._messages[self._spoken(language)]
        return Reply(words.say(f"crisis.{key}", avoid=avoid))

    def reads(self, what: Callable[[Screen], bool]) -> bool:
        """What the word rules read in a text; no when they break, which takes no help away."""
        try:
            return what(self._screen.rules)
        except Exception as error:  # noqa: BLE001 -- as in notice
            _report(type(error).__name__)
            return False

    def barrier_in(self, text: str, language: str) -> Barrier | None:
        """What a text names as standing in the way of calling."""
        try:
            return self._screen.rules.barrier(text, language)
        except Exception as error:  # noqa: BLE001 -- as in notice
            _report(type(error).__name__)
            return None

    def not_for_minors(self, *, avoid: Collection[str], language: str = DEFAULT_LANGUAGE) -> Reply:
        """That there is no programme for somebody under 18; help lines follow."""
        return reply.not_for_minors(self._messages[self._spoken(language)], avoid=avoid)

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
        language: str = DEFAULT_LANGUAGE,
        clock: Clock | None = None,
    ) -> list[Reply]:
        """What follows yes, no or neither to the question asked for a danger; a single no never ends it."""
        spoken = self._spoken(language)
        return self._last_resort[spoken].unless(
            lambda: reply.after_answer(
                answer,
                country,
                self._hotlines,
                self._messages[spoken],
                asked_for=asked_for,
                minor=minor,
                avoid=avoid,
                language=spoken,
                clock=clock,
            ),
            _report,
        )


def _report(kind: str) -> None:
    log.error("help_could_not_be_composed", error=kind)


def load_crisis_help(
    content_dir: Path, languages: Sequence[str], crisis_dir: Path, rechecks: Path | None = None
) -> CrisisHelp:
    """Crisis support that speaks ``languages`` first and CRISIS_LANGUAGES besides.

    ``rechecks`` is the operator's file of rechecked help lines.

    Raises ContentError or ModelError when its data is incomplete.
    """
    spoken = tuple(dict.fromkeys((*languages, *CRISIS_LANGUAGES)))
    return CrisisHelp(
        load_detector(content_dir, spoken, crisis_dir),
        load_hotlines(content_dir, load_rechecks(rechecks) if rechecks else {}),
        {language: load_messages(content_dir, language) for language in spoken},
        load_moments(content_dir, languages[0]),
    )
