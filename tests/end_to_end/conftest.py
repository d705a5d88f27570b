"""A companion that really runs: engine, action server, database; scripts are played through ``care chat``."""

from __future__ import annotations

import json
import subprocess

import pytest
from companion import CARE, MET, ROOT, Companion, companion_env


@pytest.fixture(scope="session")
def companion(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("companion") / "data"
    env = companion_env(data_dir)
    engine = subprocess.Popen(
        [*CARE, "engine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT, text=True
    )
    try:
        ready = engine.stdout.readline()
        assert ready, "the engine did not come up"
        urls = json.loads(ready)
        env |= {"CARE_ENGINE_URL": urls["engine_url"], "CARE_ACTIONS_URL": urls["actions_url"]}
        yield Companion(env, data_dir, tmp_path_factory.mktemp("cwd"))
    finally:
        engine.stdin.close()
        engine.wait(timeout=30)
        engine.stdout.close()


@pytest.fixture
def met(companion, request):
    """A companion and somebody who has been through the first meeting, under a name of their own."""
    name = request.node.name
    companion.talk(name, *MET)
    return companion, name
