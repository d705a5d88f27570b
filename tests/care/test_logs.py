import io
import json

import pytest
import structlog

from care import logs


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")

    def flush(self):
        raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def _unconfigured():
    yield
    structlog.reset_defaults()


def test_an_event_is_one_json_line():
    stream = io.StringIO()
    logs.write_to(stream)

    structlog.get_logger().error("engine_silent", error="EngineSilent")

    assert json.loads(stream.getvalue())["event"] == "engine_silent"


def test_a_full_disk_costs_a_line_and_nothing_else():
    logs.write_to(Full())

    structlog.get_logger().error("engine_silent")
