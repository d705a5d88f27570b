"""Finds the IANA time zone a person means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.h]([0-5]\d)\s*(am|pm)?\b|\b(1[0-2]|[1-9])\s*(am|pm)\b")
_NEAR = timedelta(minutes=8)
_NOON = 12
_HALF_A_YEAR = timedelta(days=182)


def find_zone(
    text: str, country_zones: Collection[str], all_zones: Iterable[str], now: datetime
) -> str | None:
    """The zone that a typed answer means: an IANA name, a city in one, or what the clock shows there.

    Zones of the person's country come before all others; None when nothing or more than one kind fits.
    ``now`` is an aware datetime.
    """
    wanted = _plain(text)
    if not wanted:
        return None
    ordered = [*country_zones, *(zone for zone in all_zones if zone not in country_zones)]
    for zone in ordered:
        if wanted in (_plain(zone), _plain(zone.rsplit("/", 1)[-1])):
            return zone
    for zone in ordered:
        if "/" in zone and re.search(rf"\b{re.escape(_plain(zone.rsplit('/', 1)[-1]))}\b", wanted):
            return zone
    return _by_clock(text, country_zones, now)


def alike_once(zones: Iterable[str], now: datetime) -> list[str]:
    """The zones without those whose clock, this half-year and the next, shows what an earlier one shows."""
    shown: dict[tuple[timedelta | None, timedelta | None], str] = {}
    for zone in zones:
        place = ZoneInfo(zone)
        offsets = (now.astimezone(place).utcoffset(), (now + _HALF_A_YEAR).astimezone(place).utcoffset())
        shown.setdefault(offsets, zone)
    return list(shown.values())


def _by_clock(text: str, country_zones: Collection[str], now: datetime) -> str | None:
    shown = _CLOCK.search(text.lower())
    if shown is None:
        return None
    minutes = _minutes(shown)
    fitting = [zone for zone in country_zones if _shows(zone, minutes, now)]
    offsets = {now.astimezone(ZoneInfo(zone)).utcoffset() for zone in fitting}
    return fitting[0] if len(offsets) == 1 else None


def _minutes(shown: re.Match[str]) -> int:
    hour = int(shown[1] or shown[4])
    half = shown[3] or shown[5]
    if half == "pm" and hour < _NOON:
        hour += _NOON
    if half == "am" and hour == _NOON:
        hour = 0
    return hour * 60 + int(shown[2] or 0)


def _shows(zone: str, minutes: int, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    apart = abs(local.hour * 60 + local.minute - minutes)
    return timedelta(minutes=min(apart, 24 * 60 - apart)) <= _NEAR


def _plain(text: str) -> str:
    return re.sub(r"[\s_/-]+", " ", text.lower()).strip(" .!?'\"")
