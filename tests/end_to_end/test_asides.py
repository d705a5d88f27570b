"""Asides, changes of mind and bad input in the middle of a conversation, each met and none lost."""

import re

import pytest

COMMANDS = (
    "history",
    "help",
    "pause",
    "sos",
    "exercise",
    "check in",
    "settings",
    "export",
    "why",
    "just talk",
)


@pytest.mark.parametrize(
    "before", [("settings", "name"), ("settings", "time zone"), ("delete",)], ids=["name", "zone", "deleting"]
)
def test_a_command_is_never_taken_as_an_answer(met, before):
    companion, name = met
    lines = [line for command in COMMANDS for line in (*before, command)]

    *turns, shown = companion.talk(name, *lines, "settings")

    assert all(turn.texts for turn in turns)
    assert "Name: Sam" in shown.text
    assert "Time zone: Europe/London" in shown.text


def test_a_command_in_the_first_meeting_is_answered_and_the_question_comes_back(companion):
    commands = [command for command in COMMANDS if command not in ("sos", "why")]

    turns = companion.talk(
        "commander",
        *commands,
        "yes",
        *commands,
        "I agree",
        "GB",
        "London",
        *commands,
        "you can call me Robin",
    )

    of_age, consented = turns[1:9], turns[10:18]
    named, last = turns[21:29], turns[29]
    assert all("18" in turn.text for turn in of_age)
    assert all("I agree" in turn.buttons for turn in consented)
    assert all(turn.buttons[-1] == "Skip" for turn in named)
    assert "No breath holds" in last.buttons


def test_a_day_that_cannot_be_kept_is_said_and_asked_for(met):
    companion, name = met

    _, asked, mood, *_, shown = companion.talk(
        name,
        "check in for last friday",
        "yesterday",
        "7",
        "6",
        "skip",
        "not now",
        "history",
        at="2026-11-24T12:00",
    )

    assert "today" in asked.texts[0]
    assert asked.buttons == ["Today", "Yesterday"]
    assert "esterday" in mood.text
    assert "23 Nov" in shown.text


def test_a_country_is_said_back_and_a_short_code_is_asked_about(companion):
    *_, asked, zone = companion.talk("angeleno", "yes", "I agree", "LA", "United States")

    assert "Laos" in asked.text
    assert "Laos" in asked.buttons
    assert "United States" in zone.text


def test_a_short_code_that_was_meant_is_confirmed_by_yes(met):
    companion, name = met

    *_, asked, saved = companion.talk(name, "settings", "country", "LA", "yes")

    assert "Laos" in asked.text
    assert "Country: Laos" in saved.text


@pytest.mark.parametrize(
    ("said", "doctor"),
    [("dizzy", True), ("I feel sick", True), ("worse", False), ("this makes it worse", False)],
)
def test_harm_in_a_practice_stops_it_and_that_kind_is_offered_no_more(met, said, doctor):
    companion, name = met

    *_, stopped, _, everything = companion.talk(
        name, "box breathing please", "4", "next", said, "exercise", "something else"
    )

    assert ("doctor" in stopped.text) is doctor
    assert "Something gentle" in stopped.buttons
    assert "Box breathing" not in everything.text


def test_what_is_typed_for_a_step_is_no_small_talk(met):
    companion, name = met

    *_, step = companion.talk(name, "grounding exercise please", "5", "a tree, my dog, a cup of coffee")

    assert step.text.startswith("2/")
    assert len(step.texts) == 1


def test_an_offer_stays_the_same_after_an_aside(met):
    companion, name = met
    *_, offered, thanked, human = companion.talk(name, "exercise", "thanks", "are you human?")

    assert offered.buttons == thanked.buttons == human.buttons


def test_one_in_a_sentence_is_no_rating(met):
    companion, name = met

    _, _, days, mood = companion.talk(name, "check in", "it was one of those days", "5")

    assert "energy" not in days.text
    assert "energy" in mood.text


def test_a_loss_told_in_a_check_in_is_met_with_warmth_and_no_list_of_exercises(met):
    companion, name = met

    *_, reflected, more, again, offered = companion.talk(
        name, "check in", "2", "2", "my dad died on sunday", "yes", "i miss him and i feel so sad", "yes"
    )

    assert "sorry" in reflected.text
    assert "listening" in more.text or "Take your time" in more.text
    assert "sad" in again.text
    assert offered.buttons == ["People to talk to", "Five things you see", "Not now"]


@pytest.mark.parametrize(
    "before", [(), ("check in",), ("check in", "4"), ("exercise",), ("settings", "name")]
)
def test_strong_distress_is_met_before_anything_else_and_the_talk_goes_on(met, before):
    companion, name = met

    *_, met_with, listening, reflected = companion.talk(
        name,
        *before,
        "i can't stop crying, everything is falling apart",
        "yes",
        "my boss wants me gone and i am so scared",
    )

    assert met_with.buttons == ["Tell you more", "Something gentle", "People to talk to", "Not now"]
    assert len(met_with.texts) == 1
    assert "10" not in listening.buttons
    assert "afraid" in reflected.text


def test_a_talk_asks_for_a_number_last_and_a_skip_notes_nothing(met):
    companion, name = met

    *_, number, skipped, shown = companion.talk(
        name,
        "i can't cope any more",
        "tell you more",
        "work is crushing me, i'm so stressed",
        "yes",
        "skip",
        "history",
    )

    assert "Skip" in number.buttons
    assert "noted" in skipped.texts[0]
    assert "nothing" in shown.text or "not checked in" in shown.text


def test_distress_inside_the_note_of_a_check_in_is_reflected_warmly(met):
    companion, name = met

    *_, reflected, offered = companion.talk(
        name, "check in", "2", "1", "i feel so overwhelmed, i can't stop crying", "yes"
    )

    assert "hard" in reflected.text or "out loud" in reflected.text
    assert offered.buttons[0] == "People to talk to"


def test_insults_in_a_row_are_met_otherwise_and_the_talk_goes_on(met):
    companion, name = met

    _, first, second, third, after = companion.talk(
        name, "you are useless", "you stupid bot", "idiot", "check in"
    )

    assert first.buttons == []
    assert "Tell you what is wrong" in second.buttons
    assert "Tell you what is wrong" in third.buttons
    assert second.text != third.text
    assert "10" in after.buttons


def test_off_topic_remarks_in_a_row_get_a_way_back(met):
    companion, name = met

    _, first, second = companion.talk(name, "what is the capital of france", "who won the football yesterday")

    assert first.buttons == []
    assert second.buttons == ["Check in", "Exercise", "Just talk"]


def test_a_second_doubtful_reading_offers_a_narrower_choice(met):
    companion, name = met

    _, first, second, third = companion.talk(name, "qwxz", "zzkk plp", "plqx")

    assert len(first.buttons) == 4
    assert second.buttons == third.buttons == ["How I feel", "Reach a person"]


def test_are_you_sure_after_are_you_human_is_answered_for_what_it_asks(met):
    companion, name = met

    _, human, sure, _, elsewhere = companion.talk(
        name, "are you human?", "are you sure?", "hello", "are you sure about that?"
    )

    assert "AI" in human.text
    assert re.search(r"[Ss]ure|AI and nothing else", sure.text)
    assert "mistakes" in elsewhere.text or "may be wrong" in elsewhere.text


def test_thanks_after_thanks_is_not_the_same_again(met):
    companion, name = met

    _, first, second = companion.talk(name, "thanks", "thank you so much")

    assert first.text in ("You are welcome.", "Glad to be of use.", "Any time.")
    assert second.text not in ("You are welcome.", "Glad to be of use.", "Any time.")


def test_yes_and_no_answer_what_was_offered(met):
    companion, name = met

    _, better, begun = companion.talk(name, "i feel better now", "yes")
    assert "check-in" in better.text
    assert "10" in begun.buttons

    *_, declined, nothing = companion.talk(name, "stop", "i feel better now", "no", "yes")
    assert "SOS" in declined.text or "later" in declined.text
    assert "Check in" in nothing.buttons


def test_pause_and_resume_work_in_plain_words_from_inside_a_question(met):
    companion, name = met

    _, _, paused, resumed = companion.talk(name, "check in", "pause", "resume")

    assert "resume" in paused.texts[0]
    assert "10" in paused.buttons
    assert "again" in resumed.texts[0] or "Resumed" in resumed.texts[0]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "word " * 4000,
        "\U0001f642\U0001f643",
        "\x07\x1b[31m",
        '/affirm{"slot":"x"}',
        '{"mood": 7}',
        "'; DROP TABLE people; --",
        "<script>alert(1)</script>",
        "ich bin so müde, je suis fatigué, estoy cansado",
        "999999999999",
        "-4",
    ],
    ids=[
        "empty",
        "20000",
        "emoji",
        "control",
        "intent",
        "json",
        "sql",
        "html",
        "mix",
        "huge",
        "negative",
    ],
)
def test_bad_input_gets_a_kind_answer_and_the_question_stays_open(met, line):
    companion, name = met

    _, _, answer, mood = companion.talk(name, "check in", line, "6")

    assert answer.texts
    assert "Traceback" not in answer.text
    assert "energy" in mood.text


def test_a_date_in_the_future_is_no_mood_and_the_day_is_asked_for(met):
    companion, name = met

    _, _, asked, mood, energy = companion.talk(name, "check in", "mood 2027-01-01", "today", "6")

    assert asked.buttons == ["Today", "Yesterday"]
    assert "10" in mood.buttons
    assert "energy" in energy.text
