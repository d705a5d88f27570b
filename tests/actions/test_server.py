import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from companion import companion_env

from care.settings import Settings
from care.storage.keys import engine_secrets, load_master_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("actions") / "data"
    _, token = engine_secrets(load_master_key(Settings(data_dir=data_dir)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "actions", "--port", str(port)],
        env=companion_env(data_dir),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not healthy(url):
        time.sleep(0.1)
    yield url, token, process.pid
    process.terminate()
    process.wait(timeout=10)


def healthy(url):
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_the_action_server_answers_the_engine_that_knows_the_token(server):
    url, token, _ = server

    listed = httpx.get(f"{url}/actions", params={"token": token}, trust_env=False)

    assert "validate_onboarding_form" in {action["name"] for action in listed.json()}


@pytest.mark.parametrize("params", [{}, {"token": "guessed"}])
def test_the_action_server_refuses_a_stranger(server, params):
    url, _, _ = server

    assert httpx.get(f"{url}/actions", params=params, trust_env=False).status_code == 401
    assert httpx.post(f"{url}/webhook", params=params, json={}, trust_env=False).status_code == 401


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_action_server_listens_on_loopback_alone(server):
    url, _, _ = server
    port = f"{int(url.rsplit(':', 1)[1]):04X}"

    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port}")
    ]

    assert listening == [f"0100007F:{port}"]
