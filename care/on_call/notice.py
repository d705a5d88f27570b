"""Sends one notice to one target."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

import httpx

from care.domain.alert import Alert
from care.errors import CareError
from care.messages import Messages
from care.on_call.targets import LOOPBACK, Kind, MailServer, Target, parse_mail_server, parse_target
from care.settings import Settings

_WAIT_S = 10.0


class NoticeFailed(CareError):
    """A target did not take a notice; another try may work. Says what kind of failure it was, no address."""


@dataclass(frozen=True)
class Courier:
    """Hands notices over; ``mail_server`` and ``mail_from`` are needed for mailboxes alone."""

    messages: Messages
    mail_server: MailServer | None = None
    mail_from: str = ""

    def send(self, target: Target, alert: Alert) -> None:
        """Tell of an alert; raises NoticeFailed."""
        at = f"{alert.at:%Y-%m-%d %H:%M} UTC"
        body = self.messages.say("operator.alert", code=alert.code, level=alert.level, at=at)
        fields = {"case": alert.code, "level": alert.level, "at": alert.at.isoformat()}
        self._hand_over(target, self.messages.say("operator.alert_subject", code=alert.code), body, fields)

    def send_test(self, target: Target) -> None:
        """Send a notice that says it is a test; raises NoticeFailed."""
        body, fields = self.messages.say("operator.test"), {"case": "TEST", "level": "test", "at": None}
        self._hand_over(target, self.messages.say("operator.test_subject"), body, fields)

    def _hand_over(self, target: Target, subject: str, body: str, fields: Mapping[str, str | None]) -> None:
        try:
            if target.kind is Kind.MAIL:
                self._mail(target.address, subject, body)
            else:
                _post(target.address, {"text": body} if target.kind is Kind.SLACK else fields)
        except httpx.HTTPStatusError as error:
            raise NoticeFailed(f"HTTP {error.response.status_code}") from None
        except Exception as error:  # noqa: BLE001 -- whatever broke, the next target must get its turn
            raise NoticeFailed(type(error).__name__) from None  # what it says may hold the address

    def _mail(self, address: str, subject: str, body: str) -> None:
        if self.mail_server is None:
            raise NoticeFailed("no mail server")
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.mail_from, address, subject
        mail.set_content(body)
        _deliver(self.mail_server, mail)


def load_courier(settings: Settings, messages: Messages) -> Courier:
    """The courier of the settings."""
    url = settings.smtp_url
    server = None if url is None else parse_mail_server(url.get_secret_value())
    return Courier(messages, server, settings.mail_from or "")


def load_targets(settings: Settings) -> tuple[Target, ...]:
    """The people on call, in the order in which they are told."""
    return tuple(parse_target(each.get_secret_value()) for each in settings.on_call)


def _post(url: str, fields: Mapping[str, str | None]) -> None:
    through_proxy = httpx.URL(url).host not in LOOPBACK
    answer = httpx.post(url, json=dict(fields), timeout=_WAIT_S, trust_env=through_proxy)
    answer.raise_for_status()  # a redirect counts as a failure: a secret URL is not followed elsewhere


def _deliver(server: MailServer, mail: EmailMessage) -> None:
    """Never a password or a notice in the clear to another machine."""
    with smtplib.SMTP(server.host, server.port, timeout=_WAIT_S) as smtp:
        if server.host not in LOOPBACK:
            smtp.starttls(context=ssl.create_default_context())
        if server.user is not None:
            smtp.login(server.user, server.password or "")
        smtp.send_message(mail)
