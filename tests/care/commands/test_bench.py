from __future__ import annotations

import json

import pytest

from care.cli import app
from care.commands.bench import Timings

ONE_ROUND = ["bench", "conversation", "--turns", "3", "--concurrency", "1", "--concurrency", "4"]


def test_a_conversation_is_measured_alone_and_under_load(care, fake_engine):
    result = care.invoke(app, ONE_ROUND)

    measured = json.loads(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert sorted(measured) == [
        "c1_p50_ms",
        "c1_p95_ms",
        "c4_p50_ms",
        "c4_p95_ms",
        "c4_per_second",
        "engine_peak_mb",
        "errors_count",
        "ready_s",
    ]
    assert measured["errors_count"] == 0
    assert 0 < measured["c1_p50_ms"] <= measured["c1_p95_ms"]


def test_an_empty_answer_counts_as_an_error_and_fails_the_benchmark(care, fake_engine, monkeypatch):
    monkeypatch.setenv("SILENT_ON", "7")

    result = care.invoke(app, ONE_ROUND)

    assert (result.exit_code, json.loads(result.stdout)["errors_count"]) == (1, 5)


def test_it_leaves_the_operators_data_alone(care, fake_engine, data_dir):
    care.invoke(app, ONE_ROUND)

    assert not data_dir.exists()


@pytest.mark.parametrize(("share", "milliseconds"), [(0.5, 10.0), (0.95, 19.0), (1.0, 20.0)])
def test_a_share_of_the_answers_came_within_so_many_milliseconds(share, milliseconds):
    assert Timings([n / 1000 for n in range(20, 0, -1)]).milliseconds(share) == milliseconds


def test_without_answers_there_is_no_time():
    assert Timings().milliseconds(0.5) is None
