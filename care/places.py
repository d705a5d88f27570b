"""Which time zones a country has, from the IANA database that Python uses."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones


@cache
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """ISO 3166 code to IANA zones, the most populous first as the database lists them."""
    zones: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            zones.setdefault(code, []).append(zone)
    return {code: tuple(names) for code, names in zones.items()}


def zones_of(country: str | None) -> tuple[str, ...]:
    """The zones of a country; empty for one that is unknown."""
    return zones_by_country().get(country or "", ())


@cache
def all_zones() -> tuple[str, ...]:
    """Every zone a person may name, places first; not ``Etc/GMT+1``, which means the reverse of it."""
    places = (zone for zone in available_timezones() if not zone.startswith("Etc/"))
    return tuple(sorted(places, key=lambda zone: ("/" not in zone, zone)))
