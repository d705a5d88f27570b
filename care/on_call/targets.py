"""Where a notice to the people on call goes: a Slack channel, another webhook, or a mailbox."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MAILBOX = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


class Kind(StrEnum):
    """How a target is spoken to."""

    SLACK = "slack"
    WEBHOOK = "webhook"
    MAIL = "mail"


@dataclass(frozen=True)
class Target:
    """``address`` is a URL or a mailbox; a webhook's URL is a secret, so it is never shown."""

    kind: Kind
    address: str = field(repr=False)


def parse_target(written: str) -> Target:
    """A target as it stands in the settings; raises ValueError, which does not repeat it."""
    url = urlsplit(written)
    if url.scheme == "mailto":
        if not _MAILBOX.fullmatch(url.path):
            raise ValueError("after mailto: stands one address, such as mailto:oncall@example.org")
        return Target(Kind.MAIL, url.path)
    if url.scheme == "https" and url.hostname:
        return Target(Kind.SLACK if url.hostname == "hooks.slack.com" else Kind.WEBHOOK, written)
    if url.scheme == "http" and url.hostname in LOOPBACK:
        return Target(Kind.WEBHOOK, written)
    raise ValueError(
        "each target is an https:// webhook, an http:// one of this machine, or a mailto: address"
    )


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_mail_server(written: str) -> MailServer:
    """A mail server as ``smtp://user:password@host:port``; raises ValueError, which does not repeat it."""
    wrong = ValueError("it is written smtp://user:password@host:port")
    url = urlsplit(written)
    try:
        port = url.port or 587
    except ValueError:
        raise wrong from None
    if url.scheme != "smtp" or not url.hostname:
        raise wrong
    user = None if url.username is None else unquote(url.username)
    password = None if url.password is None else unquote(url.password)
    return MailServer(url.hostname, port, user, password)
