"""What holds for every action, without an engine."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import details, wiring
from actions.base import CareAction, CareForm
from actions.check_in import (
    LATER,
    AskReflection,
    BeginCheckIn,
    BeginCheckInYesterday,
    BeginFromWords,
    BeginTalk,
    SaveCheckIn,
    ValidateCheckInForm,
)
from actions.navigation import Aside, Leave, MeetMoment, Unsure
from actions.onboarding import ValidateOnboardingForm
from actions.practice import AskPractice, NoteCaution, SavePractice, ValidatePracticeForm
from actions.settings import ValidateDeleteForm, ValidateSettingsForm
from actions.turn import Turn
from care.domain.episode import Episode
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
        ("check in for tomorrow", None, ["utter_day_in_future"]),
        ("check in for 2026-01-05", None, ["utter_day_too_old"]),
        ("check in for last friday", None, ["utter_day_too_old"]),
        ("check in for yesterday", "2026-11-23", []),
        ("log monday please", "2026-11-23", []),
    ],
)
def test_a_check_in_is_about_today_or_yesterday(said, day, told):
    known()

    messages, slots = run(BeginCheckIn(), tracker(text=said, intent="check_in"))

    assert ([message["response"] for message in messages], slots["day"]) == (told, day)


def test_a_day_too_old_is_not_taken_for_yesterday_when_it_reads_like_a_check_in_for_yesterday():
    known()
    given = tracker(text="i forgot to check in last friday", intent="check_in_yesterday")

    messages, slots = run(BeginCheckInYesterday(), given)

    assert ([message["response"] for message in messages], slots["day"]) == (["utter_day_too_old"], None)


@pytest.mark.parametrize(
    ("said", "intent", "day"),
    [
        ("/check_in", "check_in", "2026-11-24"),
        ("/check_in_yesterday", "check_in_yesterday", "2026-11-23"),
        ("today then", "nlu_fallback", "2026-11-24"),
        ("yesterday", "check_in_yesterday", "2026-11-23"),
        ("sunday", "nlu_fallback", None),
        ("no idea", "deny", None),
    ],
)
def test_the_day_is_asked_for_until_it_is_one_that_can_be_kept(said, intent, day):
    known()
    given = tracker(text=said, intent=intent)

    assert ValidateCheckInForm().validate_day(said, CollectingDispatcher(), given, {}) == {"day": day}


IN_A_STEP = {"practice": "box_breathing", "step_index": 1, "strain_before": "6"}


@pytest.mark.parametrize(
    ("said", "intent", "harm"),
    [
        ("worse", "feel_worse", "worse"),
        ("this makes it worse", "nlu_fallback", "worse"),
        ("i don't like this", "deny", "worse"),
        ("dizzy", "nlu_fallback", "unwell"),
        ("I feel sick", "share_feelings", "unwell"),
        ("i can't breathe", "distress", "unwell"),
        ("i cant stop crying", "distress", "worse"),
        ("not dizzy any more", "nlu_fallback", None),
        ("blue mug, lamp, my dog", "nlu_fallback", None),
    ],
)
def test_what_speaks_against_a_practice_in_a_step_stops_it(said, intent, harm):
    given = tracker(slots=IN_A_STEP, text=said, intent=intent)

    slots = ValidatePracticeForm().validate_practice_step(said, CollectingDispatcher(), given, {})

    assert slots["practice_step"] == harm
    assert slots.get("verdict") == ("worse" if harm else None)


@pytest.mark.parametrize(
    ("harm", "response"), [("worse", "utter_stopped_worse"), ("unwell", "utter_stopped_unwell")]
)
def test_a_practice_that_was_stopped_for_harm_is_kept_as_worse_and_something_gentle_is_offered(
    harm, response
):
    known()
    slots = {**IN_A_STEP, "practice_step": harm, "strain_after": "skipped", "verdict": "worse"}

    messages, _ = run(SavePractice(), tracker(slots=slots))

    with wiring.database().begin() as uow:
        kept = uow.sessions.last("ayla", 1)[0]
        assert uow.people.get("ayla").stopped_families == {"breathing"}
    assert (kept.verdict, kept.finished, kept.steps_done) == ("worse", False, 1)
    assert messages[0]["response"] == response
    assert [button["payload"] for button in messages[0]["buttons"]] == [
        '/want_practice{"practice": "grounding_54321"}',
        "/sos",
    ]


@pytest.mark.parametrize(
    ("said", "intent", "slots"),
    [
        ("7, worse than before", "feel_worse", {"strain_after": "7"}),
        ("much worse", "feel_worse", {"strain_after": "skipped", "verdict": "worse"}),
        (
            "i feel dizzy",
            "share_feelings",
            {"practice_step": "unwell", "strain_after": "skipped", "verdict": "worse"},
        ),
    ],
)
def test_harm_told_after_a_practice_counts_as_worse(said, intent, slots):
    given = tracker(slots=IN_A_STEP, text=said, intent=intent)

    assert ValidatePracticeForm().validate_strain_after(said, CollectingDispatcher(), given, {}) == slots


def test_grounding_that_did_harm_is_not_offered_as_something_gentle():
    known()
    slots = {"practice": "grounding_54321", "step_index": 1, "practice_step": "worse", "verdict": "worse"}

    messages, _ = run(SavePractice(), tracker(slots=slots))

    assert [button["payload"] for button in messages[0]["buttons"]] == ["/sos"]


def test_an_offer_is_the_same_when_it_comes_again():
    known()
    first, slots = run(AskPractice(), tracker(slots={}, message_id="m1"))
    for message_id in ("m2", "m3", "m4", "m5"):
        again, _ = run(AskPractice(), tracker(slots={"suggested": slots["suggested"]}, message_id=message_id))
        assert again[0]["buttons"] == first[0]["buttons"]
        assert again[0]["suggestions"] == first[0]["suggestions"]


def test_something_new_to_avoid_makes_a_new_offer():
    known()
    given = tracker(
        slots={"suggested": {"offered": {"box_breathing": "calms"}}}, text="no breathing", intent=""
    )

    _, slots = run(NoteCaution(), given)

    assert slots["suggested"] is None


@pytest.mark.parametrize("moment", ["loss", "distress"])
def test_after_a_hard_moment_people_come_first_and_no_list(moment):
    known()

    messages, slots = run(AskPractice(), tracker(slots={"suggested": {"moment": moment}}))

    assert messages[0]["response"] == f"utter_after_{moment}"
    assert [button["payload"] for button in messages[0]["buttons"]][::2] == ["/sos", "/not_now"]
    assert list(slots["suggested"]["offered"]) == ["grounding_54321"]


@pytest.mark.parametrize(
    ("note", "intent", "response"),
    [
        ("my dad died last week", "nlu_fallback", "utter_reflection_loss_unsure"),
        ("my dad died and i am so sad", "share_feelings", "utter_reflection_loss"),
        ("i can't stop crying", "distress", "utter_reflection_distress"),
        ("so tired of all this work", "share_feelings", "utter_reflection"),
    ],
)
def test_a_loss_and_strong_distress_are_reflected_with_warmth(note, intent, response):
    known()
    heard = ValidateCheckInForm().validate_note(
        note, CollectingDispatcher(), tracker(text=note, intent=intent), {}
    )

    messages, _ = run(AskReflection(), tracker(slots=heard))

    assert messages[0]["response"] == response


def test_somebody_in_distress_is_met_and_whatever_was_open_is_let_go():
    known()
    given = tracker(slots={"mood": "3"}, text="i can't cope", intent="distress", loop="check_in_form")

    messages, slots = run(MeetMoment(), given)

    assert messages[0]["response"] == "utter_distress"
    assert [button["payload"] for button in messages[0]["buttons"]] == [
        "/talk_on",
        '/want_practice{"practice": "grounding_54321"}',
        "/sos",
        "/not_now",
    ]
    assert slots["mood"] is None
    assert slots["talk"]["told"] == "i can't cope"


def test_a_talk_begins_with_words_and_keeps_what_was_told_before():
    known()
    talk = {"told": "my mum died", "at": NOW.isoformat(), "moment": "loss"}
    _, begun = run(BeginTalk(), tracker(slots={"talk": talk}, text="/talk_on", intent="talk_on"))
    heard = ValidateCheckInForm().validate_note(
        "i miss her", CollectingDispatcher(), tracker(slots=begun, text="i miss her"), {}
    )

    assert begun["note"] is None
    assert heard["note"] == "my mum died\ni miss her"
    assert heard["reading"]["moment"] == "loss"


def test_a_talk_offered_long_ago_is_over():
    known()
    talk = {"told": "my mum died", "at": (NOW - timedelta(days=2)).isoformat(), "moment": "loss"}

    _, slots = run(BeginFromWords(), tracker(slots={"talk": talk}, text="i am fine", intent="share_feelings"))

    assert slots["note"] == "i am fine"
    assert slots["mood"] is None


def test_a_number_is_asked_for_last_in_a_talk_and_without_it_nothing_is_noted():
    known()
    slots = {"mood": LATER, "talk": {"told": "", "at": NOW.isoformat()}, "feelings": ["sad"], "reading": {}}
    form = ValidateCheckInForm()
    agreed = form.validate_reflection(
        "/affirm", CollectingDispatcher(), tracker(slots=slots, text="/affirm", intent="affirm"), {}
    )
    skipped = form.validate_mood(
        "/skip",
        CollectingDispatcher(),
        tracker(slots={**slots, "mood": None}, text="/skip", intent="skip"),
        {},
    )
    messages, _ = run(SaveCheckIn(), tracker(slots={**slots, **skipped}))

    assert agreed == {"reflection": "right", "mood": None}
    assert skipped == {"mood": "skipped"}
    assert messages[0]["response"] == "utter_check_in_unsaved"
    with wiring.database().begin() as uow:
        assert uow.check_ins.last("ayla", 5) == []


@pytest.mark.parametrize("code", ["LA", "CA", "in", "DE"])
def test_a_short_code_that_may_mean_something_else_is_asked_about(code):
    dispatcher = CollectingDispatcher()
    asked = details.country(code, Turn.of(tracker(text=code)), None, dispatcher)
    said_again = details.country(code, Turn.of(tracker(text=code)), code.upper(), dispatcher)
    agreed = details.country("yes", Turn.of(tracker(text="yes", intent="affirm")), code.upper(), dispatcher)

    assert asked == details.Guess(code.upper())
    assert said_again == agreed == code.upper()
    assert dispatcher.messages == []


@pytest.mark.parametrize(
    ("said", "code"), [("GB", "GB"), ("Laos", "LA"), ("i live in the US", "US"), ("xx", None)]
)
def test_a_country_that_is_plain_is_taken(said, code):
    assert details.country(said, Turn.of(tracker(text=said)), None, CollectingDispatcher()) == code


def test_a_guess_at_the_country_is_kept_until_it_is_answered():
    known()
    form = ValidateOnboardingForm()
    guessed = form.validate_country("LA", CollectingDispatcher(), tracker(text="LA"), {})
    denied = form.validate_country(
        "no", CollectingDispatcher(), tracker(text="no", intent="deny", slots=guessed), {}
    )

    assert guessed == {"country": None, "country_guess": "LA"}
    assert denied == {"country": None, "country_guess": None}


@pytest.mark.parametrize("intent", ["check_in", "show_history", "pause", "settings", "want_practice"])
def test_a_command_before_consent_is_put_off_and_nothing_is_changed(intent):
    messages, _ = run(Aside(), tracker(text=f"/{intent}", intent=intent, loop="onboarding_form"))

    assert [message["response"] for message in messages] == ["utter_questions_first"]


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


@pytest.mark.parametrize("intent", ["skip", "not_now"])
def test_a_setting_may_stay_as_it_is(intent):
    known(country="GB")
    given = tracker(slots={"setting": "country"}, text=f"/{intent}", intent=intent)

    slots = ValidateSettingsForm().validate_setting_value(f"/{intent}", CollectingDispatcher(), given, {})

    assert slots == {"setting_value": "none", "setting": "none", "requested_slot": None}


def test_words_we_could_not_read_are_thanked_for():
    known()
    slots = {**CHECKED_IN, "feelings": [], "reflection": "corrected"}

    messages, _ = run(SaveCheckIn(), tracker(slots=slots))

    assert messages[0]["response"] == "utter_check_in_saved_own_words"


def test_a_goodbye_before_a_practice_has_begun_is_a_goodbye():
    messages, _ = run(Leave(), tracker(text="bye", intent="goodbye", loop="practice_form"))

    assert [message["response"] for message in messages] == ["utter_goodbye"]


def test_whoever_is_not_understood_is_listened_to_next():
    events = asyncio.run(Unsure().run(CollectingDispatcher(), tracker(), {}))

    assert [(event["event"], event["name"]) for event in events] == [("followup", "action_listen")]


def test_asking_for_an_exercise_while_some_are_on_offer_is_no_misunderstanding():
    dispatcher = CollectingDispatcher()
    given = tracker(slots={"suggested": {"offered": {"body_scan": "eases"}}}, intent="want_practice")

    slots = ValidatePracticeForm().validate_practice("/want_practice", dispatcher, given, {})

    assert (slots, dispatcher.messages) == ({"practice": None}, [])


@pytest.mark.parametrize(("intent", "offered"), [("answer", False), ("want_practice", True)])
def test_in_an_open_episode_people_come_before_any_exercise_f3_g7(intent, offered):
    known(country="GB")
    with wiring.database().begin() as uow:
        uow.episodes.put("ayla", Episode("one", NOW, NOW, NOW, level="active_ideation", severity=7))
        uow.commit()

    messages, slots = run(AskPractice(), tracker(slots={"reading": {"mood": 2}}, intent=intent))

    assert messages[0]["text"] in wiring.messages()._wordings["crisis.episode_people"]
    assert "116 123" in messages[1]["text"]
    assert ("offered" in (slots.get("suggested") or {})) is offered
