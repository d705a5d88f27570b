"""Countries by the names of six languages."""

from pathlib import Path

import pytest

from care.safety.countries import find_country, load_countries
from care.settings import CRISIS_LANGUAGES

COUNTRIES = load_countries(Path(__file__).parents[3] / "data")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Alemania", "DE"),
        ("vivo en Alemania", "DE"),
        ("Deutschland", "DE"),
        ("Vereinigte Staaten", "US"),
        ("ich lebe in den Vereinigten Staaten", "US"),
        ("États-Unis", "US"),
        ("aux etats-unis", "US"),
        ("EUA", "US"),
        ("Stati Uniti", "US"),
        ("EE.UU.", "US"),
        ("Inghilterra", "GB"),
        ("je viens d'Espagne", "ES"),
        ("Schweiz", "CH"),
        ("moro no Brasil", "BR"),
        ("Países Bajos", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Österreich", "AT"),
        ("Frankreich", "FR"),
        ("Allemagne", "DE"),
        ("Suécia", "SE"),
        ("nein", None),
        ("no sé", None),
        ("je ne sais pas", None),
    ],
)
def test_a_country_is_found_by_its_name_in_six_languages_G2(said, code):
    assert find_country(said, COUNTRIES) == code


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
def test_every_country_has_a_name_in_every_language_and_is_found_by_it_G2(language):
    names = {code: COUNTRIES.name(code, language) for code in COUNTRIES.names}

    assert all(names.values())
    wrong = {code: name for code, name in names.items() if find_country(name, COUNTRIES) != code}
    assert wrong == {}


def test_a_country_that_nobody_knows_has_no_name():
    assert COUNTRIES.name("XX", "de") is None
    assert COUNTRIES.name(None, "de") is None
