import csv
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from care.errors import ContentError
from care.safety.hotlines import RECHECK, find_country, load_countries, load_hotlines
from care.safety.label import Label

DATA = Path(__file__).parents[3] / "data"
LINES = load_hotlines(DATA)
COUNTRIES = load_countries(DATA)
ROWS = list(csv.DictReader((DATA / "hotlines" / "hotlines.csv").read_text(encoding="utf-8").splitlines()))
STALE = {
    "US": "1-800-784-2433",
    "GB": "08457 90 90 90",
    "NL": "0900-0113",
    "IT": "199 284 284",
    "BR": "141",
    "KR": "1393",
    "IE": "1850 60 90 90",
}
EVERYWHERE = [
    (country, need, minor) for country in COUNTRIES.names for need in Label for minor in (False, True)
]


def digits(text):
    return re.sub(r"\D", "", text)


def names(country, need, **more):
    return [line.name for line in LINES.for_country(country, need, **more)]


def test_every_row_is_loaded():
    assert len(LINES.rows) == len(ROWS) > 400


def test_all_countries_of_iso_3166_have_a_name_and_an_emergency_number():
    assert len(COUNTRIES.names) == 250
    assert [code for code in COUNTRIES.names if LINES.emergency(code) is None] == []


@pytest.mark.parametrize(("country", "number"), STALE.items())
def test_a_number_that_was_closed_is_never_shown(country, number):
    shown = {digits(line.contact) for line in LINES.rows if line.country == country}

    assert digits(number) not in shown


def test_nobody_is_shown_a_line_of_another_country_or_more_than_three():
    for country, need, minor in EVERYWHERE:
        lines = LINES.for_country(country, need, minor=minor)
        assert len(lines) <= 3
        assert {line.country for line in lines} <= {country}


def test_a_line_of_a_wrong_kind_is_never_shown():
    for country, need, minor in EVERYWHERE:
        for line in LINES.for_country(country, need, minor=minor):
            abuse = line.helps_with & {"abuse", "youth_abuse", "emergency_text"}
            if need is Label.ABUSE_VICTIM:
                assert abuse or (minor and "youth" in line.helps_with)
            else:
                assert line.helps_with - {"abuse", "youth_abuse", "emergency_text", "emergency", "other"}
            if not minor:
                assert not line.helps_with & {"youth", "youth_abuse"}


def test_confirmed_lines_stand_before_others():
    for country in COUNTRIES.names:
        lines = [x for x in LINES.for_country(country, Label.ACTIVE_IDEATION, limit=99) if x.only_for is None]
        sure = [line.confirmed for line in lines]
        assert sure == sorted(sure, reverse=True)


def test_of_two_alike_the_fresher_one_stands_first():
    fresh, old = (next(x for x in LINES.rows if x.contact == c) for c in ("109", "1588-9191"))
    lines = names("KR", Label.ACTIVE_IDEATION)

    assert lines.index(fresh.name) < lines.index(old.name)


def test_a_person_in_need_of_words_gets_a_line_to_write_to_where_there_is_one():
    kinds = {line.kind for line in LINES.for_country("GB", Label.ACTIVE_IDEATION)}

    assert {"phone", "sms"} <= kinds


def test_abuse_gets_an_abuse_line_and_suicide_a_suicide_line():
    assert names("GB", Label.ABUSE_VICTIM) == ["National Domestic Abuse Helpline (Refuge)"]
    assert "Samaritans" in names("GB", Label.PASSIVE_IDEATION)
    assert names("JP", Label.ABUSE_VICTIM) == []


def test_a_minor_gets_a_youth_line_first():
    assert names("GB", Label.DISTRESS, minor=True)[0] == "Childline"
    assert names("ES", Label.PASSIVE_IDEATION, minor=True)[0] == "ANAR"
    assert "Trevor Project" in names("US", Label.DISTRESS, minor=True)
    assert "Kryzysowy Telefon Zaufania" not in names("PL", Label.PASSIVE_IDEATION, minor=True)


def test_the_persons_language_counts():
    assert names("CN", Label.PASSIVE_IDEATION, language="zh")[0].startswith("Beijing")
    assert "TELL Lifeline" in names("JP", Label.PASSIVE_IDEATION, language="en")


def test_hours_that_no_source_proves_are_marked():
    line = next(x for x in LINES.rows if x.name == "Pieta")

    assert (line.hours, line.hours_confirmed, line.confirmed) == ("24/7", False, False)


def test_an_unknown_country_has_nothing_and_never_the_lines_of_the_us():
    for country in (None, "", "XX", "us"):
        assert LINES.for_country(country, Label.PLAN_INTENT) == []
        assert LINES.emergency(country) is None


def test_the_emergency_number_is_the_general_one_where_there_is_one():
    assert LINES.emergency("GB") == "112/999"
    assert LINES.emergency("DE") == "112"
    assert LINES.emergency("CH") == "ambulance 144; police 117"
    assert not LINES.emergency_numbers("GM").certain


def test_rows_are_due_after_180_days_and_undated_ones_always():
    newest = max(line.as_of for line in LINES.rows if line.as_of)
    undated = [line for line in LINES.rows if line.as_of is None]

    assert LINES.due(date(2000, 1, 1)) == undated != []
    assert all(line.as_of != newest for line in LINES.due(newest + RECHECK))
    assert len(LINES.due(newest + RECHECK + timedelta(days=1))) == len(LINES.rows)


def with_row(folder, **changes):
    shutil.copytree(DATA / "hotlines", folder / "hotlines")
    row = dict(next(r for r in ROWS if r["name"] == "Samaritans" and r["country_iso2"] == "GB"))
    row |= {"contact": "0800 123 456"} | changes
    with (folder / "hotlines" / "hotlines.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, row).writerow(row)
    return folder


def test_a_sound_row_more_is_taken(tmp_path):
    assert len(load_hotlines(with_row(tmp_path)).rows) == len(ROWS) + 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"country_iso2": "XX"}, "unknown country code"),
        ({"country_iso2": ""}, "country_iso2"),
        ({"kind": "pigeon"}, "pigeon"),
        ({"contact": "call us"}, "call us"),
        ({"contact": "0800 CALL NOW"}, "no contact"),
        ({"contact": "116 123", "kind": "chat"}, "no contact"),
        ({"contact": "javascript:alert(1)", "kind": "web"}, "no contact"),
        ({"contact": "116 123"}, "twice"),
        ({"for": "astrology"}, "astrology"),
        ({"hours": ""}, "hours"),
        ({"source": ""}, "source"),
        ({"as_of": "last year"}, "last year"),
        ({"as_of": "2026-13"}, "2026-13"),
        ({"contact": "08457 909090"}, "closed"),
    ],
)
def test_a_wrong_row_is_named_with_its_remedy(tmp_path, changes, said):
    with pytest.raises(ContentError, match=said) as caught:
        load_hotlines(with_row(tmp_path, **changes))

    assert f"row {len(ROWS) + 2}" in caught.value.problem
    assert caught.value.remedy


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ContentError, match=r"countries\.yml"):
        load_hotlines(tmp_path)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("uk", "GB"),
        ("England", "GB"),
        ("Northern Ireland", "GB"),
        ("USA", "US"),
        ("u.s.a.", "US"),
        ("us", "US"),
        ("America", "US"),
        ("Holland", "NL"),
        ("the netherlands", "NL"),
        ("Deutschland", "DE"),
        ("germny", "DE"),
        ("i live in germany", "DE"),
        ("I'm from Brazil", "BR"),
        ("brasil", "BR"),
        ("España", "ES"),
        ("espana", "ES"),
        ("côte d\u2019ivoire", "CI"),
        ("South Korea", "KR"),
        ("korea", "KR"),
        ("swizerland", "CH"),
        ("untied states", "US"),
        ("NZ", "NZ"),
        ("de", "DE"),
        ("norway", "NO"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("dubai", "AE"),
        ("i am in turkey now", "TR"),
        ("new jersey", "US"),
        ("Jersey", "JE"),
        ("IN", "IN"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("Guinea-Bissau", "GW"),
        ("Guinea", "GN"),
        ("Kosovo", "XK"),
        ("Trinidad & Tobago", "TT"),
        ("no", None),
        ("No", None),
        ("in", None),
        ("it", None),
        ("me", None),
        ("skip", None),
        ("", None),
        ("why?", None),
        ("i moved from germany to france", None),
        ("asdf", None),
        ("42", None),
        ("x" * 20_000, None),
        ("ukraine", "UA"),
    ],
)
def test_a_country_is_found_as_people_type_it(said, code):
    assert find_country(said, COUNTRIES) == code


def test_every_country_is_found_by_its_name_and_its_other_names():
    assert {code: find_country(name, COUNTRIES) for code, name in COUNTRIES.names.items()} == {
        code: code for code in COUNTRIES.names
    }
    assert {name: find_country(name, COUNTRIES) for name in COUNTRIES.codes} == COUNTRIES.codes
