from datetime import UTC, datetime

import pytest

from care.domain.time_zone import alike_once, find_zone
from care.places import all_zones, zones_of

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "country", "zone"),
    [
        ("Berlin", "DE", "Europe/Berlin"),
        ("new york", "US", "America/New_York"),
        ("I live near Los Angeles", "US", "America/Los_Angeles"),
        ("America/Chicago", None, "America/Chicago"),
        ("it's 7:02 here", "US", "America/New_York"),
        ("kathmandu", "NP", "Asia/Kathmandu"),
    ],
)
def test_a_zone_is_found_by_its_name_a_city_or_the_clock(said, country, zone):
    assert find_zone(said, zones_of(country), all_zones(), NOON) == zone


@pytest.mark.parametrize("said", ["", "nowhere at all", "42", "it's 3:33 here"])
def test_what_names_no_place_and_fits_no_clock_gives_none(said):
    assert find_zone(said, zones_of("DE"), all_zones(), NOON) is None


def test_a_clock_that_fits_zones_of_different_offsets_over_the_year_still_needs_one_offset_now():
    assert find_zone("12:00", zones_of("GB"), all_zones(), NOON) == "Europe/London"
    assert find_zone("12:00", zones_of("DE"), all_zones(), NOON) is None


def test_zones_whose_clocks_show_the_same_are_offered_once():
    assert alike_once(zones_of("DE"), NOON) == ["Europe/Berlin"]
    assert alike_once(zones_of("ES"), NOON) == ["Europe/Madrid", "Atlantic/Canary"]
