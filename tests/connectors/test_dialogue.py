import asyncio
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from care.domain.reply import Button, Reply
from care.errors import EngineSilent, EngineUnavailable
from connectors.dialogue import Dialogue

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


@contextmanager
def engine(answers):
    """A server that gives each path its (status, JSON) and keeps what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            asked.append((path, self.headers.get("Authorization"), json.loads(body) if body else None))
            status, answer = answers[path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = _answer  # noqa: N815 -- the names http.server looks for

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_dialogue(url, use):
    async def run():
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            return await use(Dialogue(client, "token", sleep=lambda _: asyncio.sleep(0)))

    return asyncio.run(run())


def send(url, text="hello"):
    return with_dialogue(url, lambda dialogue: dialogue.send("ayla", text, message_id="m1", at=NOW))


def test_a_message_goes_with_its_token_its_id_and_its_time():
    with engine({"/webhooks/care/webhook": (200, [{"text": "Hi"}])}) as (url, asked):
        send(url)

    sent = {"sender": "ayla", "message": "hello", "metadata": {"message_id": "m1", "at": NOW.isoformat()}}
    assert asked == [("/webhooks/care/webhook", "Bearer token", sent)]


def test_texts_buttons_and_orders_are_read():
    said = [
        {"text": " Hi ", "buttons": [{"title": "Yes", "payload": "/affirm"}]},
        {"custom": {"erase": True}},
    ]
    with engine({"/webhooks/care/webhook": (200, said)}) as (url, _):
        answer = send(url)

    assert answer.replies == (Reply("Hi", (Button("Yes", "/affirm"),)),)
    assert answer.orders == {"erase"}


def test_an_empty_answer_is_a_failure_because_an_action_failed():
    with engine({"/webhooks/care/webhook": (200, [])}) as (url, _), pytest.raises(EngineSilent):
        send(url)


@pytest.mark.parametrize("status", [401, 500, 503])
def test_a_refusal_or_a_fault_means_that_the_engine_is_not_available(status):
    with (
        engine({"/webhooks/care/webhook": (status, {})}) as (url, _),
        pytest.raises(EngineUnavailable) as caught,
    ):
        send(url, "a secret about zebras")

    assert "zebra" not in str(caught.value)


def test_an_engine_that_is_not_there_is_not_available():
    with pytest.raises(EngineUnavailable):
        send("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("status", "ready"), [((200, {"model_file": "m"}), True), ((200, {}), False), ((401, {}), False)]
)
def test_an_engine_is_ready_once_its_model_is_loaded(status, ready):
    with engine({"/status": status}) as (url, _):
        assert with_dialogue(url, lambda dialogue: dialogue.ready()) is ready


def test_waiting_for_an_engine_ends_with_an_error_and_not_never():
    with pytest.raises(EngineUnavailable):
        with_dialogue("http://127.0.0.1:9", lambda dialogue: dialogue.wait(1))


@pytest.mark.parametrize(("loop", "in_form"), [({"name": "onboarding_form"}, True), ({}, False)])
def test_an_open_form_is_noticed(loop, in_form):
    with engine({"/conversations/ayla/tracker": (200, {"active_loop": loop})}) as (url, _):
        assert with_dialogue(url, lambda dialogue: dialogue.in_form("ayla")) is in_form
