"""Composes what a person in danger reads; words come from ``crisis.*`` messages, numbers from the data."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from care.domain.reply import Button, Link, Reply
from care.messages import Messages
from care.safety.hotlines import Emergency, Hotline, Hotlines
from care.safety.hours import Clock
from care.safety.label import Answer, Barrier, Label
from care.safety.phone import link

BARRIER = "/barrier_"
_ALWAYS = "24/7"
_UNKNOWN_HOURS = frozenset({"check provider"})
_LIMITED_HOURS = frozenset({"limited", "limited hours"})
_SPOKEN_ANYWAY = frozenset({"local"})


class Said(Collection[str]):
    """What was said before: a wording counts as said when any earlier message holds it."""

    def __init__(self, texts: Collection[str]) -> None:
        self._texts = tuple(texts)

    def __contains__(self, wording: object) -> bool:
        return any(str(wording) in text for text in self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@dataclass(frozen=True)
class _Speaker:
    """Says messages for one person, in a country, to a need."""

    country: str | None
    hotlines: Hotlines
    messages: Messages
    need: Label
    minor: bool = False
    language: str = "en"
    said: Collection[str] = field(default=(), repr=False)
    clock: Clock | None = field(default=None, repr=False)
    written_first: bool = False

    def say(self, key: str, **values: object) -> str:
        return self.messages.say(f"crisis.{key}", avoid=Said(self.said), **values)

    def lines(self) -> list[Hotline]:
        found = self.hotlines.for_country(
            self.country, self.need, minor=self.minor, language=self.language, clock=self.clock
        )
        return sorted(found, key=lambda line: line.kind == "phone") if self.written_first else found

    def linked(self, replies: list[Reply]) -> list[Reply]:
        """The replies, each with something to tap for every line that its text shows."""
        lines = self.lines()
        return [replace(reply, links=_links(reply.text, lines)) for reply in replies]

    def emergency(self, key: str) -> str:
        """A sentence with the emergency number; where sources disagree it says so."""
        known = self.hotlines.emergency_numbers(self.country)
        if known is None:
            return self.say(key, emergency=self.say("emergency_unknown"))
        sentence = self.say(key, emergency=self._numbers(known))
        return sentence if known.certain else f"{sentence} {self.say('emergency_uncertain')}"

    def contacts(self, intro: str = "lines_intro", *, ask_country: str | None = "tell_country") -> str:
        """The lines of the country, each on its own row; what to do when there is none or no country."""
        lines = self.lines()
        if lines:
            return "\n".join([self.say(intro), *map(self.line, lines), self.say("directory")])
        name = self.hotlines.countries.name(self.country, self.language)
        if name is not None:
            return self.say("no_line", country=name)
        asked = [] if ask_country is None or self._asked_country() else [self.say(ask_country)]
        return " ".join([self.say("lines_unknown_country"), *asked])

    def _asked_country(self) -> bool:
        """Whether the country was asked for lately: once is enough."""
        before = Said(self.said)
        return any(
            text in before
            for key in ("tell_country", "ask_country")
            for text in self.messages.wordings(f"crisis.{key}")
        )

    def trusted(self) -> str:
        return self.say("trusted_adult" if self.minor else "trusted_person")

    def question(self) -> Reply:
        yes = Button(self.say("question_yes"), "/affirm")
        no = Button(self.say("question_no"), "/deny")
        return Reply(self.say("question"), (yes, no))

    def help_button(self) -> tuple[Button, ...]:
        return (Button(self.say("help_button"), "/sos"),)

    def _numbers(self, known: Emergency) -> str:
        parts = [self.say(f"service_{s}", numbers=self._any_of(n)) for s, n in known.numbers]
        text = parts[0]
        for part in parts[1:]:
            text = self.say("services", one=text, other=part)
        return text

    def _any_of(self, numbers: tuple[str, ...]) -> str:
        text = numbers[0]
        for number in numbers[1:]:
            text = self.say("either", one=text, other=number)
        return text

    def line(self, line: Hotline) -> str:
        notes = [self._hours(line)]
        if line.only_for is not None:
            notes.insert(0, self.say(f"only_for_{line.only_for}"))
        if not line.speaks(self.language):
            notes.append(self._languages(line))
        text = self.say("notes", notes=", ".join(filter(None, notes)))
        return self.say(f"line_{line.kind}", name=line.name, contact=line.contact, notes=text)

    def _hours(self, line: Hotline) -> str:
        if line.hours in _UNKNOWN_HOURS:
            return self.say("hours_unknown")
        if line.hours in _LIMITED_HOURS:
            return self.say("hours_limited")
        kind = "hours_always" if line.hours == _ALWAYS else "hours_stated"
        return self.say(kind if line.hours_confirmed else f"{kind}_unconfirmed", hours=line.hours)

    def _languages(self, line: Hotline) -> str:
        keys = [f"language_{code}" for code in line.languages if code not in _SPOKEN_ANYWAY]
        known_keys = self.messages.keys()
        known = [self.say(key) for key in keys if f"crisis.{key}" in known_keys]
        return self.say("in_language", languages=", ".join(known)) if known else ""


def compose(
    label: Label,
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    minor: bool = False,
    ask: bool = True,
    avoid: Collection[str] = (),
    language: str = "en",
    clock: Clock | None = None,
) -> list[Reply]:
    """Two or three messages for somebody whose text got this label.

    ``country`` is an ISO 3166 code, None when not told. ``ask`` False leaves the direct question out.
    ``avoid`` holds what was said lately: other wordings are taken where there are any.
    """
    speaker = _Speaker(country, hotlines, messages, label, minor, language, avoid, clock)
    replies = _BY_LABEL.get(label, _unsure)(speaker)
    if ask and label.calls_for_the_question:
        replies.append(speaker.question())
    return speaker.linked(replies)


def contacts(
    label: Label,
    country: str | None,
    hotlines: Hotlines,
    *,
    minor: bool = False,
    language: str = "en",
    clock: Clock | None = None,
) -> tuple[str, ...]:
    """Name, contact, country and kind of the lines that ``compose`` shows, for the record of help shown."""
    lines = hotlines.for_country(country, label, minor=minor, language=language, clock=clock)
    return tuple(f"{line.name} {line.contact} ({line.country}, {line.kind})" for line in lines)


def reach(
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    minor: bool = False,
    avoid: Collection[str] = (),
    language: str = "en",
) -> str:
    """Whom to reach, as the end of a message that comes after a crisis: lines and the emergency number."""
    speaker = _Speaker(country, hotlines, messages, Label.ACTIVE_IDEATION, minor, language, avoid)
    return _join(speaker.contacts(), "\n", speaker.emergency("emergency_if"))


def after_answer(
    answer: Answer,
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    asked_for: Label = Label.ACTIVE_IDEATION,
    minor: bool = False,
    avoid: Collection[str] = (),
    language: str = "en",
    clock: Clock | None = None,
) -> list[Reply]:
    """What follows the answer to the direct question; help stays in sight whatever the answer was.

    After a plan (``asked_for``) the emergency number stays the first thing to do, also after a no.
    """
    urgency = "emergency_now" if asked_for is Label.PLAN_INTENT else "emergency_if"
    speaker = _Speaker(country, hotlines, messages, Label.ACTIVE_IDEATION, minor, language, avoid, clock)
    if answer is Answer.YES:
        yes = [
            Reply(_join(speaker.say("yes_ack"), speaker.emergency(urgency), "\n", speaker.contacts())),
            Reply(_join(speaker.say("be_with_someone"), speaker.say("distance"), speaker.trusted())),
            Reply(speaker.say("yes_stay"), speaker.help_button()),
        ]
        return speaker.linked(yes)
    kind = answer.value
    opened = _join(speaker.say(f"{kind}_ack"), speaker.say(f"{kind}_open"), "\n", speaker.contacts())
    replies = [
        Reply(_join(opened, "\n", speaker.emergency(urgency))),
        Reply(speaker.say(f"{kind}_check"), speaker.help_button()),
    ]
    return speaker.linked(replies)


def sos(
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    minor: bool = False,
    avoid: Collection[str] = (),
    language: str = "en",
    clock: Clock | None = None,
) -> list[Reply]:
    """Help lines for somebody who asked for them and named no danger."""
    if minor:
        return youth(country, hotlines, messages, avoid=avoid, language=language, clock=clock)
    speaker = _Speaker(country, hotlines, messages, Label.NONE, minor, language, avoid, clock)
    first = _join(speaker.say("sos_ack"), speaker.emergency("emergency_plain"))
    replies = [
        Reply(_join(first, "\n", speaker.contacts(ask_country="ask_country"))),
        Reply(speaker.say("limits_other")),
    ]
    return speaker.linked(replies)


@dataclass(frozen=True)
class Contacts:
    """The helpers to show beside a person's own: each line with the day of its newest source, if known."""

    intro: str
    lines: tuple[tuple[str, date | None], ...]
    directory: str
    emergency: str

    def as_text(self) -> str:
        """All of it, a row for each line."""
        rows = [self.intro, *(line for line, _ in self.lines), self.directory, self.emergency]
        return "\n".join(filter(None, rows))


def helpers(
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    minor: bool = False,
    avoid: Collection[str] = (),
    language: str = "en",
) -> Contacts:
    """Help lines and emergency number of a country to stand in a safety plan."""
    speaker = _Speaker(country, hotlines, messages, Label.ACTIVE_IDEATION, minor, language, avoid)
    lines = tuple((speaker.line(line), line.as_of) for line in speaker.lines())
    directory = speaker.say("directory") if lines else speaker.contacts(ask_country=None)
    intro = speaker.say("lines_intro") if lines else ""
    return Contacts(intro, lines, directory, speaker.emergency("emergency_plain"))


def youth(
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    avoid: Collection[str] = (),
    language: str = "en",
    clock: Clock | None = None,
) -> list[Reply]:
    """For somebody under 18 who stated no danger: youth lines, an adult to tell, and no programme."""
    speaker = _Speaker(country, hotlines, messages, Label.DISTRESS, True, language, avoid, clock)
    lines = speaker.contacts("lines_intro_youth", ask_country="ask_country")
    replies = [
        Reply(_join(speaker.say("youth_ack"), speaker.trusted())),
        Reply(_join(speaker.emergency("emergency_plain"), "\n", lines)),
    ]
    return speaker.linked(replies)


def stay(messages: Messages, *, avoid: Collection[str] = ()) -> Reply:
    """For somebody who goes on writing soon after a crisis: no numbers, no menu, but people in reach."""
    buttons = (
        Button(messages.say("crisis.stay_sos"), "/sos"),
        Button(messages.say("crisis.stay_calm"), "/want_practice"),
        Button(messages.say("crisis.stay_check_in"), "/check_in"),
    )
    return Reply(messages.say("crisis.stay", avoid=Said(avoid)), buttons)


def ask_barrier(messages: Messages, *, avoid: Collection[str] = ()) -> Reply:
    """Asks what stands in the way of calling (behaviour G6)."""
    buttons = (Button(messages.say(f"crisis.button_{each}"), f"{BARRIER}{each}") for each in Barrier)
    return Reply(messages.say("crisis.barrier_question", avoid=Said(avoid)), tuple(buttons))


def after_barrier(
    barrier: Barrier,
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    minor: bool = False,
    avoid: Collection[str] = (),
    language: str = "en",
    clock: Clock | None = None,
) -> list[Reply]:
    """An honest word on what stands in the way, contacts, and a first sentence to say."""
    phone = barrier is Barrier.PHONE
    need = Label.ACTIVE_IDEATION
    speaker = _Speaker(country, hotlines, messages, need, minor, language, avoid, clock, written_first=phone)
    first = "first_words" if barrier is Barrier.OTHER else f"first_words_{barrier.value}"
    honest = _join(speaker.say(f"barrier_{barrier.value}"), "\n", speaker.contacts())
    return speaker.linked([Reply(honest), Reply(speaker.say(first), speaker.help_button())])


def not_for_minors(messages: Messages, *, avoid: Collection[str] = ()) -> Reply:
    """That there is no programme for somebody under 18."""
    return Reply(messages.say("crisis.minor_again", avoid=Said(avoid)))


def safe_default(
    country: str | None,
    hotlines: Hotlines,
    messages: Messages,
    *,
    minor: bool = False,
    avoid: Collection[str] = (),
    language: str = "en",
    clock: Clock | None = None,
) -> list[Reply]:
    """What is said when some part broke and nothing is known: help, and the direct question."""
    speaker = _Speaker(country, hotlines, messages, Label.ACTIVE_IDEATION, minor, language, avoid, clock)
    return speaker.linked([*_unsure(speaker), speaker.question()])


def _plan(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say("ack_plan_intent"), speaker.emergency("emergency_now"))
    safety = [speaker.say("be_with_someone"), speaker.say("distance"), speaker.say("limits")]
    if speaker.minor:
        safety.insert(1, speaker.trusted())
    return [Reply(_join(first, "\n", speaker.contacts())), Reply(_join(*safety))]


def _ideation(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say(f"ack_{speaker.need.value}"), speaker.say("limits"))
    safety = _join(speaker.emergency("emergency_if"), speaker.trusted())
    return [Reply(first), Reply(_join(speaker.contacts(), "\n", safety))]


def _self_harm(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say("ack_self_harm"), speaker.emergency("emergency_self_harm"))
    safety = _join(speaker.say("urge"), speaker.trusted(), speaker.say("limits"))
    return [Reply(first), Reply(_join(speaker.contacts(), "\n", safety))]


def _harm_to_others(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say("ack_harm_to_others"), speaker.emergency("emergency_others"))
    return [
        Reply(_join(first, speaker.say("step_away"))),
        Reply(_join(speaker.contacts(), "\n", speaker.say("limits_other"))),
    ]


def _abuse(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say("ack_abuse_victim"), speaker.emergency("emergency_abuse"))
    rest = [
        speaker.say("abuse_your_pace"),
        speaker.say("discreet"),
        speaker.say("hide_how"),
        speaker.say("limits_other"),
    ]
    if speaker.minor:
        rest.insert(0, speaker.trusted())
    return [Reply(_join(first, "\n", speaker.contacts("lines_intro_abuse"))), Reply(_join(*rest))]


def _third_party(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say("ack_third_party_concern"), speaker.emergency("emergency_third_party"))
    how = _join(speaker.say("ask_them"), speaker.say("help_them"))
    return [
        Reply(first),
        Reply(
            _join(how, "\n", speaker.contacts("lines_intro_third_party"), "\n", speaker.say("limits_other"))
        ),
    ]


def _unsure(speaker: _Speaker) -> list[Reply]:
    first = _join(speaker.say("ack_unsure"), speaker.emergency("emergency_if"))
    return [Reply(_join(first, "\n", speaker.contacts(), "\n", speaker.say("limits")))]


_BY_LABEL = {
    Label.PLAN_INTENT: _plan,
    Label.ACTIVE_IDEATION: _ideation,
    Label.PASSIVE_IDEATION: _ideation,
    Label.SELF_HARM: _self_harm,
    Label.HARM_TO_OTHERS: _harm_to_others,
    Label.ABUSE_VICTIM: _abuse,
    Label.THIRD_PARTY_CONCERN: _third_party,
}


def _links(text: str, lines: list[Hotline]) -> tuple[Link, ...]:
    return tuple(
        Link(line.name, link(line.kind, line.contact, line.country)) for line in lines if line.contact in text
    )


def _join(*parts: str) -> str:
    """Sentences in one paragraph; a line break where one is given."""
    return "\n".join(" ".join(row) for row in _rows(parts))


def _rows(parts: tuple[str, ...]) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    for part in parts:
        if part == "\n":
            rows.append([])
        elif part:
            rows[-1].append(part)
    return rows
