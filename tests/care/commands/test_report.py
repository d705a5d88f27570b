"""`care report safety`: counts, and nobody in them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from care.cli import app
from care.domain.person import Person
from care.safety.help import Notice
from care.safety.label import Label
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key
from care.storage.tracker import Tracker
from connectors.messages import Incoming
from connectors.records import Records
from tests.care.commands.conftest import NOW

NOTICE = Notice(Label.ACTIVE_IDEATION, contacts=("Samaritans 116 123 (GB, phone)", "Shout 85258 (GB, sms)"))


@pytest.fixture
def noted(data_dir):
    """Help shown six times to one who agreed, once to a stranger; one message came twice."""
    settings = Settings()
    data_dir.mkdir(mode=0o700)
    master = load_master_key(settings)
    database = open_database(settings.database, master)
    database.migrate()
    with database.begin() as uow:
        uow.people.add(Person("ayla-pseudonym", "1", NOW, NOW))
        uow.commit()
    records = Records(database, Tracker(settings.tracker_database, master))
    for number in (0, 1, 2, 3, 4, 5, 5):
        message = Incoming("terminal", "ayla", f"event-{number}", NOW + timedelta(hours=number), "secret")
        records.note_help(message, "ayla-pseudonym", NOTICE)
    records.note_help(Incoming("terminal", "ben", "other", NOW, "secret"), "stranger", NOTICE)
    database.close()


def report(care, *options):
    return care.invoke(app, ["report", "safety", *options])


def test_counts_are_exported_without_anybody_in_them_F5(care, noted):
    result = report(care, "--from", "2026-05-01", "--to", "2026-05-31", "--json")

    assert json.loads(result.stdout) == {
        "from": "2026-05-01",
        "to": "2026-05-31",
        "referrals": 7,
        "people_with_consent": "<5",
        "by_month": {"2026-05": 7},
        "by_label": {"active_ideation": 7},
        "contacts_by_country": {"GB": 12},
        "contacts_by_kind": {"phone": 6, "sms": 6},
    }
    assert not [word for word in ("ayla", "secret", "stranger", "terminal") if word in result.stdout]


def test_other_days_are_not_counted_F5(care, noted):
    found = json.loads(report(care, "--from", "2026-05-02", "--to", "2026-12-31", "--json").stdout)

    assert (found["referrals"], found["people_with_consent"], found["by_label"]) == (0, 0, {})


def test_it_is_read_by_people_too_F5(care, noted):
    assert "referrals: 7" in report(care, "--from", "2026-05-01", "--to", "2026-05-31").stdout


def test_without_a_key_or_with_days_the_wrong_way_round_it_says_so(care, data_dir):
    assert "master key" in report(care, "--from", "2026-05-01", "--to", "2026-05-31").output
    assert "Change them over" in report(care, "--from", "2026-06-01", "--to", "2026-05-31").output
