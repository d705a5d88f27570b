"""What holds for every action, without an engine."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import details, wiring
from actions.base import CareAction, CareForm
from actions.check_in import BeginCheckIn, SaveCheckIn
from actions.onboarding import ValidateOnboardingForm
from actions.practice import AskPractice, SavePractice
from actions.settings import ValidateDeleteForm
from actions.turn import Turn
from care.domain.person import Person

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
PARTS = (wiring.settings, wiring.database)


@pytest.fixture(autouse=True)
def _own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("CARE_DATA_DIR", str(tmp_path / "data"))
    for part in PARTS:
        part.cache_clear()
    wiring.database().migrate()
    yield
    wiring.database().close()
    for part in PARTS:
        part.cache_clear()


def tracker(*, slots=None, text="", intent="", entities=(), message_id="m1", at=NOW, loop=None):
    return Tracker(
        sender_id="ayla",
        slots={"requested_slot": None, **(slots or {})},
        latest_message={
            "text": text,
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value} for name, value in entities],
            "metadata": {"message_id": message_id, "at": at.isoformat()},
        },
        events=[],
        paused=False,
        followup_action=None,
        active_loop={"name": loop} if loop else {},
        latest_action_name="action_listen",
    )


def run(action, given):
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, given, {}))
    return dispatcher.messages, {
        event["name"]: event["value"] for event in events if event["event"] == "slot"
    }


def known(**details):
    with wiring.database().begin() as uow:
        uow.people.add(Person("ayla", "2026-11", NOW, NOW, zone="Europe/London", **details))
        uow.commit()


CHECKED_IN = {
    "day": "2026-11-24", "mood": "3", "energy": "skipped", "note": "worn out", "reflection": "right",
    "feelings": ["tired"], "areas": ["work"], "reading": {"sentiment": -0.4, "arousal": "low"},
}  # fmt: skip


def test_the_same_message_handled_twice_leaves_one_check_in():
    known()
    for _ in range(2):
        run(SaveCheckIn(), tracker(slots=CHECKED_IN))

    with wiring.database().begin() as uow:
        found = uow.check_ins.last("ayla", 5)
    assert [(one.mood, one.energy, one.feelings, one.confirmed) for one in found] == [
        (3, None, ("tired",), True)
    ]


def test_another_message_leaves_another_check_in():
    known()
    run(SaveCheckIn(), tracker(slots=CHECKED_IN))
    run(SaveCheckIn(), tracker(slots=CHECKED_IN, message_id="m2", at=NOW + timedelta(hours=1)))

    with wiring.database().begin() as uow:
        assert len(uow.check_ins.last("ayla", 5)) == 2


def test_an_action_that_breaks_says_so_and_does_not_raise(capsys):
    class Breaks(CareAction):
        def name(self):
            return "action_that_breaks"

        def act(self, dispatcher, given):
            dispatcher.utter_message(response="utter_half_said")
            raise ValueError(given.latest_message["text"])

    said, slots = run(Breaks(), tracker(text="a zebra in my words"))

    assert [message["response"] for message in said] == ["utter_trouble"]
    assert slots == {}
    assert "zebra" not in "".join(capsys.readouterr())


def test_a_form_that_breaks_keeps_its_question_open():
    class Breaks(CareForm):
        def name(self):
            return "validate_breaking_form"

        def validate_mood(self, value, dispatcher, given, domain):
            raise KeyError(value)

    given = tracker(slots={"requested_slot": "mood"}, text="a zebra")
    given.events = [
        {"event": "action", "name": "breaking_form"},
        {"event": "slot", "name": "mood", "value": "a zebra"},
    ]
    said, slots = run(Breaks(), given)

    assert [message["response"] for message in said] == ["utter_trouble"]
    assert slots == {"mood": None}


def test_nobody_is_stored_before_a_clear_yes():
    form = ValidateOnboardingForm()
    given = tracker(text="hm maybe", intent="nlu_fallback")

    assert form.validate_consent("hm maybe", CollectingDispatcher(), given, {}) == {"consent": None}
    with wiring.database().begin() as uow:
        assert uow.people.get("ayla") is None

    assert form.validate_consent("ok", CollectingDispatcher(), tracker(intent="affirm"), {}) == {
        "consent": True
    }
    with wiring.database().begin() as uow:
        assert uow.people.get("ayla").consented_at == NOW


def test_a_yes_with_a_but_is_no_consent():
    form = ValidateOnboardingForm()
    given = tracker(text="hmm ok i guess", intent="affirm")

    assert form.validate_consent("hmm ok i guess", CollectingDispatcher(), given, {}) == {"consent": None}
    with wiring.database().begin() as uow:
        assert uow.people.get("ayla") is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Sam", "Sam"),
        ("my friends call me Al", "Al"),
        ("I'm Zoë.", "Zoë"),
        ("<b>x</b>", None),
        ("x" * 31, None),
    ],
)
def test_a_name_is_read_from_a_sentence_and_bounded(said, name):
    assert details.nickname(said, CollectingDispatcher()) == name


@pytest.mark.parametrize(
    ("said", "intent", "sure"),
    [
        ("/affirm", "affirm", "yes"),
        ("yes", "affirm", "yes"),
        ("delete everything", "delete_data", "yes"),
        ("maybe", "affirm", None),
        ("hmm ok wait", "affirm", None),
        ("erase only my check-ins", "delete_data", None),
        ("no", "deny", "no"),
    ],
)
def test_only_a_clear_yes_erases(said, intent, sure):
    given = tracker(text=said, intent=intent)

    slots = ValidateDeleteForm().validate_delete_sure(said, CollectingDispatcher(), given, {})

    assert slots == {"delete_sure": sure}


def test_saving_a_check_in_leaves_nothing_of_an_earlier_practice():
    known()
    slots = {**CHECKED_IN, "practice": "none", "strain_before": "7", "step_index": 2, "verdict": "worse"}

    _, after = run(SaveCheckIn(), tracker(slots=slots))

    assert [after[name] for name in ("practice", "strain_before", "step_index", "verdict")] == [None] * 4


@pytest.mark.parametrize(
    ("said", "adult"),
    [
        ("i'm 17", "no"),
        ("17", "no"),
        ("34", "yes"),
        ("hm", None),
        ("i am thirteen", "no"),
        ("eighteen", "yes"),
        ("im a teenager", "no"),
    ],
)
def test_an_age_in_numbers_answers_the_question_for_adults(said, adult):
    form = ValidateOnboardingForm()

    slots = form.validate_adult(said, CollectingDispatcher(), tracker(text=said, intent="rate"), {})

    assert slots["adult"] == adult


@pytest.mark.parametrize(
    ("said", "day", "told"),
    [
        ("check in", "2026-11-24", []),
        ("check in for tomorrow", "2026-11-24", ["utter_day_in_future"]),
        ("check in for 2026-01-05", "2026-11-24", ["utter_day_too_old"]),
        ("check in for yesterday", "2026-11-23", []),
    ],
)
def test_a_check_in_is_about_today_or_yesterday(said, day, told):
    known()

    messages, slots = run(BeginCheckIn(), tracker(text=said, intent="check_in"))

    assert ([message["response"] for message in messages], slots["day"]) == (told, day)


def test_a_practice_that_made_it_worse_takes_its_family_off_the_offer():
    known()
    run(SavePractice(), tracker(slots={"practice": "box_breathing", "step_index": 5, "verdict": "worse"}))

    with wiring.database().begin() as uow:
        assert uow.people.get("ayla").stopped_families == {"breathing"}


def test_nothing_to_offer_closes_the_form_and_says_so():
    families = {practice.family for practice in wiring.practices().values()}
    known(stopped_families=frozenset(families))

    messages, slots = run(AskPractice(), tracker(slots={}))

    assert [message["response"] for message in messages] == ["utter_nothing_fits"]
    assert slots["practice"] == "none"


def test_a_message_carries_its_own_time_and_id():
    turn = Turn.of(tracker(message_id="m9"))

    assert turn.at == NOW
    assert turn.id_for("check_in") == turn.id_for("check_in")
    assert turn.id_for("check_in") != turn.id_for("practice")
    assert turn.id_for("check_in") != Turn.of(tracker(message_id="m8")).id_for("check_in")
