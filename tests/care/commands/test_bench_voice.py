from __future__ import annotations

import json

import pytest
import sounds

from care.cli import app
from care.commands import bench_voice

WORDS = "i feel really tired today work has been stressful all week"


@pytest.fixture
def one_voice(monkeypatch):
    """A synthesiser that says one sentence, from a file: none need be installed."""
    recorded = sounds.encode(bench_voice.decode(sounds.SPOKEN.read_bytes()) / 32768, "wav", rate=16_000)
    monkeypatch.setattr(bench_voice, "_SENTENCES", (WORDS,))
    monkeypatch.setattr(bench_voice, "_voices", lambda: {"one": lambda _: recorded})


def test_each_engine_is_measured_by_errors_speed_and_memory(care, data_dir, one_voice):
    result = care.invoke(app, ["bench", "voice"])

    measured = json.loads(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert all(key.endswith(("_share", "_mb", "_count")) for key in measured)
    assert measured["pocketsphinx_wer_share"] <= 0.1
    assert measured["pocketsphinx_shown_share"] == 1
    assert measured["pocketsphinx_real_time_share"] > 0
    assert measured["pocketsphinx_peak_mb"] > 10


def test_without_a_synthesiser_it_says_so(care, data_dir, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    result = care.invoke(app, ["bench", "voice"])

    assert result.exit_code == 1
    assert "espeak-ng or flite" in result.stderr
