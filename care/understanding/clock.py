"""Numbers, lengths and hours of the clock as people write them, in hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_HALF_DAY, _DAY = 12.0, 24.0


@dataclass(frozen=True)
class TimeWords:
    """The words of one language: what number words are worth, units in hours, hours with names.

    ``half`` adds half of a unit after a number; ``afternoon`` and ``morning`` tell its halves apart;
    ``to`` and ``past`` stand between minutes and an hour.
    """

    numbers: Mapping[str, float]
    units: Mapping[str, float]
    named_hours: Mapping[str, float]
    half: frozenset[str]
    morning: frozenset[str]
    afternoon: frozenset[str]
    to: frozenset[str]
    past: frozenset[str]
    quarter: frozenset[str]

    def number(self, word: str) -> float | None:
        """What a word or figure is worth; None if it is no number."""
        if word in self.numbers:
            return self.numbers[word]
        plain = word.replace(",", ".")
        return float(plain) if plain.isascii() and plain.replace(".", "", 1).isdigit() else None


@dataclass(frozen=True)
class Clock:
    """An hour of the day, 0 to 24; ``sure`` when it is known which half of the day it is in."""

    hour: float = field(repr=False)
    sure: bool = field(repr=False)

    def until(self, other: Clock) -> float:
        """The hours from here to there, over 0, at most 24; at most 12 where a half is not known."""
        span = _DAY if self.sure and other.sure else _HALF_DAY
        return (other.hour - self.hour) % span or span


def length(words: Sequence[str], time_words: TimeWords) -> float | None:
    """The hours in the words of a length of time ("four and a half hours", "4-5 hrs", "half an hour").

    Of a range it is the middle. A unit alone is one ("an hour"). None when there is no unit.
    """
    total, last, numbers = 0.0, 0.0, list[float]()
    for word in words:
        unit, number = time_words.units.get(word), time_words.number(word)
        if unit is not None:
            total, last, numbers = total + unit * _middle(numbers), unit, []
        elif word in time_words.half and last:
            total += last / 2
        elif word in time_words.half:
            numbers = [*numbers[:-1], (numbers[-1] if numbers else 0) + 0.5]
        elif number is not None:
            numbers.append(number)
    return total if last else None


def clocks(words: Sequence[str], time_words: TimeWords) -> Iterator[Clock]:
    """Each hour of the clock in the words, in order ("11pm", "half past six", "from 2 til 6")."""
    minutes, sign = 0.0, 0
    for at, word in enumerate(words):
        hour = _hour(word, time_words)
        if word in time_words.half | time_words.quarter:
            minutes = 0.5 if word in time_words.half else 0.25
        elif word in time_words.past or (minutes and word in time_words.to):
            sign = 1 if word in time_words.past else -1
        elif hour is not None:
            following = words[at + 1] if at + 1 < len(words) else ""
            yield _clock(hour + (sign or 1) * minutes, word, following, time_words)
            minutes, sign = 0.0, 0


def _middle(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 1.0


def _hour(word: str, time_words: TimeWords) -> float | None:
    if word in time_words.named_hours:
        return time_words.named_hours[word]
    whole, _, rest = word.replace(".", ":").partition(":")
    hour = time_words.number(whole)
    if hour is None or hour > _DAY or (rest and not rest.isdigit()):
        return None
    return hour + (int(rest) / 60 if rest else 0)


def _clock(hour: float, word: str, following: str, time_words: TimeWords) -> Clock:
    if following in time_words.afternoon | time_words.morning:
        return Clock(hour % _HALF_DAY + _HALF_DAY * (following in time_words.afternoon), sure=True)
    return Clock(hour % _DAY, sure=word in time_words.named_hours or hour > _HALF_DAY)
