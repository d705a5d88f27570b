"""What a person noted, as lines, a text chart and plain counts; it claims no more than the entries show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median

from care.domain.check_in import CheckIn
from care.domain.choose import Wordings
from care.domain.days import local_day
from care.domain.practice import PracticeSession

_ENOUGH = 7
_ENOUGH_A_WEEK = 3
_LOW = 3
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Summary:
    """Counts of moods, 0 to 10; what too few entries cannot carry is None.

    ``recent`` is the middle mood of the seven days up to today, ``before`` that of the seven days before
    them: a description, no trend and no cause.
    """

    count: int
    lowest: int | None = None
    highest: int | None = None
    recent: float | None = None
    before: float | None = None

    @property
    def is_low_week(self) -> bool:
        """Care comes first and the chart second."""
        return self.recent is not None and self.recent <= _LOW


def summary(check_ins: Sequence[CheckIn], today: date) -> Summary:
    """Count and range from seven entries on; a week's middle mood from three entries in it."""
    if len(check_ins) < _ENOUGH:
        return Summary(len(check_ins))
    moods = [check_in.mood for check_in in check_ins]
    week, earlier = today - _WEEK, today - 2 * _WEEK
    return Summary(
        count=len(moods),
        lowest=min(moods),
        highest=max(moods),
        recent=_middle(one.mood for one in check_ins if week < one.day <= today),
        before=_middle(one.mood for one in check_ins if earlier < one.day <= week),
    )


def entries(check_ins: Iterable[CheckIn], wordings: Wordings) -> list[str]:
    """One line for each entry, in the order given."""
    return [_entry(check_in, wordings) for check_in in check_ins]


def chart(check_ins: Iterable[CheckIn], days: int, today: date, wordings: Wordings) -> str:
    """A line a day up to today, at most 40 wide, with a bar as long as the mood; no entry, no bar.

    Several entries of one day are averaged.
    """
    moods: dict[date, list[int]] = {}
    for check_in in check_ins:
        moods.setdefault(check_in.day, []).append(check_in.mood)
    shown = (today - timedelta(days=back) for back in reversed(range(days)))
    return "\n".join(_row(day, moods.get(day, []), wordings) for day in shown)


def history(
    last: Sequence[CheckIn],
    check_ins: Sequence[CheckIn],
    sessions: Sequence[PracticeSession],
    *,
    today: date,
    days: int,
    titles: Mapping[str, str],
    wordings: Wordings,
    zone: str | None = None,
) -> str:
    """The last entries, a chart of ``check_ins`` and the last practices; an empty part is left out.

    ``titles`` names practices by id; ``zone`` is the person's, UTC if unknown.
    """
    parts = []
    facts = summary(check_ins, today)
    if facts.is_low_week:
        parts.append(wordings.say("history.low_week"))
    if last:
        parts.append(_titled("history.entries", entries(last, wordings), wordings))
    if check_ins:
        rows = [chart(check_ins, days, today, wordings), *_told(facts, wordings)]
        parts.append(_titled("history.chart", rows, wordings))
    done = [_session(session, titles, wordings, zone) for session in sessions]
    if done:
        parts.append(_titled("history.practices", done, wordings))
    return "\n".join(parts)


def _entry(check_in: CheckIn, wordings: Wordings) -> str:
    kind = "entry" if check_in.energy is None else "entry_energy"
    line = wordings.say(
        f"history.{kind}",
        day=in_words(check_in.day, wordings),
        mood=check_in.mood,
        energy=check_in.energy,
    )
    names = [wordings.say(f"reflection.feeling_{name}") for name in check_in.feelings]
    names += [wordings.say(f"reflection.area_{name}") for name in check_in.areas]
    return wordings.say("history.entry_about", entry=line, about=", ".join(names)) if names else line


def _row(day: date, moods: Sequence[int], wordings: Wordings) -> str:
    weekday = wordings.say(f"history.weekday_{day.isoweekday()}")
    if not moods:
        return wordings.say("history.row_gap", weekday=weekday, day=day.day)
    mean = fmean(moods)
    return wordings.say(
        "history.row",
        weekday=weekday,
        day=day.day,
        bar="█" * round(mean),
        mood=f"{mean:.1f}".removesuffix(".0"),
    )


def _told(facts: Summary, wordings: Wordings) -> list[str]:
    """What the numbers say, in sentences."""
    if facts.lowest is None:
        return [wordings.say("history.too_few", count=facts.count, enough=_ENOUGH)]
    told = [wordings.say("history.range", count=facts.count, lowest=facts.lowest, highest=facts.highest)]
    if facts.recent is not None and facts.before is not None:
        told.append(wordings.say("history.weeks", recent=_short(facts.recent), before=_short(facts.before)))
    return told


def _session(
    session: PracticeSession, titles: Mapping[str, str], wordings: Wordings, zone: str | None
) -> str:
    how = session.verdict.value if session.verdict else "unknown"
    return wordings.say(
        f"history.practice_{how}",
        day=in_words(local_day(session.at, zone), wordings),
        title=titles.get(session.practice_id, session.practice_id),
    )


def in_words(day: date, wordings: Wordings) -> str:
    """A day as a person says it: ``Tue 24 Nov``."""
    return wordings.say(
        "history.day",
        weekday=wordings.say(f"history.weekday_{day.isoweekday()}"),
        day=day.day,
        month=wordings.say(f"history.month_{day.month}"),
    )


def _titled(key: str, lines: Iterable[str], wordings: Wordings) -> str:
    return "\n".join([wordings.say(key), *lines])


def _middle(moods: Iterable[int]) -> float | None:
    known = list(moods)
    return median(known) if len(known) >= _ENOUGH_A_WEEK else None


def _short(mood: float) -> str:
    return f"{mood:g}"
