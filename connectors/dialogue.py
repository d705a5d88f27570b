"""The client of the dialogue engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from care.domain.reply import Button, Reply
from care.errors import EngineSilent, EngineUnavailable

_POLL_S = 0.25


@dataclass(frozen=True)
class Answer:
    """What the engine said, and what it asks the gateway to do once the turn is stored."""

    replies: tuple[Reply, ...] = field(repr=False)
    orders: frozenset[str] = frozenset()


class Dialogue:
    """Speaks with the engine at ``url``; every call carries the token that only we and the engine know."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        token: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._token = token
        self._sleep = sleep

    async def ready(self) -> bool:
        """Whether the engine answers and has its model loaded."""
        try:
            response = await self._client.get("/status", params={"token": self._token}, timeout=2.0)
        except httpx.HTTPError:
            return False
        return response.status_code == httpx.codes.OK and bool(response.json().get("model_file"))

    async def wait(self, seconds: float) -> None:
        """Return once the engine is ready; raises EngineUnavailable after ``seconds``."""
        for _ in range(max(1, int(seconds / _POLL_S))):
            if await self.ready():
                return
            await self._sleep(_POLL_S)
        raise EngineUnavailable("The dialogue engine is not up.", "See care doctor.")

    async def send(
        self, person_key: str, text: str, *, message_id: str, at: datetime, moment: str | None = None
    ) -> Answer:
        """The engine's answer to one message; ``moment`` is what it tells that calls for warmth first.

        Raises EngineUnavailable when it cannot be reached, EngineSilent when it answers with nothing.
        """
        said = await self._post(person_key, text, message_id, at, moment)
        answer = Answer(
            tuple(_reply(item) for item in said if item.get("text")),
            frozenset(name for item in said for name in item.get("custom") or ()),
        )
        if not answer.replies and not answer.orders:
            raise EngineSilent("The dialogue engine had no answer.", "Look at logs/actions.log.")
        return answer

    async def tell(self, person_key: str, intent: str, *, message_id: str, at: datetime) -> None:
        """Let the engine know of something that needs no answer. Raises EngineUnavailable."""
        await self._post(person_key, intent, message_id, at)

    async def in_form(self, person_key: str) -> bool:
        """Whether the engine is in the middle of a form with this person. Raises EngineUnavailable."""
        try:
            response = await self._client.get(
                f"/conversations/{person_key}/tracker",
                params={"token": self._token, "include_events": "NONE"},
            )
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise EngineUnavailable("The dialogue engine did not answer.", "See care doctor.") from error
        return bool((response.json().get("active_loop") or {}).get("name"))

    async def _post(
        self, person_key: str, text: str, message_id: str, at: datetime, moment: str | None = None
    ) -> list[dict[str, Any]]:
        body = {
            "sender": person_key,
            "message": text,
            "metadata": {
                "message_id": message_id,
                "at": at.isoformat(),
                **({"moment": moment} if moment else {}),
            },
        }
        try:
            response = await self._client.post(
                "/webhooks/care/webhook", json=body, headers={"Authorization": f"Bearer {self._token}"}
            )
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise EngineUnavailable("The dialogue engine did not answer.", "See care doctor.") from error
        said: list[dict[str, Any]] = response.json()
        return said


def _reply(item: dict[str, Any]) -> Reply:
    buttons = tuple(Button(each["title"], each["payload"]) for each in item.get("buttons") or ())
    media = (item["image"],) if item.get("image") else ()
    return Reply(item["text"].strip(), buttons, media)
