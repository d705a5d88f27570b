"""`care on-call`, and what `care doctor` says of alerts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from care.cli import app
from care.commands.doctor import examine
from care.commands.findings import State
from care.domain.alert import unanswered
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key
from scheduler.escalation import LEASE
from tests.care.commands.conftest import NOW
from tests.servers import webhook_server


@pytest.fixture
def alerts(data_dir):
    """Hands out the alerts of a database in which one is open."""
    data_dir.mkdir(mode=0o700)
    database = open_database(Settings().database, load_master_key(Settings()))
    database.migrate()
    with database.begin() as uow:
        uow.alerts.open("ayla", "plan_intent", NOW)
        uow.commit()

    def change(work):
        with database.begin() as uow:
            found = work(uow.alerts)
            uow.commit()
            return found

    yield change
    database.close()


def code_of(alerts):
    return alerts(lambda kept: kept.unacknowledged()[0].code)


def check(name):
    return dict(examine(NOW.date()))[name]


def test_open_alerts_are_listed_with_code_level_time_and_step_F5(care, alerts):
    result = care.invoke(app, ["on-call", "list", "--json"])

    assert json.loads(result.stdout) == {
        "case": code_of(alerts),
        "level": "plan_intent",
        "at": NOW.isoformat(),
        "step": 0,
        "state": "open",
    }
    assert code_of(alerts) in care.invoke(app, ["on-call", "list"]).stdout


def test_an_acknowledged_alert_is_off_the_list_F5(care, alerts):
    result = care.invoke(app, ["on-call", "ack", code_of(alerts).lower(), "--by", "Kim"])

    assert result.exit_code == 0
    assert "No alert is open" in care.invoke(app, ["on-call", "list"]).stdout
    assert alerts(lambda kept: kept.claim(NOW + LEASE, LEASE)) is None


@pytest.mark.parametrize(
    ("options", "said"), [(["NOSUCH", "--by", "Kim"], "no alert"), (["NOSUCH", "--by", " "], "Nobody")]
)
def test_an_unknown_code_or_nobody_is_refused_F5(care, alerts, options, said):
    result = care.invoke(app, ["on-call", "ack", *options])

    assert result.exit_code == 1
    assert said in result.output


def test_without_a_key_the_remedy_is_named_F5(care, data_dir):
    result = care.invoke(app, ["on-call", "list"])

    assert result.exit_code == 1
    assert "CARE_DATA_DIR" in result.output


def test_a_test_says_which_target_took_it_and_shows_no_address_F5(care, data_dir, monkeypatch):
    with webhook_server() as hooks:
        hooks.status["/broken"] = 500
        monkeypatch.setenv("CARE_ON_CALL", json.dumps([f"{hooks.url}/fine", f"{hooks.url}/broken"]))
        result = care.invoke(app, ["on-call", "test"])

    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["1  webhook: took it", "2  webhook: failed (HTTP 500)"]
    assert hooks.got[0] == ("/fine", {"case": "TEST", "level": "test", "at": None})


def test_all_that_took_it_is_a_success_and_nobody_on_call_an_error_F5(care, data_dir, monkeypatch):
    assert care.invoke(app, ["on-call", "test"]).exit_code == 1
    with webhook_server() as hooks:
        monkeypatch.setenv("CARE_ON_CALL", json.dumps([f"{hooks.url}/fine"]))
        assert care.invoke(app, ["on-call", "test"]).exit_code == 0


def test_the_doctor_names_alerts_that_wait_and_those_that_nobody_answered_F5(alerts):
    assert check("alerts").state is State.TO_DO
    claimed = alerts(lambda kept: kept.claim(NOW, LEASE))
    alerts(lambda kept: kept.keep(replace(unanswered(claimed), step=4), claimed))

    assert claimed.code in check("alerts").seen
    alerts(lambda kept: kept.acknowledge(claimed.code, "Kim", NOW))
    assert check("alerts").state is State.OK


def test_the_doctor_counts_the_people_on_call_and_shows_no_address_F5(data_dir, monkeypatch):
    assert "Nobody" in check("people on call").seen
    monkeypatch.setenv("CARE_ON_CALL", '["https://hooks.slack.com/services/secret", "https://x.org/secret"]')

    seen = check("people on call").seen
    assert "1 slack, 1 webhook" in seen
    assert "secret" not in seen
    assert check("alerts").state is State.OK
