"""Help lines and emergency numbers by country, from dated data; a wrong row stops the start."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from care.content import read_yaml
from care.errors import ContentError
from care.places import zones_of
from care.safety.countries import Countries, find_country, load_countries
from care.safety.hours import Clock, Hours, Openness, read_hours
from care.safety.label import Label
from care.safety.phone import is_dialled
from care.safety.rechecks import Recheck, apply

__all__ = [
    "Countries",
    "Emergency",
    "Hotline",
    "Hotlines",
    "find_country",
    "load_countries",
    "load_hotlines",
]

RECHECK = timedelta(days=180)

_KINDS = frozenset({"phone", "sms", "chat", "web"})
_WRITTEN = frozenset({"sms", "chat", "web"})
_COLUMNS = ("country_iso2", "name", "kind", "contact", "hours", "languages", "for", "source", "as_of")
_NUMBER = re.compile(
    r"(?:[A-Z]+ to )?[+*(]?\d[\d ()-]*\d(?:[ ]?(?:ext|then) \d+)?(?: \(WhatsApp\))?|\d{1,2}", re.ASCII
)
_ADDRESS = re.compile(r"https://[\w.-]+\.[a-z]{2,}(?:/[\w./-]*)?", re.ASCII)
_EMERGENCY = re.compile(r"(?:(?:general|ambulance|police) )?\d+(?:/\d+)*", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}|many|local|Indigenous languages")
HOURS_EXAMPLES = (
    "24/7, 09:00-17:00 daily, 09:00-17:00 weekdays, Mon-Sat 10:00-20:00, limited or check provider"
)
_UNDATED = "n.d."
_NOT_CONFIRMED = re.compile(r"\s*\(hours not confirmed[^)]*\)")
_ALWAYS = "24/7"

_CRISIS = {"suicide": 0, "crisis": 0, "emotional": 1, "mental_health": 2}
_SUITS: Mapping[Label, Mapping[str, int]] = {
    Label.PLAN_INTENT: _CRISIS,
    Label.ACTIVE_IDEATION: _CRISIS,
    Label.PASSIVE_IDEATION: _CRISIS,
    Label.THIRD_PARTY_CONCERN: _CRISIS,
    Label.SELF_HARM: {"self_harm": 0, "suicide": 1, "crisis": 1, "emotional": 1, "mental_health": 2},
    Label.ABUSE_VICTIM: {"abuse": 0, "emergency_text": 3},
    Label.HARM_TO_OTHERS: {"crisis": 0, "emotional": 1, "mental_health": 1},
    Label.DISTRESS: {"emotional": 0, "crisis": 0, "mental_health": 0, "suicide": 1},
    Label.NONE: _CRISIS,
}
_YOUTH = {"youth": -5}
_YOUTH_ABUSE = {"youth_abuse": -6, "youth": -5}
_OTHER_LANGUAGE, _NOT_ALWAYS_OPEN, _YEARS_A_POINT = 3, 2, 2
_MILDLY_LIMITED = frozenset({"women", "women_and_children", "assault"})
_GROUPS_OF_MINORS = frozenset({"under_35"})


@dataclass(frozen=True)
class Hotline:
    """One way to reach a person who helps.

    ``kind`` is phone, sms, chat or web; ``contact`` a number as dialled in ``country``, ``WORD to NUMBER``
    or a web address. ``hours`` is as stated, ``hours_confirmed`` whether a source proves it. ``helps_with``
    and ``only_for`` are those of ``purposes.yml``. ``as_of`` is the newest source's day, None if undated.
    ``opening`` is ``hours`` read; ``id`` is what an operator names the row by: ``GB-phone-116123``.
    """

    country: str
    name: str
    kind: str
    contact: str
    hours: str
    hours_confirmed: bool
    languages: tuple[str, ...]
    helps_with: frozenset[str]
    only_for: str | None
    adults_only: bool
    source: str
    as_of: date | None
    opening: Hours
    id: str

    @property
    def recheck_by(self) -> date | None:
        """The last day on which it counts as fresh; None when it never did."""
        return None if self.as_of is None else self.as_of + RECHECK

    def overdue(self, today: date) -> bool:
        """Whether a person must check it again."""
        return self.recheck_by is None or today > self.recheck_by

    def openness(self, clock: Clock) -> Openness:
        """Whether somebody answers at this moment; hours that no source proves are never proof of it."""
        found = self.opening.at(clock, zones_of(self.country))
        doubtful = found is Openness.OPEN and not self.hours_confirmed
        return Openness.UNKNOWN if doubtful else found

    @property
    def confirmed(self) -> bool:
        """Whether two or more sources agree, they are dated, and the hours are confirmed."""
        doubted = "SINGLE SOURCE" in self.source or "SOURCES DISAGREE" in self.source
        return self.hours_confirmed and not doubted and self.as_of is not None

    @property
    def always_open(self) -> bool:
        """Whether it says that it is open day and night."""
        return self.hours == _ALWAYS

    def speaks(self, language: str) -> bool:
        """Whether it says that it answers in this language (two-letter code)."""
        return language in self.languages


@dataclass(frozen=True)
class Emergency:
    """The emergency numbers of a country: ``service`` (general, ambulance, police) to numbers.

    ``certain`` is False when sources disagree or there is one only.
    """

    numbers: tuple[tuple[str, tuple[str, ...]], ...]
    certain: bool


class Hotlines:
    """All help lines, in memory."""

    def __init__(self, rows: Sequence[Hotline], countries: Countries) -> None:
        self.rows = tuple(rows)
        self.countries = countries
        self._newest = max((row.as_of for row in rows if row.as_of), default=date.min)

    def for_country(
        self,
        country: str | None,
        need: Label,
        *,
        minor: bool = False,
        language: str = "en",
        limit: int = 3,
        clock: Clock | None = None,
        kinds: frozenset[str] = _KINDS,
    ) -> list[Hotline]:
        """Up to ``limit`` lines that suit the need, the best first; never one of a wrong kind.

        With a ``clock``, lines proven open now stand before those of unknown hours, and closed ones last.
        Then confirmed and fresh lines stand before others; language, hours, purpose and age count after that.
        ``kinds`` keeps to ways to reach it (phone, sms, chat, web).
        One of them can be written to, if there is such a line.
        """
        suits = dict(_SUITS[need])
        if minor:
            suits |= _YOUTH_ABUSE if need is Label.ABUSE_VICTIM else _YOUTH
        here = [row for row in self.rows if row.country == country and _suits(row, suits, minor=minor)]
        here = [row for row in here if row.kind in kinds]
        ranked = sorted(here, key=lambda row: self._rank(row, suits, language, clock, minor=minor))
        each = _one_of_each(ranked)
        chosen = _with_one(each, each[:limit], lambda row: row.kind in _WRITTEN and row.only_for is None)
        return _with_one(each, chosen, _is_for_youth) if minor else chosen

    def emergency_numbers(self, country: str | None) -> Emergency | None:
        """The emergency numbers of a country; None for one that is unknown."""
        row = next((r for r in self.rows if r.country == country and "emergency" in r.helps_with), None)
        if row is None:
            return None
        numbers = tuple(_service(part) for part in row.contact.split("; "))
        general = tuple(entry for entry in numbers if entry[0] == "general")
        certain = "SINGLE SOURCE" not in row.source and "SOURCES DISAGREE" not in row.source
        return Emergency(general or numbers, certain)

    def emergency(self, country: str | None) -> str | None:
        """The emergency numbers as one line ("112/999", "ambulance 144; police 117"); None if unknown."""
        found = self.emergency_numbers(country)
        if found is None:
            return None
        return "; ".join(
            "/".join(numbers) if service == "general" else f"{service} {'/'.join(numbers)}"
            for service, numbers in found.numbers
        )

    def due(self, today: date) -> list[Hotline]:
        """Rows that a person must check again: not dated, or older than 180 days."""
        return [row for row in self.rows if row.overdue(today)]

    def _rank(
        self, row: Hotline, suits: Mapping[str, int], language: str, clock: Clock | None, *, minor: bool
    ) -> tuple[int, ...]:
        points = min(suits[kind] for kind in row.helps_with if kind in suits)
        points += 0 if row.speaks(language) else _OTHER_LANGUAGE
        points += 0 if row.always_open else _NOT_ALWAYS_OPEN
        age = (self._newest - row.as_of).days if row.as_of else self._newest.toordinal()
        points += min(age // 365 // _YEARS_A_POINT, 3)
        kind = int("emergency_text" in row.helps_with) or int(minor and not _is_for_youth(row))
        doubt = int(not row.confirmed)
        opening = Openness.OPEN
        if clock is not None:
            doubt += int(row.overdue(clock.now.date()))
            opening = row.openness(clock)
        closed = int(opening is Openness.CLOSED)
        return (closed, _limited(row, minor=minor), kind, opening, doubt, points, age)


def load_hotlines(content_dir: Path, rechecks: Mapping[str, Recheck] = MappingProxyType({})) -> Hotlines:
    """All rows of ``hotlines/hotlines.csv``, checked, with what an operator rechecked laid over them.

    Raises ContentError naming the first wrong row and how to mend it.
    """
    folder = content_dir / "hotlines"
    countries = load_countries(content_dir)
    purposes = read_yaml(folder / "purposes.yml")
    retired = {(row["country_iso2"], _digits(row["contact"])) for row in _table(folder / "retired.csv")}
    rows: list[Hotline] = []
    seen: set[tuple[str, str, str]] = set()
    for line, raw in enumerate(_table(folder / "hotlines.csv"), start=2):
        where = f"data/hotlines/hotlines.csv, row {line} ({raw.get('country_iso2')}, {raw.get('name')}):"
        _check(raw, where, countries, purposes)
        key = (raw["country_iso2"], raw["kind"], raw["contact"])
        if key in seen:
            raise ContentError(f"{where} this contact stands there twice.", "Keep one.")
        if (raw["country_iso2"], _digits(raw["contact"])) in retired:
            raise ContentError(f"{where} this number was closed (retired.csv).", "Look up the present one.")
        seen.add(key)
        current = _rechecked(raw, purposes, rechecks, where, countries)
        if current is not None:
            rows.append(_hotline(current, purposes, _id(raw, purposes)))
    if not rows:
        raise ContentError("data/hotlines/hotlines.csv holds no row.", "Restore it from the repository.")
    return Hotlines(rows, countries)


def _table(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContentError(f"{path} cannot be read.", "Restore it from the repository.") from error


def _check(
    raw: Mapping[str, str], where: str, countries: Countries, purposes: Mapping[str, Mapping[str, object]]
) -> None:
    empty = [column for column in _COLUMNS if not raw.get(column)]
    if empty:
        raise ContentError(f"{where} nothing stands under {', '.join(empty)}.", "Fill it in.")
    if raw["country_iso2"] not in countries.names:
        raise ContentError(f"{where} unknown country code.", "Use a code of countries.yml.")
    if raw["kind"] not in _KINDS:
        raise ContentError(
            f"{where} unknown kind {raw['kind']!r}.", f"Use one of {', '.join(sorted(_KINDS))}."
        )
    unknown = [purpose for purpose in _split(raw["for"]) if purpose not in purposes]
    if unknown:
        raise ContentError(f"{where} unknown purpose {unknown[0]!r}.", "Add it to purposes.yml.")
    if not _is_contact(raw, {str(purposes[p]["helps_with"]) for p in _split(raw["for"])}):
        raise ContentError(
            f"{where} {raw['contact']!r} is no contact of kind {raw['kind']}.",
            "Write a number, WORD to NUMBER, or an https:// address.",
        )
    try:
        read_hours(raw["hours"])
    except ValueError:
        raise ContentError(
            f"{where} hours {raw['hours']!r} cannot be read.", f"Write {HOURS_EXAMPLES}."
        ) from None
    wrong = [tag for tag in _split(raw["languages"]) if not _LANGUAGE.fullmatch(tag)]
    if wrong:
        raise ContentError(f"{where} languages {wrong[0]!r} is no language tag.", "Write tags such as en,fr.")
    if raw["as_of"] != _UNDATED and _day(raw["as_of"]) is None:
        raise ContentError(f"{where} as_of {raw['as_of']!r} is no date.", "Write YYYY-MM-DD, YYYY-MM or n.d.")


def _is_contact(raw: Mapping[str, str], helps_with: set[str]) -> bool:
    contact = raw["contact"]
    if "emergency" in helps_with:
        return all(_EMERGENCY.fullmatch(part) for part in contact.split("; "))
    if raw["kind"] in {"chat", "web"}:
        return _ADDRESS.fullmatch(contact) is not None
    return _NUMBER.fullmatch(contact) is not None and is_dialled(contact, raw["country_iso2"])


def _id(raw: Mapping[str, str], purposes: Mapping[str, Mapping[str, object]]) -> str:
    """The name of a shipped row, which stays when an operator records a new number for it."""
    if any(purposes[purpose]["helps_with"] == "emergency" for purpose in _split(raw["for"])):
        return f"{raw['country_iso2']}-emergency"
    contact = re.sub(r"[^A-Za-z0-9*]+", "", raw["contact"].removeprefix("https://"))
    return f"{raw['country_iso2']}-{raw['kind']}-{contact}"


def _rechecked(
    raw: Mapping[str, str],
    purposes: Mapping[str, Mapping[str, object]],
    rechecks: Mapping[str, Recheck],
    where: str,
    countries: Countries,
) -> Mapping[str, str] | None:
    recheck = rechecks.get(_id(raw, purposes))
    if recheck is None:
        return raw
    current = apply(recheck, raw)
    if current is not None:
        _check(current, f"hotline_rechecks.jsonl over {where}", countries, purposes)
    return current


def _hotline(raw: Mapping[str, str], purposes: Mapping[str, Mapping[str, object]], id_: str) -> Hotline:
    meant = [purposes[purpose] for purpose in _split(raw["for"])]
    return Hotline(
        country=raw["country_iso2"],
        name=raw["name"],
        kind=raw["kind"],
        contact=raw["contact"],
        hours=_NOT_CONFIRMED.sub("", raw["hours"]),
        hours_confirmed="check provider" not in raw["hours"] and not _NOT_CONFIRMED.search(raw["hours"]),
        languages=tuple(_split(raw["languages"])),
        helps_with=frozenset(str(each["helps_with"]) for each in meant),
        only_for=next((str(each["only_for"]) for each in meant if "only_for" in each), None),
        adults_only=any(bool(each.get("adults_only")) for each in meant),
        source=raw["source"],
        as_of=_day(raw["as_of"]),
        opening=read_hours(raw["hours"]),
        id=id_,
    )


def _suits(row: Hotline, suits: Mapping[str, int], *, minor: bool) -> bool:
    if minor and row.adults_only:
        return False
    if not minor and _is_for_youth(row):
        return False
    return not row.helps_with.isdisjoint(suits)


def _limited(row: Hotline, *, minor: bool) -> int:
    if row.only_for is None or (minor and row.only_for in _GROUPS_OF_MINORS):
        return 0
    return 1 if row.only_for in _MILDLY_LIMITED else 2


def _one_of_each(ranked: Iterable[Hotline]) -> list[Hotline]:
    """The best row of each line and kind: three numbers of one line are one way to reach it."""
    best: dict[tuple[str, str], Hotline] = {}
    for row in ranked:
        best.setdefault((row.name, row.kind), row)
    return list(best.values())


def _with_one(
    ranked: list[Hotline], chosen: list[Hotline], wanted: Callable[[Hotline], bool]
) -> list[Hotline]:
    """The chosen ones, the last given up for a wanted one if there is none among them."""
    if len(chosen) == 1 or any(map(wanted, chosen)):
        return chosen
    one = next(filter(wanted, ranked), None)
    return chosen if one is None else [*chosen[:-1], one]


def _is_for_youth(row: Hotline) -> bool:
    return not row.helps_with.isdisjoint({"youth", "youth_abuse"})


def _service(part: str) -> tuple[str, tuple[str, ...]]:
    service, _, numbers = part.rpartition(" ")
    return service or "general", tuple(numbers.split("/"))


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
