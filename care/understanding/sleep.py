"""For how many hours a text says that its writer slept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from spacy.tokens import Span

from care.understanding.clock import TimeWords, clocks, length

SLEEP_KEYS = ("slept", "slept_if_sleep_is_named", "no_sleep", "from_to", "not_slept")
_MOST = 24.0


def hours_slept(
    found: Mapping[str, Sequence[Span]], time_words: TimeWords, *, sleep_named: bool
) -> float | None:
    """The first answer, 0 to 24: a length of sleep, from an hour to an hour, or none at all; else None.

    ``found`` holds the spans of sleep_hours.yml by group. ``sleep_named`` says whether the text speaks of
    sleep anywhere.
    """
    hours = (
        *_lengths(found, time_words, sleep_named=sleep_named),
        *_from_to(found, time_words),
        *_none(found),
    )
    return next((round(each, 2) for each in hours if 0 <= each <= _MOST), None)


def _lengths(
    found: Mapping[str, Sequence[Span]], time_words: TimeWords, *, sleep_named: bool
) -> Iterator[float]:
    other = {at for span in found.get("sleep_hours not_slept", ()) for at in range(span.start, span.end)}
    spans = [*found.get("sleep_hours slept", ())]
    spans += found.get("sleep_hours slept_if_sleep_is_named", ()) if sleep_named else []
    for span in spans:
        for duration in (entity for entity in span.ents if entity.label_ == "duration"):
            hours = None if duration.start in other else length(_words(duration), time_words)
            if hours is not None:
                yield hours


def _from_to(found: Mapping[str, Sequence[Span]], time_words: TimeWords) -> Iterator[float]:
    for span in found.get("sleep_hours from_to", ()):
        ends = list(islice(clocks(_words(span), time_words), 2))
        if len(ends) == len(("from", "to")):
            yield ends[0].until(ends[1])


def _none(found: Mapping[str, Sequence[Span]]) -> Iterator[float]:
    if found.get("sleep_hours no_sleep"):
        yield 0.0


def _words(span: Span) -> list[str]:
    return [token.lower_ for token in span]
