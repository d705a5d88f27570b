import io
import json
from datetime import UTC, datetime

import pytest

from care.domain.reply import Button, Reply
from connectors.handover import hand_over
from connectors.printer import Printer

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
YES_NO = (Button("Yes", "/affirm"), Button("No", "/deny"))


def printed(reply, *, as_json=False):
    out = io.StringIO()
    Printer(out, as_json=as_json).bot(reply)
    return out.getvalue()


def test_choices_are_numbered_so_that_a_number_can_be_typed():
    assert printed(Reply("Shall we?", YES_NO)).splitlines() == ["", "Shall we?", "  1. Yes", "  2. No"]


def test_a_scale_stands_on_one_line_and_is_not_numbered_again():
    scale = tuple(Button(str(number), "/answer") for number in range(3))

    assert printed(Reply("How much?", (*scale, Button("Skip", "/skip")))).splitlines()[2:] == [
        "  [ 0  1  2 ]  [Skip]"
    ]


def test_long_lines_are_wrapped_and_lists_stay_lists():
    lines = printed(Reply("word " * 40 + "\n- one\n- two")).splitlines()

    assert max(map(len, lines)) <= 88
    assert lines[-2:] == ["- one", "- two"]


def test_as_json_both_sides_have_the_same_four_fields():
    out = io.StringIO()
    printer = Printer(out, as_json=True)

    printer.person("hällo")
    printer.bot(Reply("Hi", YES_NO, ("copy.json",)))

    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"from": "person", "text": "hällo", "buttons": [], "media": []},
        {"from": "bot", "text": "Hi", "buttons": ["Yes", "No"], "media": ["copy.json"]},
    ]


def test_a_copy_is_a_file_that_only_its_owner_can_read(tmp_path):
    path = hand_over(tmp_path)({"people": [{"nickname": "Ayla"}]}, NOW)

    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))["people"][0]["nickname"] == "Ayla"
    assert "Ayla" not in path.name


def test_a_folder_that_cannot_be_written_raises(tmp_path):
    with pytest.raises(OSError, match="mental-health-care"):
        hand_over(tmp_path / "nowhere")({}, NOW)
