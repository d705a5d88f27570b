"""Whole conversations by ``care chat --script``, with a real engine, action server and database."""

import json
import re
import sqlite3
from itertools import pairwise

import pytest

CHECK_IN = ("check in", "3", "2", "my boss keeps piling on work and i'm worn out", "yes")
CRISIS = "i want to kill myself"


def test_a_first_meeting_goes_in_order_one_message_a_step(companion):
    first, adult, consent, country, zone, name, avoid = companion.play(
        "first-meeting", "yes", "I agree", "United Kingdom", "London", "Sam", "no breath holds"
    )

    assert "AI" in first.texts[0]
    assert "SOS" in first.texts[0]
    assert "18" in first.texts[1]
    assert "erase" in adult.text
    assert "delete" in adult.text
    assert "country" in consent.text
    assert "London" in country.buttons
    assert "call" in zone.text
    assert "No breath holds" in name.buttons
    assert "Sam" in avoid.text
    assert [len(turn.texts) for turn in (adult, consent, country, zone, name, avoid)] == [1] * 6


def test_all_but_consent_and_age_can_be_skipped(companion):
    *_, last = companion.play("skipper", "i'm 34", "ok", "skip", "skip", "skip", "skip")

    assert "Check in" in last.buttons


def test_a_check_in_is_understood_said_back_and_remembered_next_time(met):
    companion, name = met

    _, mood, energy, note, reflected, offered = companion.play(name, *CHECK_IN)
    assert "10" in mood.buttons
    assert "energy" in energy.text
    assert note.buttons == ["Skip"]
    assert re.search(r"worn out.*work", reflected.text)
    assert "noted" in offered.text.lower() or "saved" in offered.text.lower()

    welcome, shown = companion.play(name, "history")
    assert "worn out" in welcome.text
    assert "mood 3, energy 2" in shown.text


def test_an_exercise_that_fits_is_chosen_done_rated_and_remembered(met):
    companion, name = met
    *_, offered = companion.play(name, *CHECK_IN)
    assert 4 <= len(offered.buttons) <= 5  # two or three, something else, not now
    assert offered.buttons[-1] == "Not now"

    *_, first = companion.play(name, "exercise", "1", "6")
    number = int(re.match(r"1/(\d)", first.text)[1])
    assert number >= 4
    *_, after = companion.play(name, *["next"] * number)
    assert "now" in after.text
    assert "10" in after.buttons

    *_, verdict = companion.play(name, "2", "better")
    assert "remember" in verdict.text or "keep in mind" in verdict.text
    welcome, *_ = companion.play(name)
    assert "helped" in welcome.text or "did you good" in welcome.text


def test_a_wrong_reading_is_corrected(met):
    companion, name = met

    *_, reflected, asked, again, saved = companion.play(
        name, "check in", "4", "4", "so tired of all this work", "not quite", "more angry than tired", "yes"
    )
    assert "worn out" in reflected.text
    assert "fits" in asked.text or "put it" in asked.text
    assert "angry" in again.text
    assert saved.texts


def test_yesterday_can_be_noted_and_tomorrow_cannot(met):
    companion, name = met

    *_, saved, refused, asked = companion.play(
        name,
        "i forgot to log yesterday",
        "7",
        "6",
        "skip",
        "not now",
        "can i check in for tomorrow",
        at="2026-11-24T12:00",
    )[-4:]
    assert "today or yesterday" in asked.text or "today or yesterday" in refused.text + saved.text


def test_two_answers_in_one_message_and_several_check_ins_a_day(met):
    companion, name = met
    companion.play(name, "check in", "mood 6, energy 3", "skip", "not now", at="2026-11-24T09:00")
    companion.play(name, "check in", "8", "7", "skip", "not now", at="2026-11-24T18:00")

    *_, shown = companion.play(name, "show my history", at="2026-11-24T19:00")

    assert "mood 6, energy 3" in shown.text
    assert "mood 8, energy 7" in shown.text


def test_interruptions_are_answered_and_the_question_comes_back(met):
    companion, name = met

    _, begun, human, weather, thanks, insulted, mood = companion.play(
        name,
        "check in",
        "are you human?",
        "what's the weather like tomorrow",
        "thanks",
        "you are useless",
        "5",
    )
    assert "10" in begun.buttons
    assert "AI" in human.texts[0]
    for turn in (human, weather, thanks, insulted):
        assert "10" in turn.buttons
        assert len(turn.texts) == 2
    assert "energy" in mood.text


def test_no_sentence_comes_twice_running(met):
    companion, name = met

    turns = companion.play(
        name, "check in", *["what is the capital of france"] * 3, "stop", "asdf", "qwer", "zxcv"
    )

    said = [text for turn in turns for text in turn.texts]
    assert all(first != second for first, second in pairwise(said))


def test_a_change_of_mind_leaves_a_question_and_a_later_one_starts_anew(met):
    companion, name = met

    _, _, _, back, _, stopped, exercise = companion.play(
        name, "check in", "4", "back", "5", "stop", "can we do box breathing"
    )
    assert "energy" not in back.text
    assert "Exercise" in stopped.buttons
    assert "Box breathing" in exercise.text


def test_what_a_person_asked_to_avoid_is_never_offered(companion):
    companion.play("avoider", "yes", "I agree", "skip", "skip", "skip", "no breathing please")

    _, _, everything, refused = companion.play("avoider", "exercise", "something else", "box breathing")

    assert "breath" not in everything.text.lower()
    assert "leave that kind out" in refused.text or "wanted to avoid" in refused.text


def test_a_family_that_made_it_worse_is_not_offered_again(met):
    companion, name = met
    companion.play(name, "box breathing please", "4", *["next"] * 8, "7", "worse")

    *_, everything = companion.play(name, "exercise", "something else")

    assert "Box breathing" not in everything.text
    assert "Long breath out" not in everything.text
    assert "Body scan" in everything.text


def test_an_exercise_can_be_left_at_any_step(met):
    companion, name = met

    *_, left = companion.play(name, "grounding exercise please", "skip", "next", "stop")

    assert re.search(r"\d of \d|after \d", left.text)


def test_no_consent_means_no_programme_and_nothing_kept(companion):
    before = _people(companion)
    *_, declined, sos, again = companion.play("refuser", "yes", "no thanks", "SOS", "hello")

    assert "nothing" in declined.text
    assert "findahelpline.com" in sos.text
    assert "18" in again.text
    assert _people(companion) == before


def test_a_minor_gets_youth_lines_and_no_programme(companion):
    before = _people(companion)
    *_, told, later = companion.play("minor", "i'm 15", "i want to do the check in")

    assert "adults" in told.text or "18 and over" in told.text
    assert "findahelpline.com" in told.text
    assert not set(later.buttons) & {"Check in", "Exercise"}
    assert _people(companion) == before


@pytest.mark.parametrize(
    "before",
    [(), ("check in",), ("check in", "4"), ("exercise",), ("exercise", "1", "5"), ("settings",), ("delete",)],
    ids=["at rest", "mood", "energy", "suggestions", "a step", "settings", "deleting"],
)
def test_a_crisis_in_any_state_gets_help_at_once_and_the_dialogue_follows(met, before):
    companion, name = met

    *_, crisis, answered, after = companion.play(name, *before, CRISIS, "yes", "help")

    assert "116 123" in crisis.text
    assert "Are you thinking about killing yourself?" in crisis.text
    assert "999" in answered.text
    assert "Check in" in after.buttons


def test_a_crisis_as_the_very_first_message_gets_help_without_consent(companion):
    _, crisis = companion.play("crisis-first", CRISIS)

    assert "findahelpline.com" in crisis.text
    assert "112" in crisis.text


def test_somebody_who_returns_after_a_week_hears_what_it_is_and_what_is_remembered(met):
    companion, name = met
    companion.play(name, *CHECK_IN, "not now", at="2026-11-24T12:00")

    welcome, asked = companion.play(name, "check in", at="2026-12-03T12:00")

    assert "AI" in welcome.text
    assert "24 Nov" in welcome.text
    assert "10" in asked.buttons


def test_two_days_of_silence_in_the_middle_of_a_question_leave_nobody_stuck(met):
    companion, name = met
    companion.play(name, "exercise", "1", at="2026-11-24T12:00")

    _, mood, energy = companion.play(name, "7", "8", at="2026-11-26T12:00")

    assert "energy" in mood.text
    assert energy.texts


def test_erasing_takes_two_steps_says_what_goes_and_a_person_starts_again(met):
    companion, name = met
    companion.play(name, *CHECK_IN, "not now")
    before = _people(companion)

    _, warned, kept, _, erased, again = companion.play(name, "delete", "no", "delete", "yes", "hello")

    assert "check-ins (1)" in warned.text
    assert "deleted" in kept.text or "stays" in kept.text
    assert "erased" in erased.text or "gone" in erased.text
    assert "18" in again.text
    assert _people(companion) == before - 1


def test_an_export_is_handed_over_and_complete(met):
    companion, name = met
    companion.play(name, *CHECK_IN, "not now")

    _, handed = companion.play(name, "i want a copy of all my data")

    path = companion.folder / handed.media[0]
    exported = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_mode & 0o077 == 0
    assert exported["mood_entries"][0]["note"] == CHECK_IN[3]
    assert exported["conversation"]


def test_settings_are_shown_and_changed(met):
    companion, name = met

    _, shown, asked, changed, _, _, quiet, late = companion.play(
        name, "settings", "name", "Robin", "settings", "daily invitation", "23:00", "20:00"
    )
    assert "Sam" in shown.text
    assert asked.texts
    assert changed.texts
    assert "21:00" in quiet.text
    assert late.texts
    *_, again = companion.play(name, "settings")
    assert "Robin" in again.text
    assert "20:00" in again.text


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

    *turns, shown = companion.play(name, *lines, "settings")

    assert all(turn.texts for turn in turns)
    assert "Name: Sam" in shown.text
    assert "Time zone: Europe/London" in shown.text


def test_a_command_in_the_first_meeting_is_answered_and_the_question_comes_back(companion):
    commands = [command for command in COMMANDS if command not in ("sos", "why")]

    turns = companion.play(
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

    _, asked, mood, *_, shown = companion.play(
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
    *_, asked, zone = companion.play("angeleno", "yes", "I agree", "LA", "United States")

    assert "Laos" in asked.text
    assert "Laos" in asked.buttons
    assert "United States" in zone.text


def test_a_short_code_that_was_meant_is_confirmed_by_yes(met):
    companion, name = met

    *_, asked, saved = companion.play(name, "settings", "country", "LA", "yes")

    assert "Laos" in asked.text
    assert "Country: Laos" in saved.text


@pytest.mark.parametrize(
    ("said", "doctor"),
    [("dizzy", True), ("I feel sick", True), ("worse", False), ("this makes it worse", False)],
)
def test_harm_in_a_practice_stops_it_and_that_kind_is_offered_no_more(met, said, doctor):
    companion, name = met

    *_, stopped, _, everything = companion.play(
        name, "box breathing please", "4", "next", said, "exercise", "something else"
    )

    assert ("doctor" in stopped.text) is doctor
    assert "Something gentle" in stopped.buttons
    assert "Box breathing" not in everything.text


def test_what_is_typed_for_a_step_is_no_small_talk(met):
    companion, name = met

    *_, step = companion.play(name, "grounding exercise please", "5", "a tree, my dog, a cup of coffee")

    assert step.text.startswith("2/")
    assert len(step.texts) == 1


def test_an_offer_stays_the_same_after_an_aside(met):
    companion, name = met
    *_, offered, thanked, human = companion.play(name, "exercise", "thanks", "are you human?")

    assert offered.buttons == thanked.buttons == human.buttons


def test_one_in_a_sentence_is_no_rating(met):
    companion, name = met

    _, _, days, mood = companion.play(name, "check in", "it was one of those days", "5")

    assert "energy" not in days.text
    assert "energy" in mood.text


def test_a_loss_told_in_a_check_in_is_met_with_warmth_and_no_list_of_exercises(met):
    companion, name = met

    *_, reflected, more, again, offered = companion.play(
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

    *_, met_with, listening, reflected = companion.play(
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

    *_, number, skipped, shown = companion.play(
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

    *_, reflected, offered = companion.play(
        name, "check in", "2", "1", "i feel so overwhelmed, i can't stop crying", "yes"
    )

    assert "hard" in reflected.text or "out loud" in reflected.text
    assert offered.buttons[0] == "People to talk to"


def test_insults_in_a_row_are_met_otherwise_and_the_talk_goes_on(met):
    companion, name = met

    _, first, second, third, after = companion.play(
        name, "you are useless", "you stupid bot", "idiot", "check in"
    )

    assert first.buttons == []
    assert "Tell you what is wrong" in second.buttons
    assert "Tell you what is wrong" in third.buttons
    assert second.text != third.text
    assert "10" in after.buttons


def test_off_topic_remarks_in_a_row_get_a_way_back(met):
    companion, name = met

    _, first, second = companion.play(name, "what is the capital of france", "who won the football yesterday")

    assert first.buttons == []
    assert second.buttons == ["Check in", "Exercise", "Just talk"]


def test_a_second_doubtful_reading_offers_a_narrower_choice(met):
    companion, name = met

    _, first, second, third = companion.play(name, "qwxz", "zzkk plp", "vbnm qq")

    assert len(first.buttons) == 4
    assert second.buttons == third.buttons == ["How I feel", "Reach a person"]


def test_are_you_sure_after_are_you_human_is_answered_for_what_it_asks(met):
    companion, name = met

    _, human, sure, _, elsewhere = companion.play(
        name, "are you human?", "are you sure?", "hello", "are you sure about that?"
    )

    assert "AI" in human.text
    assert re.search(r"[Ss]ure|AI and nothing else", sure.text)
    assert "mistakes" in elsewhere.text or "may be wrong" in elsewhere.text


def test_thanks_after_thanks_is_not_the_same_again(met):
    companion, name = met

    _, first, second = companion.play(name, "thanks", "thank you so much")

    assert first.text in ("You are welcome.", "Glad to be of use.", "Any time.")
    assert second.text not in ("You are welcome.", "Glad to be of use.", "Any time.")


def test_yes_and_no_answer_what_was_offered(met):
    companion, name = met

    _, better, begun = companion.play(name, "i feel better now", "yes")
    assert "check-in" in better.text
    assert "10" in begun.buttons

    *_, declined, nothing = companion.play(name, "stop", "i feel better now", "no", "yes")
    assert "SOS" in declined.text or "later" in declined.text
    assert "Check in" in nothing.buttons


def test_pause_and_resume_work_in_plain_words_from_inside_a_question(met):
    companion, name = met

    _, _, paused, resumed = companion.play(name, "check in", "pause", "resume")

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
        "mood 2027-01-01",
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
        "date",
    ],
)
def test_bad_input_gets_a_kind_answer_and_the_question_stays_open(met, line):
    companion, name = met

    _, _, answer, mood = companion.play(name, "check in", line, "6")

    assert answer.texts
    assert "Traceback" not in answer.text
    assert "energy" in mood.text


def _people(companion):
    with sqlite3.connect(companion.data_dir / "care.db") as connection:
        return connection.execute("select count(*) from people").fetchone()[0]
