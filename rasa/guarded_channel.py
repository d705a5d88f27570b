"""The engine's one door: a REST channel that asks for a token and never repeats what a person wrote."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from encrypted_tracker_store import TrackerUnreadable
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)
LONGEST_TEXT = 32_000
LONGEST_SENDER = 255
Handler = Callable[[UserMessage], Awaitable[Any]]


class GuardedChannel(RestInput):
    """POST /webhooks/care/webhook with `Authorization: Bearer <token>`.

    Body `{"sender": str, "message": str, "metadata": {...}}`; answers the bot's messages as a list.
    401 without the token, 400 for a body of another shape, 503 when the conversation store fails,
    500 when anything else does.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        return "care"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        token = (credentials or {}).get("token")
        if not token:
            raise RasaException("guarded_channel.GuardedChannel needs a token: set CARE_ENGINE_TOKEN.")
        return cls(token)

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        blueprint = Blueprint("guarded_channel")

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._may_enter(request):
                return _refusal(401, "the bearer token is missing or wrong")
            message = to_message(request)
            if message is None:
                return _refusal(400, "the body is not {sender, message, metadata}")
            return await _answer(message, on_new_message)

        return blueprint

    def _may_enter(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), self._token.encode())


def to_message(request: Request) -> UserMessage | None:
    """The message of a request, or None when its body has another shape."""
    try:
        body = request.json
    except InvalidUsage:
        return None
    if not isinstance(body, dict):
        return None
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata") or {}
    if not (_is_text(sender, LONGEST_SENDER) and _is_text(text, LONGEST_TEXT) and isinstance(metadata, dict)):
        return None
    return UserMessage(
        text,
        CollectingOutputChannel(),
        sender,
        input_channel=GuardedChannel.name(),
        message_id=metadata.get("message_id"),
        metadata=metadata,
    )


async def _answer(message: UserMessage, on_new_message: Handler) -> HTTPResponse:
    try:
        await on_new_message(message)
    except (SQLAlchemyError, TrackerUnreadable):
        logger.exception("the conversation store failed")
        return _refusal(503, "the conversation store cannot be used now")
    except Exception:  # the door must answer whatever broke behind it
        logger.exception("a message could not be handled")
        return _refusal(500, "the message could not be handled")
    return json(message.output_channel.messages)


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest


def _refusal(status: int, error: str) -> HTTPResponse:
    return json({"error": error}, status=status)
