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
    *_, after, _, verdict = companion.play(name, *["next"] * number, "2", "better")
    assert "now" in after.text
    assert "10" in after.buttons
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
    companion.talk(name, "check in", "mood 6, energy 3", "skip", "not now", at="2026-11-24T09:00")
    companion.talk(name, "check in", "8", "7", "skip", "not now", at="2026-11-24T18:00")

    *_, shown = companion.talk(name, "show my history", at="2026-11-24T19:00")

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

    turns = companion.talk(
        name, "check in", *["what is the capital of france"] * 3, "stop", "asdf", "qwer", "zxcv"
    )

    said = [text for turn in turns for text in turn.texts]
    assert all(first != second for first, second in pairwise(said))


def test_a_change_of_mind_leaves_a_question_and_a_later_one_starts_anew(met):
    companion, name = met

    _, _, _, back, _, stopped, exercise = companion.talk(
        name, "check in", "4", "back", "5", "stop", "can we do box breathing"
    )
    assert "energy" not in back.text
    assert "Exercise" in stopped.buttons
    assert "Box breathing" in exercise.text


def test_what_a_person_asked_to_avoid_is_never_offered(companion):
    companion.talk("avoider", "yes", "I agree", "skip", "skip", "skip", "no breathing please")

    _, _, everything, refused = companion.talk("avoider", "exercise", "something else", "box breathing")

    assert "breath" not in everything.text.lower()
    assert "leave that kind out" in refused.text or "wanted to avoid" in refused.text


def test_a_family_that_made_it_worse_is_not_offered_again(met):
    companion, name = met
    companion.talk(name, "box breathing please", "4", *["next"] * 8, "7", "worse")

    *_, everything = companion.talk(name, "exercise", "something else")

    assert "Box breathing" not in everything.text
    assert "Long breath out" not in everything.text
    assert "Body scan" in everything.text


def test_an_exercise_can_be_left_at_any_step(met):
    companion, name = met

    *_, left = companion.talk(name, "grounding exercise please", "skip", "next", "stop")

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
    _, crisis = companion.talk("crisis-first", CRISIS)

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
    companion.talk(name, "exercise", "1", at="2026-11-24T12:00")

    _, mood, energy = companion.talk(name, "7", "8", at="2026-11-26T12:00")

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


def _people(companion):
    with sqlite3.connect(companion.data_dir / "care.db") as connection:
        return connection.execute("select count(*) from people").fetchone()[0]
