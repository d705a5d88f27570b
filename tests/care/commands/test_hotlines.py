"""`care hotlines`: what is due, a recheck, and numbers in texts."""

from __future__ import annotations

import json
import shutil

import pytest

from care.cli import app
from care.safety.hotlines import load_hotlines
from care.safety.number_lint import stray_numbers
from care.safety.rechecks import load_rechecks
from care.settings import Settings

DATA = Settings().content_dir


def due(care, *options):
    result = care.invoke(app, ["hotlines", "due", "--json", *options])
    assert result.exit_code == 0, result.output
    return {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}


def recheck(care, *options):
    return care.invoke(app, ["hotlines", "recheck", *options])


def rows():
    loaded = load_hotlines(DATA, load_rechecks(Settings().hotline_rechecks))
    return {row.id: row for row in loaded.rows}


def test_what_is_due_is_listed_with_its_doubts_and_sources_G9(care, data_dir):
    found = due(care, "--country", "au")

    assert {id_[:2] for id_ in found} == {"AU"}
    assert {"single source", "hours unconfirmed"} <= set(found["AU-sms-0477131114"]["doubts"])
    assert found["AU-sms-0477131114"]["source"]
    assert len(due(care)) > 200


def test_ids_are_unique():
    assert len({row.id for row in load_hotlines(DATA).rows}) == len(load_hotlines(DATA).rows)


def test_a_recheck_takes_the_row_off_the_list_and_its_doubts_away_G9(care, data_dir):
    assert recheck(care, "AU-sms-0477131114", "--by", "Kim").exit_code == 0

    assert "AU-sms-0477131114" not in due(care, "--country", "AU")
    assert rows()["AU-sms-0477131114"].confirmed
    assert Settings().hotline_rechecks.stat().st_mode & 0o077 == 0


def test_a_new_number_new_hours_and_an_end_are_laid_over_the_rows(care, data_dir):
    recheck(
        care, "GB-phone-116123", "--by", "Kim", "--number", "0800 123 456", "--hours", "09:00-17:00 daily"
    )
    recheck(care, "GB-phone-08001111", "--by", "Kim", "--closed")

    now = rows()
    assert (now["GB-phone-116123"].contact, now["GB-phone-116123"].hours) == (
        "0800 123 456",
        "09:00-17:00 daily",
    )
    assert "GB-phone-08001111" not in now


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["XX-phone-1", "--by", "Kim"], "no help line"),
        (["GB-phone-116123", "--by", " "], "Nobody"),
        (["GB-phone-116123", "--by", "Kim", "--on", "2999-01-01"], "yet to come"),
        (["GB-phone-116123", "--by", "Kim", "--number", "call us"], "no contact"),
        (["GB-phone-116123", "--by", "Kim", "--hours", "whenever"], "cannot be read"),
        (["GB-emergency", "--by", "Kim", "--closed"], "do not close"),
    ],
)
def test_bad_input_is_answered_and_nothing_is_recorded(care, data_dir, options, said):
    result = recheck(care, *options)

    assert result.exit_code == 1
    assert said in result.output
    assert not Settings().hotline_rechecks.exists()


def test_an_unknown_country_is_answered(care, data_dir):
    assert care.invoke(app, ["hotlines", "due", "--country", "Narnia"]).exit_code == 1


def test_a_broken_recheck_file_is_named_with_its_line(care, data_dir):
    data_dir.mkdir(mode=0o700)
    Settings().hotline_rechecks.write_text("{}\n", encoding="utf-8")

    assert "line 1" in care.invoke(app, ["hotlines", "due"]).output


def test_no_text_holds_a_number_or_address_that_is_not_in_the_data_G9(care, data_dir):
    assert stray_numbers(DATA) == []
    assert care.invoke(app, ["hotlines", "lint"]).exit_code == 0


@pytest.mark.parametrize(
    "stray", ["Call 0800 999 1234 now.", "Text 85259.", "See https://helpline.example.org/x."]
)
def test_a_number_that_slipped_into_a_text_is_refused_G9(tmp_path, stray):
    shutil.copytree(DATA / "hotlines", tmp_path / "hotlines")
    (tmp_path / "messages" / "en").mkdir(parents=True)
    (tmp_path / "messages" / "en" / "crisis.yml").write_text(f'stay: "{stray}"\n', encoding="utf-8")

    assert len(stray_numbers(tmp_path)) == 1
