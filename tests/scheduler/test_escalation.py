"""Alerts on their way to the people on call, over real HTTP and SMTP on loopback."""

import base64
import json
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from care.domain.person import Person
from care.messages import load_messages
from care.on_call.notice import Courier
from care.on_call.targets import Kind, MailServer, Target, parse_target
from care.settings import Settings
from care.storage.database import open_database
from care.storage.keys import load_master_key
from scheduler.escalation import LEASE, escalate
from tests.servers import mail_server, webhook_server

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAIT = 15 * MINUTE
MESSAGES = load_messages(Path(__file__).parents[2] / "data", "en")


@pytest.fixture
def database(tmp_path):
    settings = Settings(data_dir=tmp_path)
    opened = open_database(settings.database, load_master_key(settings))
    opened.migrate()
    with opened.begin() as uow:
        uow.people.add(Person("ayla", "1", NOON, NOON))
        uow.alerts.open("ayla", "plan_intent", NOON)
        uow.commit()
    yield opened
    opened.close()


@pytest.fixture
def hooks():
    with webhook_server() as server:
        yield server


def targets(hooks, *paths):
    return [parse_target(f"{hooks.url}{path}") for path in paths or ("/first", "/second")]


def tick(database, at, told, courier=None):
    return escalate(lambda: at, database, (courier or Courier(MESSAGES)).send, told, WAIT)


def alerts(database):
    with database.begin() as uow:
        return uow.alerts.unacknowledged()


def test_the_first_on_call_is_told_code_level_and_time_and_nothing_else_F5(database, hooks):
    tick(database, NOON, targets(hooks))

    (alert,) = alerts(database)
    assert hooks.got == [
        ("/first", {"case": alert.code, "level": "plan_intent", "at": "2026-11-24T12:00:00+00:00"})
    ]


def test_slack_gets_a_text_that_says_how_to_acknowledge_F5(database, hooks):
    tick(database, NOON, [Target(Kind.SLACK, f"{hooks.url}/slack")])

    (alert,) = alerts(database)
    ((_, body),) = hooks.got
    assert set(body) == {"text"}
    assert f"care on-call ack {alert.code}" in body["text"]
    assert "ayla" not in body["text"]


def test_mail_is_handed_in_with_the_operators_name_and_password_F5(database):
    with mail_server() as mailbox:
        server = MailServer("127.0.0.1", mailbox.port, "care", "p@ss")
        courier = Courier(MESSAGES, server, "care@example.org")
        tick(database, NOON, [Target(Kind.MAIL, "kim@example.org")], courier)

    (alert,) = alerts(database)
    (mail,) = mailbox.mails
    assert f"care on-call ack {alert.code}" in mail.replace("=\r\n", "").replace("\r\n", " ")
    assert "To: kim@example.org" in mail
    assert base64.b64decode(mailbox.logins[0]) == b"\0care\0p@ss"


def test_not_acknowledged_in_time_the_next_is_told_twice_round_and_then_it_is_unanswered_F5(database, hooks):
    for minutes in range(0, 120, 5):
        tick(database, NOON + minutes * MINUTE, targets(hooks))

    assert hooks.paths() == ["/first", "/second", "/first", "/second"]
    (alert,) = alerts(database)
    assert (alert.done, alert.acknowledged_at) == (True, None)


def test_within_the_wait_nobody_else_is_told_F5(database, hooks):
    for minutes in (0, 1, 5, 14):
        tick(database, NOON + minutes * MINUTE, targets(hooks))

    assert hooks.paths() == ["/first"]


def test_once_acknowledged_nobody_else_is_told_F5(database, hooks):
    tick(database, NOON, targets(hooks))
    with database.begin() as uow:
        assert uow.alerts.acknowledge(uow.alerts.unacknowledged()[0].code, "Kim", NOON + MINUTE)
        uow.commit()

    tick(database, NOON + WAIT, targets(hooks))

    assert hooks.paths() == ["/first"]
    assert alerts(database) == []


def test_acknowledged_while_a_notice_is_on_its_way_it_stays_acknowledged_F5(database, hooks):
    def acknowledged_meanwhile(_, alert):
        with database.begin() as uow:
            uow.alerts.acknowledge(alert.code, "Kim", NOON)
            uow.commit()

    escalate(lambda: NOON, database, acknowledged_meanwhile, targets(hooks), WAIT)

    assert alerts(database) == []
    assert tick(database, NOON + 60 * MINUTE, targets(hooks)) == 0


def test_a_failed_send_is_tried_again_with_growing_pauses_and_then_the_next_is_told_F5(database, hooks):
    hooks.status["/first"] = 503
    tried = []
    for seconds in range(0, 16 * 60, 10):
        before = len(hooks.got)
        tick(database, NOON + timedelta(seconds=seconds), targets(hooks))
        tried += [seconds] * (len(hooks.got) - before)

    assert hooks.paths() == ["/first"] * 5 + ["/second"]
    assert tried == [0, 30, 90, 210, 450, 900]


def test_a_send_that_works_at_the_second_try_counts_F5(database, hooks):
    hooks.status["/first"] = 500
    tick(database, NOON, targets(hooks))
    hooks.status.clear()
    for minutes in (1, 2, 15):
        tick(database, NOON + minutes * MINUTE, targets(hooks))

    assert hooks.paths() == ["/first", "/first"]
    assert alerts(database)[0].step == 1


def test_a_target_that_refuses_the_connection_does_not_end_the_escalation_F5(database, hooks):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = parse_target(f"http://127.0.0.1:{free.getsockname()[1]}/gone")
    for minutes in range(16):
        tick(database, NOON + minutes * MINUTE, [gone, *targets(hooks, "/second")])

    assert hooks.paths() == ["/second"]


def test_killed_between_send_and_mark_it_is_sent_twice_rather_than_never_F2(database, hooks, monkeypatch):
    from care.storage.alerts import Alerts  # noqa: PLC0415 -- broken here alone

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Alerts, "keep", die)
        with pytest.raises(KeyboardInterrupt):
            tick(database, NOON, targets(hooks))

    tick(database, NOON + MINUTE, targets(hooks))
    assert hooks.paths() == ["/first"]
    tick(database, NOON + LEASE, targets(hooks))
    assert hooks.paths() == ["/first", "/first"]


def test_killed_before_the_send_it_is_sent_later_F2(database, hooks):
    def die(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        escalate(lambda: NOON, database, die, targets(hooks), WAIT)

    tick(database, NOON + LEASE, targets(hooks))
    assert hooks.paths() == ["/first"]


def test_two_schedulers_at_once_send_one_notice_F2(database, hooks):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: tick(database, NOON, targets(hooks)), range(2)))

    assert hooks.paths() == ["/first"]


def test_an_open_or_recent_alert_of_a_person_is_not_doubled_F2(database):
    def opened(at):
        with database.begin() as uow:
            new = uow.alerts.open("ayla", "plan_intent", at)
            uow.commit()
            return new

    assert not opened(NOON + 10 * 60 * MINUTE)
    with database.begin() as uow:
        uow.alerts.acknowledge(uow.alerts.unacknowledged()[0].code, "Kim", NOON)
        uow.commit()
    assert [opened(NOON + minutes * MINUTE) for minutes in (59, 60, 61)] == [False, True, False]


def test_somebody_erased_is_told_of_no_more_P2(database, hooks):
    with database.begin() as uow:
        assert uow.erase("ayla")["alerts"] == 1
        uow.commit()

    assert tick(database, NOON, targets(hooks)) == 0


def test_the_table_does_not_say_whose_an_alert_is_P1(database, tmp_path):
    with sqlite3.connect(tmp_path / "care.db") as connection:
        (row,) = connection.execute("select * from alerts").fetchall()

    assert "ayla" not in map(str, row)


def test_each_step_is_logged_without_address_or_person_F5(database, hooks):
    hooks.status["/first"] = 500
    with structlog.testing.capture_logs() as logged:
        for minutes in range(120):
            tick(database, NOON + minutes * MINUTE, targets(hooks))

    assert {line["event"] for line in logged} == {"alert_sent", "alert_not_sent", "alert_unanswered"}
    text = json.dumps(logged)
    assert not any(word in text for word in ("ayla", hooks.url, "/first", "/second", "127.0.0.1"))


def test_without_anybody_on_call_nothing_is_claimed_F5(database):
    assert tick(database, NOON, []) == 0
    assert alerts(database)[0].due_at == NOON
