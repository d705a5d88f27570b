import re
from pathlib import Path

import pyphen
import pytest

from care.errors import ContentError
from care.messages import Messages, load_messages
from care.safety.hotlines import load_hotlines
from care.safety.label import Answer, Label
from care.safety.last_resort import LastResort, load_last_resort
from care.safety.reply import after_answer, compose, contacts, safe_default, sos, youth

DATA = Path(__file__).parents[3] / "data"
LINES = load_hotlines(DATA)
MESSAGES = load_messages(DATA, "en")
CRISES = [label for label in Label if label.is_crisis]
SUICIDAL = [label for label in Label if label.is_suicidal]
QUESTIONS = MESSAGES._wordings["crisis.question"]
OURS = {key: texts for key, texts in MESSAGES._wordings.items() if key.startswith("crisis.")}
# Words and parts of a sentence, which need no second wording.
PARTS = re.compile(
    r"crisis\.(language_|hours_|only_for_|line_(phone|sms|chat|web)$|service|notes$|either$|emergency_unknown$|"
    r"question_(yes|no)$|help_button$|button_|in_language$|stay_(sos|calm|check_in)$)"
)
ANYWHERE = {"112", "911"}


def text(replies):
    return "\n".join(reply.text for reply in replies)


def buttons(replies):
    return [button.payload for reply in replies for button in reply.buttons]


def every_way(country, **more):
    """Every answer that this part can give in a country."""
    yield from (compose(label, country, LINES, MESSAGES, **more) for label in Label)
    yield from (after_answer(answer, country, LINES, MESSAGES, **more) for answer in Answer)
    yield sos(country, LINES, MESSAGES, **more)
    yield safe_default(country, LINES, MESSAGES, **more)
    yield youth(country, LINES, MESSAGES)


def numbers(string):
    return set(re.findall(r"\d+", string))


@pytest.mark.parametrize("country", [None, *LINES.countries.names])
def test_every_number_shown_stands_in_the_data_of_that_country(country):
    rows = [line for line in LINES.rows if line.country == country]
    known = ANYWHERE.union(*(numbers(f"{line.contact} {line.hours} {line.name}") for line in rows))

    for replies in every_way(country):
        assert numbers(text(replies)) <= known


def test_no_number_stands_in_a_message_but_those_that_work_in_many_countries():
    dialled = {number for line in LINES.rows for number in numbers(line.contact)}

    for key, texts in OURS.items():
        ages = {"18"} if key == "crisis.minor_again" else set()
        assert numbers(" ".join(texts)) - ages <= ANYWHERE <= dialled


def test_every_label_answer_and_country_gives_words():
    for country in [None, "XX", *LINES.countries.names]:
        for minor in (False, True):
            for replies in every_way(country, minor=minor) if country == "GB" else every_way(country):
                assert replies
                assert all(reply.text.strip() and "{" not in reply.text for reply in replies)


@pytest.mark.parametrize("label", SUICIDAL)
def test_one_direct_question_closes_help_for_thoughts_of_suicide(label):
    replies = compose(label, "GB", LINES, MESSAGES)

    assert replies[-1].text in QUESTIONS
    assert buttons(replies[-1:]) == ["/affirm", "/deny"]
    assert text(replies).count("?") == 1
    assert not any(
        question in text(compose(label, "GB", LINES, MESSAGES, ask=False)) for question in QUESTIONS
    )


@pytest.mark.parametrize("label", [Label.THIRD_PARTY_CONCERN, Label.ABUSE_VICTIM, Label.HARM_TO_OTHERS])
def test_the_direct_question_is_not_put_to_somebody_else(label):
    replies = compose(label, "GB", LINES, MESSAGES)

    assert not any(question in text(replies) for question in QUESTIONS)
    assert buttons(replies) == []


def test_a_person_who_hurts_themselves_is_asked_too():
    assert compose(Label.SELF_HARM, "GB", LINES, MESSAGES)[-1].text in QUESTIONS


def test_with_a_plan_the_emergency_number_and_lines_come_first_then_company_and_distance():
    first, second, _ = compose(Label.PLAN_INTENT, "GB", LINES, MESSAGES)

    assert first.text.index("112 or 999") < first.text.index("116 123")
    assert any(wording in second.text for wording in OURS["crisis.be_with_someone"])
    assert any(wording in second.text for wording in OURS["crisis.distance"])


def test_distance_from_means_names_none():
    means = "rope gun pills knife blade razor bridge noose belt tablets medicine weapon drug dose"

    for texts in OURS.values():
        assert not set(means.split()) & set(re.findall(r"[a-z]+", " ".join(texts).lower()))


@pytest.mark.parametrize("label", CRISES)
def test_every_answer_to_a_crisis_says_that_it_is_no_person_and_cannot_call(label):
    said = text(compose(label, "GB", LINES, MESSAGES))

    assert re.search(r"I'm (an AI|a computer program)", said)
    assert "can't" in said


@pytest.mark.parametrize("label", CRISES)
def test_at_most_three_contacts_are_shown_each_with_its_hours(label):
    rows = re.findall(r"^- .*$", text(compose(label, "US", LINES, MESSAGES)), re.MULTILINE)

    assert 1 <= len(rows) <= 3
    assert all(re.search(r"\(.*(day and night|hours).*\)", row) for row in rows)


def test_hours_that_are_not_confirmed_are_said_to_be_so():
    said = text(compose(Label.ACTIVE_IDEATION, "AU", LINES, MESSAGES))

    assert "Lifeline: call 13 11 14 (day and night)" in said
    assert "Lifeline Text: text 0477 13 11 14 (said to be day and night, hours not confirmed)" in said


def test_a_line_in_another_language_says_which():
    assert "in French" in text(compose(Label.ACTIVE_IDEATION, "FR", LINES, MESSAGES))
    assert "in French" not in text(compose(Label.ACTIVE_IDEATION, "FR", LINES, MESSAGES, language="fr"))


def test_a_line_for_some_people_says_for_whom():
    assert "for women" in text(compose(Label.ABUSE_VICTIM, "DE", LINES, MESSAGES))


def test_an_unknown_country_gets_findahelpline_and_is_asked_and_never_the_us():
    for replies in every_way(None):
        said = text(replies)
        assert "findahelpline.com" in said
        assert re.search(r"\bcountry\b", said)
        assert "988" not in said
        assert numbers(said) <= ANYWHERE


def test_a_country_without_a_fitting_line_is_told_so():
    said = text(compose(Label.ABUSE_VICTIM, "JP", LINES, MESSAGES))

    assert "Japan" in said
    assert "findahelpline.com" in said
    assert "119 for an ambulance, 110 for the police" in said


def test_an_emergency_number_that_sources_dispute_is_shown_with_that_doubt():
    said = text(compose(Label.PLAN_INTENT, "GM", LINES, MESSAGES))

    assert any(wording in said for wording in OURS["crisis.emergency_uncertain"])


def test_abuse_is_answered_discreetly_and_without_advice_to_confront():
    said = text(compose(Label.ABUSE_VICTIM, "GB", LINES, MESSAGES))

    assert "delete this chat" in said
    assert not re.search(r"confront|couple|leave (him|her)|talk to (him|her)|report", said, re.IGNORECASE)


def test_concern_for_another_gets_ways_to_help_and_advice_lines():
    said = text(compose(Label.THIRD_PARTY_CONCERN, "GB", LINES, MESSAGES))

    assert any(wording in said for wording in OURS["crisis.ask_them"])
    assert "116 123" in said
    assert "hurt yourself" not in said


@pytest.mark.parametrize("answer", Answer)
def test_help_stays_in_sight_whatever_the_answer(answer):
    replies = after_answer(answer, "GB", LINES, MESSAGES)

    assert "116 123" in text(replies)
    assert "112 or 999" in text(replies)
    assert buttons(replies) == ["/sos"]
    assert replies[-1].text.endswith("?")
    assert text(replies).count("?") == 1


def test_a_yes_goes_on_with_company_and_distance():
    said = text(after_answer(Answer.YES, "GB", LINES, MESSAGES))

    assert any(wording in said for wording in OURS["crisis.be_with_someone"])
    assert any(wording in said for wording in OURS["crisis.distance"])


def test_a_minor_gets_youth_lines_and_an_adult_to_tell():
    for replies in (youth("GB", LINES, MESSAGES), sos("GB", LINES, MESSAGES, minor=True)):
        assert "Childline" in text(replies)
        assert "adult" in text(replies)
    assert "Childline" in text(compose(Label.PLAN_INTENT, "GB", LINES, MESSAGES, minor=True))


def test_the_record_of_help_shown_names_the_lines_that_were_shown():
    shown = contacts(Label.ACTIVE_IDEATION, "GB", LINES)

    assert shown[0] == "Samaritans 116 123 (GB, phone)"
    said = text(compose(Label.ACTIVE_IDEATION, "GB", LINES, MESSAGES))
    for each in shown:
        assert each.split(" (")[0].rsplit(" ", 2)[-1] in said


def test_the_same_words_never_come_twice_running():
    for first, second in zip(every_way("GB"), every_way("GB", avoid=()), strict=True):
        again = list(second)
        assert text(first) == text(again)
    for label in Label:
        once = compose(label, "GB", LINES, MESSAGES)
        twice = compose(label, "GB", LINES, MESSAGES, avoid=[reply.text for reply in once])
        assert not {reply.text for reply in once} & {reply.text for reply in twice}


def test_every_sentence_has_two_wordings_that_differ():
    for key, texts in OURS.items():
        assert PARTS.match(key) or len(set(texts)) >= 2, key


def test_every_language_and_group_of_the_data_has_its_word():
    spoken = {code for line in LINES.rows for code in line.languages} - {"local", "Indigenous languages"}
    groups = {line.only_for for line in LINES.rows if line.only_for}

    assert {f"crisis.language_{code}" for code in spoken} <= OURS.keys()
    assert {f"crisis.only_for_{group}" for group in groups} <= OURS.keys()


FORBIDDEN = re.compile(
    r"commit|therap|diagnos|disorder|lethal|overdose|promise (me|not)|our secret|only need me|selfish|"
    r"attention|calm down|snap out|at least you|you should have|no reason to|hopeless|i understand how|"
    r"you're not .*are you",
    re.IGNORECASE,
)


def test_no_message_blames_diagnoses_or_promises():
    for texts in OURS.values():
        assert not [t for t in texts if FORBIDDEN.search(t)]


def grade(texts):
    """Flesch-Kincaid grade of some sentences."""
    syllables = pyphen.Pyphen(lang="en_US")
    words = re.findall(r"[A-Za-z']+", " ".join(texts))
    sentences = len(re.findall(r"[.?!:](?:\s|$)", " ".join(texts)))
    count = sum(max(1, len(syllables.positions(word)) + 1) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * count / len(words) - 15.59


def test_the_words_can_be_read_in_grade_six():
    sentences = [t for key, texts in OURS.items() if not PARTS.match(key) for t in texts]

    assert grade(sentences) <= 6
    assert max(len(t.split()) for t in sentences) <= 32


class Broken(Messages):
    def say(self, key, /, **_):
        raise RuntimeError(key)


def test_when_composing_breaks_the_words_made_ready_go_out_and_the_error_is_named_without_its_text():
    reported = []
    ready = load_last_resort(DATA, "en")

    def compose_badly():
        return compose(Label.PLAN_INTENT, "GB", LINES, Broken({}))

    assert ready.unless(compose_badly, reported.append) == list(ready.replies)
    assert reported == ["RuntimeError"]
    assert "findahelpline.com" in text(ready.replies)
    assert QUESTIONS[0] in text(ready.replies)


def test_silence_is_replaced_and_words_that_were_composed_are_kept():
    ready = load_last_resort(DATA, "en")
    composed = sos("GB", LINES, MESSAGES)

    assert ready.unless(list) == list(ready.replies)
    assert ready.unless(lambda: composed) == composed


def test_the_words_made_ready_need_no_file_later(tmp_path):
    for part in ("hotlines", "messages"):
        (tmp_path / part).symlink_to(DATA / part)
    ready = load_last_resort(tmp_path, "en")
    for part in ("hotlines", "messages"):
        (tmp_path / part).unlink()

    assert ready.unless(list, print) == list(ready.replies)
    with pytest.raises(ContentError):
        load_last_resort(tmp_path, "en")


def test_what_is_said_stays_out_of_a_repr():
    assert "findahelpline" not in repr(LastResort(tuple(safe_default(None, LINES, MESSAGES))))
