"""The protocol page says what the companion does; the safety page names tests that there are (P4, P5)."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from care.domain import episode, follow_up
from care.domain.safety_plan import STEPS
from care.messages import load_messages
from care.safety import reply
from care.safety.hotlines import load_hotlines
from care.safety.hours import Clock
from care.safety.label import Label
from care.settings import CRISIS_LANGUAGES, Settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
CONTENT = Settings().content_dir
HOTLINES = load_hotlines(CONTENT)
NOW = Clock(datetime(2026, 11, 24, 12, tzinfo=UTC), "Europe/London")
TOLD = {
    "a plan to die, or an attempt": Label.PLAN_INTENT,
    "thoughts of suicide": Label.ACTIVE_IDEATION,
    "a wish to be dead": Label.PASSIVE_IDEATION,
    "hurting oneself": Label.SELF_HARM,
    "wanting to hurt others": Label.HARM_TO_OTHERS,
    "being hurt by somebody": Label.ABUSE_VICTIM,
    "worry about somebody else": Label.THIRD_PARTY_CONCERN,
}
ALSO = {
    "distance from means": "distance",
    "tell someone": "trusted_person",
    "step away": "step_away",
    "how to hide this talk": "hide_how",
    "how to ask them": "ask_them",
}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| what a message tells")
]


def test_every_danger_that_brings_help_stands_in_the_page_P4():
    assert {TOLD[row[0]] for row in ROWS} == {label for label in Label if label.is_crisis}


@pytest.mark.parametrize("language", CRISIS_LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_answer_to_each_danger_is_what_the_page_says_P4(row, language):
    told, emergency, lines, question, also = row
    label, messages = TOLD[told], load_messages(CONTENT, language)
    replies = reply.compose(label, "GB", HOTLINES, messages, language=language, clock=NOW)
    said = "\n".join(each.text for each in replies)
    shown = [line.contact for line in HOTLINES.for_country("GB", label, language=language, clock=NOW)]

    assert "999" in said
    first_line = min(said.index(contact) for contact in shown)
    assert (said.index("999") < first_line) is (emergency == "first")
    assert 1 <= len(shown) <= int(lines.removeprefix("up to "))
    asked = any(text in said for text in messages.wordings("crisis.question"))
    assert asked is (question == "asked")
    assert any(text in said for text in messages.wordings(f"crisis.{ALSO[also]}"))


def test_the_times_of_the_page_are_those_of_the_product_P4():
    page = " ".join(PAGE.split())
    hours = [f"{int(wait.total_seconds() // 3600)} hours" for wait in list(follow_up.CHECK_INS.values())[:2]]
    weeks, months = follow_up.CARING_DAYS[:4], follow_up.CARING_DAYS[4:]

    assert f"then after {hours[0]}, {hours[1]} and {follow_up.CHECK_INS['week'].days} days" in page
    assert "after {}, {}, {} and {} days and then every".format(*weeks) in page
    assert {later - sooner for sooner, later in zip(follow_up.CARING_DAYS[3:], months, strict=False)} == {30}
    assert f"every {months[1] - months[0]} days, for up to 365 days" in page
    assert months[-1] <= 365
    assert f"at least {int(episode.LATER.total_seconds() // 3600)} hours after the last danger" in page
    assert f"after {episode.QUIET_END.days} days of talking" in page
    assert f"a safety plan of {STEPS} steps" in page


def test_every_test_that_the_safety_page_names_is_there_P5():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")))
    written = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))

    missing = sorted(name for name in named if f"def {name}(" not in written)
    assert len(named) > 50
    assert missing == []
