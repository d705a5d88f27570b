"""What holds for every sentence of the dialogue, whoever edits it."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
RESPONSES = {
    name: variants
    for path in sorted((ROOT / "data/dialogue/responses/en").glob("*.yml"))
    for name, variants in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items()
}
MESSAGES = {
    f"{path.stem}.{key}": (value,) if isinstance(value, str) else tuple(value)
    for path in sorted((ROOT / "data/messages/en").glob("*.yml"))
    for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
DOMAIN = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "rasa/domain").glob("*.yml")]
ACTIONS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py"))
KINDS = ("rules", "stories")
ONLY_DATA = {
    "utter_history",
    "utter_step",
    "utter_journal_kept",
    "utter_journal_kept_hard",
    "utter_journal_found",
}  # nothing but what was asked for; it differs each time
INTENTS = {intent for part in DOMAIN for intent in part.get("intents", [])}


@pytest.mark.parametrize("name", sorted(set(RESPONSES) - ONLY_DATA))
def test_a_response_has_another_wording_so_that_it_never_comes_twice_running(name):
    texts = [variant["text"] for variant in RESPONSES[name]]

    assert len(set(texts)) >= 2


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_wording_of_a_response_offers_the_same_buttons(name):
    offered = {
        tuple(button["payload"] for button in variant.get("buttons", [])) for variant in RESPONSES[name]
    }

    assert len({frozenset(payloads) for payloads in offered}) == 1


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_button_of_a_response_stands_for_an_intent_of_the_domain(name):
    payloads = [button["payload"] for variant in RESPONSES[name] for button in variant.get("buttons", [])]

    assert {re.match(r"/(\w+)", payload)[1] for payload in payloads} <= INTENTS


def spoken_by_the_actions():
    """Names of responses in the code of the actions, those built from an intent included."""
    names = set(re.findall(r'"(utter_[a-z_]+)"', ACTIONS))
    asides = _asides()
    return names | {f"utter_{intent}" for intent in asides if intent not in _answered_by_care()}


def _asides():
    """Every intent that ``action_aside`` answers, in rules and stories."""
    told = [
        part["steps"]
        for kind in KINDS
        for path in (ROOT / f"data/dialogue/{kind}").glob("*.yml")
        for part in yaml.safe_load(path.read_text(encoding="utf-8"))[kind]
    ]
    return {
        intent
        for steps in told
        for before, step in pairwise(steps)
        if step.get("action") == "action_aside"
        for intent in re.findall(r"intent: (\w+)", yaml.safe_dump(before))
    }


def _answered_by_care():
    by_care = {
        "sos",
        "show_history",
        "journal_note",
        "journal_search",
        "pause",
        "resume",
        "export_data",
        "delete_data",
    }
    return by_care | {
        "check_in",
        "check_in_yesterday",
        "talk_on",
        "want_practice",
        "settings",
        "journal",
    }  # in the first meeting: later


def test_every_response_that_is_spoken_exists():
    assert spoken_by_the_actions() - set(RESPONSES) == set()


def test_every_action_of_the_domain_is_written_and_the_other_way_round():
    named = {action for part in DOMAIN for action in part.get("actions", [])}
    written = set()
    for path in (ROOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "name":
                written |= {value.value for value in ast.walk(node) if isinstance(value, ast.Constant)}

    assert {action for action in named if not action.startswith("utter_")} == {
        name for name in written if isinstance(name, str) and name.startswith(("action_", "validate_"))
    }


def test_every_topic_of_the_stories_has_its_rules():
    topics = {kind: {path.name for path in (ROOT / f"data/dialogue/{kind}").glob("*.yml")} for kind in KINDS}

    assert topics["stories"]
    assert topics["stories"] <= topics["rules"]


def test_no_sentence_that_a_person_reads_stands_in_the_code():
    sentence = re.compile(r"utter_message\(text=f?\"|Reply\(f?\"[A-Z]")
    stray = [
        f"{path.relative_to(ROOT)}"
        for part in ("care", "actions", "connectors", "scheduler")
        for path in (ROOT / part).rglob("*.py")
        if sentence.search(path.read_text(encoding="utf-8"))
    ]

    assert stray == []


def test_every_intent_that_the_nlu_knows_stands_in_the_domain():
    trained = {
        item["intent"]
        for path in (ROOT / "data/dialogue/nlu/en").glob("*.yml")
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if "intent" in item
    }

    assert trained - INTENTS == set()
    assert len(trained) >= 25
