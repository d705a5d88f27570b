"""What may stand in the settings of the people on call."""

import json

import pytest

from care.commands.parts import _app_env
from care.commands.prepare import load_settings
from care.errors import ConfigurationError
from care.on_call.notice import Courier, NoticeFailed, load_targets
from care.on_call.targets import Kind, MailServer, Target, parse_mail_server
from care.settings import Settings
from tests.scheduler.test_escalation import MESSAGES
from tests.servers import mail_server

SLACK = "https://hooks.slack.com/services/T0/B0/secret"


def test_each_kind_of_target_is_read_in_order_F5(monkeypatch):
    given = [SLACK, "https://example.org/hook", "http://127.0.0.1:8000/hook", "mailto:kim@example.org"]
    monkeypatch.setenv("CARE_ON_CALL", json.dumps(given))
    monkeypatch.setenv("CARE_SMTP_URL", "smtp://care:p%40ss@mail.example.org:587")
    monkeypatch.setenv("CARE_MAIL_FROM", "care@example.org")

    assert [target.kind for target in load_targets(load_settings())] == [
        Kind.SLACK,
        Kind.WEBHOOK,
        Kind.WEBHOOK,
        Kind.MAIL,
    ]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("CARE_ON_CALL", '["http://example.org/secret"]', "https://"),
        ("CARE_ON_CALL", '["secret"]', "https://"),
        ("CARE_ON_CALL", '["https://"]', "https://"),
        ("CARE_ON_CALL", '["mailto:secret"]', "one address"),
        ("CARE_ON_CALL", '["mailto:secret@example.org"]', "CARE_SMTP_URL"),
        ("CARE_ON_CALL", "secret", "JSON"),
        ("CARE_ON_CALL_WAIT_MIN", "0", "greater than 0"),
        ("CARE_SMTP_URL", "http://secret:secret@example.org", "smtp://"),
        ("CARE_SMTP_URL", "smtp://care:secret@example.org:port", "smtp://"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_never_shown_F5(monkeypatch, variable, value, said):
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigurationError) as refused:
        load_settings()

    assert variable in str(refused.value)
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)


def test_no_secret_shows_in_the_settings_or_a_target_F5():
    settings = Settings(on_call=(SLACK,), smtp_url="smtp://care:secret@example.org")

    shown = repr((settings, load_targets(settings), parse_mail_server("smtp://care:secret@example.org")))
    assert "secret" not in shown


def test_the_parts_that_are_started_get_the_targets_F5(monkeypatch):
    environment = _app_env(Settings(on_call=(SLACK, "https://example.org/hook")))

    assert json.loads(environment["CARE_ON_CALL"]) == [SLACK, "https://example.org/hook"]


def test_no_password_goes_in_the_clear_to_another_machine_F5(monkeypatch):
    with mail_server() as mailbox:
        monkeypatch.setattr("care.on_call.notice.LOOPBACK", frozenset())
        courier = Courier(MESSAGES, MailServer("127.0.0.1", mailbox.port, "care", "p@ss"), "care@example.org")
        with pytest.raises(NoticeFailed, match="SMTPNotSupportedError"):
            courier.send_test(Target(Kind.MAIL, "kim@example.org"))

    assert (mailbox.logins, mailbox.mails) == ([], [])
