"""Finds signs of danger in one message: in-process, on one core, with no network, engine or database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from care.content import read_yaml
from care.errors import ContentError
from care.safety.label import Answer, Barrier, Finding, Label
from care.safety.notation import Notation, Phrase
from care.safety.wording import BREAK, END, QUOTE, Speller, plain

SURE, _UNSURE = 0.95, 0.6
_WINDOW, _STRIDE = 60, 45
_ANSWER_WORDS = 40
_TELLING = 1_000  # characters: they tell the language
_PLAIN_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class _Rule:
    phrase: Phrase
    label: Label
    sure: bool
    weight: tuple[int, float]


class _Phrases:
    """Phrases found by a word that each must hold, so that most text costs one look-up a word."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_word: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            for word in phrase.anchors:
                self._by_word.setdefault(word, []).append(phrase)

    def among(self, words: frozenset[str]) -> list[Phrase]:
        return list({id(p): p for word in words for p in self._by_word.get(word, ())}.values())

    def found(self, text: str, words: frozenset[str]) -> bool:
        return any(all(part.search(text) for part in phrase.parts) for phrase in self.among(words))

    def removed(self, text: str, words: frozenset[str]) -> str:
        for phrase in self.among(words):
            text = phrase.parts[0].sub("_ ", text)
        return text


class _Lexicon:
    """The rules of one language."""

    def __init__(self, language: str, raw: Mapping[str, Any]) -> None:
        self.language = language
        grammar = raw["grammar"]
        notation = Notation(raw["words"], [*raw["negations"], BREAK, END, QUOTE], grammar["common"])
        self._sayings = _Phrases(map(notation.compile, raw["sayings"]))
        self._not_denying = _Phrases(map(notation.compile, raw["not_denying"]))
        self._past = _Phrases(map(notation.compile, raw["past"]))
        self._present = _Phrases(map(notation.compile, raw["present"]))
        self._story = [notation.compile(source) for source in raw["story"]]
        self._story_found = _Phrases(self._story)
        self._joke = _Phrases(map(notation.compile, raw["joke"]))
        self._bereaved = _Phrases(map(notation.compile, raw["bereaved"]))
        self._others_body = _Phrases(map(notation.compile, raw["others_body"]))
        others = "|".join(map(re.escape, raw["words"]["who"]))
        self._others = re.compile(rf"(?:.*(?<!\S))?(?:{others}) ((?:(?!, )\S+ ){{0,6}})$")
        self._owned = re.compile(rf"(?<!\S)(?:{_one_of(grammar['owners'])}) $")
        self._mine = re.compile(rf"(?<!\S)(?:{_one_of(grammar['my'])}) ")
        self._first_person = re.compile(rf"(?<!\S)(?:{_one_of(grammar['first_person'])}) ")
        self._own_start = re.compile(rf"(?:(?:{_one_of(grammar['own_start'])}) )+$")
        self._goes_on = frozenset({*grammar["goes_on"], BREAK})
        self._other = re.compile(rf"(?:{others}) ")
        self._rules = _rules(raw["labels"], notation)
        self._by_word: dict[str, list[_Rule]] = {}
        for rule in self._rules:
            for word in rule.phrase.anchors:
                self._by_word.setdefault(word, []).append(rule)
        self._answers = {
            Answer(answer): _Phrases(map(notation.compile, sources))
            for answer, sources in raw["answers"].items()
        }
        self._plan_answers = [notation.compile(source) for source in raw["plan_answers"]]
        self._safe_now = _Phrases(map(notation.compile, raw["safe_now"]))
        self._reached = _Phrases(map(notation.compile, raw["reached"]))
        self._barriers = {
            Barrier(barrier): _Phrases(map(notation.compile, sources))
            for barrier, sources in raw["barriers"].items()
        }
        self._clause_words = frozenset(raw["clause_words"])
        self._answered_no = re.compile(
            rf"^(?:{_one_of(grammar['answered'])}) (?=(?:{_one_of(grammar['i'])}) )"
        )
        self._denied = _denied(raw["negations"], grammar)
        self._negation = re.compile(rf"(?<!\S)(?:{_one_of(raw['negations'])}) ")
        self._denied_after = [notation.compile(source) for source in grammar["denied_after"]]
        self._frequent = frozenset({*grammar["common"], *raw["negations"]})
        self._known = frozenset(notation.vocabulary)
        self._speller = Speller(raw["same"], notation.vocabulary, raw["guarded"], grammar["elisions"])
        self._whole = {
            kind: frozenset(" ".join(self._speller.words(phrase)) for phrase in raw[kind])
            for kind in ("hide", "come_back")
        }
        self._sos = frozenset(" ".join(self._speller.words(phrase)) for phrase in raw["sos"])

    def sentences(self, text: str) -> list[str]:
        """Plain sentences, each word followed by a space; long ones in overlapping windows."""
        result: list[str] = []
        current: list[str] = []
        for word in [*self._speller.words(text), END]:
            if word == END:
                result.extend(_windows(current))
                current = []
                continue
            if word in self._clause_words and current:
                current.append(BREAK)
            current.append(word)
        return result

    def find(self, text: str) -> Finding:
        """The gravest thing that the text says."""
        sentences = self.sentences(text)
        best = Finding(Label.NONE, 0.0)
        seen: set[str] = set()
        for at, sentence in enumerate(sentences):
            if best.label is Label.PLAN_INTENT and best.score >= SURE:
                break
            if sentence in seen:
                continue
            seen.add(sentence)
            best = self._graver(best, sentence, sentences[max(0, at - 1) : at + 2])
        return best

    def answer(self, text: str) -> Answer:
        """What an answer to the direct question means: what is said first, and the longer reading of it."""
        said = [w for w in self._speller.words(text)[:_ANSWER_WORDS] if w not in {END, QUOTE}]
        sentence, words = " ".join(said) + " ", frozenset(said)
        first: list[tuple[int, int, Answer]] = []
        for answer, phrases in self._answers.items():
            found = [m for p in phrases.among(words) if (m := p.parts[0].search(sentence))]
            first += [(m.start(), -m.end(), answer) for m in found]
        return min(first)[2] if first else Answer.UNCLEAR

    def answers_with_a_plan(self, text: str) -> bool:
        """Whether the whole of a short answer to the direct question says when, or what is ready."""
        said = self._short(text)
        return any(p.parts[0].fullmatch(said) for p in self._plan_answers) if said else False

    def says_safe(self, text: str) -> bool:
        """Whether a short text says that the person is safe or better."""
        return self._claims(self._safe_now, text)

    def says_reached(self, text: str) -> bool:
        """Whether a short text says that somebody was reached."""
        return self._claims(self._reached, text)

    def barrier(self, text: str) -> Barrier | None:
        """What a short text names as standing in the way of calling."""
        said = self._short(text)
        words = frozenset(said.split())
        return next((name for name, phrases in self._barriers.items() if phrases.found(said, words)), None)

    def is_whole(self, kind: str, text: str) -> bool:
        """Whether the whole message is one of the words of a kind (``hide``, ``come_back``)."""
        return self._short(text).strip() in self._whole[kind]

    def _claims(self, phrases: _Phrases, text: str) -> bool:
        """Whether a short text holds one of the phrases, with no negation anywhere before it."""
        said = self._short(text)
        found = (p.parts[0].search(said) for p in phrases.among(frozenset(said.split())))
        return any(m is not None and not self._negation.search(said[: m.start()]) for m in found)

    def _short(self, text: str) -> str:
        """The words of a short text, each followed by a space; empty for a long one."""
        said = [w for w in self._speller.words(text[:_TELLING]) if w not in {END, BREAK, QUOTE}]
        return " ".join(said) + " " if 0 < len(said) <= _ANSWER_WORDS else ""

    def familiar(self, words: Sequence[str]) -> int:
        """How much of some plain words is of this language: its small frequent words count most."""
        return sum(2 * (word in self._frequent) + (word in self._known) for word in words)

    def asks_for_help(self, text: str) -> bool:
        """Whether the whole message is a call for the help lines."""
        return (
            " ".join(w for w in self._speller.words(text[:200]) if w not in {END, BREAK, QUOTE}) in self._sos
        )

    def _graver(self, best: Finding, sentence: str, around: Sequence[str]) -> Finding:
        words = frozenset(sentence.split())
        bare = self._sayings.removed(sentence, words)
        by_id = {id(r): r for word in words for r in self._by_word.get(word, ())}
        rules = [r for r in by_id.values() if self._could_win(r, best)]
        if not rules:
            return best
        plain = self._not_denying.removed(bare, words)
        for rule in sorted(rules, key=lambda r: r.weight, reverse=True):
            if not self._could_win(rule, best):
                break
            label = self._supported(rule, bare, plain, sentence, around)
            if label.severity > best.label.severity:
                best = Finding(label, rule.weight[1])
        return best

    def _could_win(self, rule: _Rule, best: Finding) -> bool:
        return rule.weight > (best.label.severity, best.score)

    def _supported(self, rule: _Rule, bare: str, plain: str, sentence: str, around: Sequence[str]) -> Label:
        """The label that the rule gives this sentence, NONE when it is denied, over, told or not meant."""
        match = self._found(rule, bare, plain)
        if match is None or self._is_silenced(rule, bare, match, sentence, around):
            return Label.NONE
        if rule.label.calls_for_the_question and self._is_of_another(bare, match):
            grief = self._bereaved.found(sentence, frozenset(sentence.split()))
            return Label.NONE if grief else Label.THIRD_PARTY_CONCERN
        return rule.label

    def _is_silenced(
        self, rule: _Rule, bare: str, match: re.Match[str], sentence: str, around: Sequence[str]
    ) -> bool:
        if rule.label is Label.DISTRESS:
            return False
        words = frozenset(sentence.split())
        if self._past.found(sentence, words) and not self._present.found(sentence, words):
            return True
        if rule.label is Label.SELF_HARM and self._others_body.found(sentence, words):
            return True
        if rule.label is Label.THIRD_PARTY_CONCERN and self._bereaved.found(sentence, words):
            return True
        if rule.sure:
            return self._is_told(bare, match.start(), rule)
        near = " ".join(around)
        near_words = frozenset(near.split())
        return self._joke.found(near, near_words) or self._story_found.found(near, near_words)

    def _found(self, rule: _Rule, bare: str, plain: str) -> re.Match[str] | None:
        """The undenied match of the rule's first part, if its other parts are there too."""
        first, *others = rule.phrase.parts
        if not all(part.search(bare) for part in others):
            return None
        return next((m for m in first.finditer(bare) if not self._is_denied(m, bare, plain)), None)

    def _is_of_another(self, bare: str, match: re.Match[str]) -> bool:
        """Whether the nearest subject before the match is another person."""
        before = bare[: match.start()]
        if self._owned.search(before) and self._other.match(bare, match.end()):
            return True
        subject = self._others.match(before)
        return subject is not None and self._first_person.search(subject[1] + match[0]) is None

    def _is_denied(self, match: re.Match[str], bare: str, plain: str) -> bool:
        before = bare[: match.start()]
        clause = before[before.rfind(f"{BREAK} ") + 2 :] if f"{BREAK} " in before else before
        if plain != bare:
            clause = self._not_denying.removed(clause, frozenset(clause.split()))
        clause = self._answered_no.sub("", clause)
        denied = self._denied.search(clause)
        if denied is not None:
            return len(self._negation.findall(clause)) % 2 == 1
        return any(after.parts[0].match(bare, match.end()) for after in self._denied_after)

    def _is_told(self, text: str, start: int, rule: _Rule) -> bool:
        before = text[:start]
        last = max((m.end() for p in self._story for m in p.parts[0].finditer(before)), default=None)
        if last is None:
            if rule.label is Label.THIRD_PARTY_CONCERN:
                return (
                    self._story_found.found(text, frozenset(text.split())) and self._mine.search(text) is None
                )
            return False
        between = self._own_start.sub("", before[last:])
        return self._first_person.search(between) is None and self._goes_on.isdisjoint(between.split())


class Screen:
    """The rules of every language that is spoken here."""

    def __init__(self, lexicons: Sequence[_Lexicon]) -> None:
        self._lexicons = tuple(lexicons)

    def screen(self, text: str) -> Finding:
        """The gravest label that the message supports, read alone; in time linear in its length."""
        findings = (lexicon.find(text) for lexicon in self._lexicons)
        return max(findings, key=lambda found: (found.label.severity, found.score))

    def language_of(self, text: str, expected: str) -> str:
        """The language whose words the message holds most of; ``expected`` where that does not tell."""
        words = _PLAIN_WORD.findall(plain(text[:_TELLING]))
        counts = {lexicon.language: lexicon.familiar(words) for lexicon in self._lexicons}
        best = max(counts, key=lambda language: (counts[language], language == expected), default=expected)
        return best if counts.get(best) else expected

    def reply_to_direct_question(self, text: str) -> Answer:
        """What the person answered to "Are you thinking about killing yourself?", typed or by button."""
        if text.strip() in {"/affirm", "/deny"}:
            return Answer.YES if text.strip() == "/affirm" else Answer.NO
        if self.screen(text).label.is_suicidal:
            return Answer.YES
        answers = {lexicon.answer(text) for lexicon in self._lexicons}
        return next((answer for answer in (Answer.YES, Answer.NO) if answer in answers), Answer.UNCLEAR)

    def asks_for_help(self, text: str) -> bool:
        """Whether the whole message calls for the help lines ("sos", "help me", "hotline")."""
        return any(lexicon.asks_for_help(text) for lexicon in self._lexicons)

    def answers_with_a_plan(self, text: str) -> bool:
        """Whether a short answer to the direct question says when, or what is ready."""
        return any(lexicon.answers_with_a_plan(text) for lexicon in self._lexicons)

    def says_safe(self, text: str) -> bool:
        """Whether a short text says that the person is safe or better."""
        return any(lexicon.says_safe(text) for lexicon in self._lexicons)

    def says_reached(self, text: str) -> bool:
        """Whether a short text says that somebody was reached."""
        return any(lexicon.says_reached(text) for lexicon in self._lexicons)

    def barrier(self, text: str, language: str) -> Barrier | None:
        """What a short text names as standing in the way of calling; read in its language first."""
        ordered = sorted(self._lexicons, key=lambda lexicon: lexicon.language != language)
        return next((found for lexicon in ordered if (found := lexicon.barrier(text))), None)

    def hides(self, text: str) -> bool:
        """Whether the whole message asks to hide the talk at once."""
        return any(lexicon.is_whole("hide", text) for lexicon in self._lexicons)

    def comes_back(self, text: str) -> bool:
        """Whether the whole message asks to show the talk again."""
        return any(lexicon.is_whole("come_back", text) for lexicon in self._lexicons)


def load_screen(content_dir: Path, languages: Sequence[str]) -> Screen:
    """The screen for these languages, from ``lexicons/<language>/crisis.yml``.

    Raises ContentError when a file is missing, incomplete or not in the notation.
    """
    if not languages:
        raise ContentError("No language is set.", "Set CARE_LANGUAGES.")
    return Screen([_load(content_dir, language) for language in languages])


def _load(content_dir: Path, language: str) -> _Lexicon:
    path = content_dir / "lexicons" / language / "crisis.yml"
    try:
        return _Lexicon(language, read_yaml(path))
    except ContentError as error:
        raise ContentError(f"{path}: {error.problem}", error.remedy) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContentError(
            f"{path} lacks {error}, or it is not of the right kind.", "Mend that part."
        ) from error


def _rules(labels: Mapping[str, Mapping[str, list[str]]], notation: Notation) -> list[_Rule]:
    rules: list[_Rule] = []
    for name, kinds in labels.items():
        label = Label(name)
        for kind, sources in kinds.items():
            sure = {"sure": True, "unsure": False}[kind]
            weight = (label.severity, SURE if sure else _UNSURE)
            rules += [_Rule(notation.compile(source), label, sure, weight) for source in sources]
    return rules


def _windows(words: list[str]) -> list[str]:
    if len(words) <= _WINDOW:
        return [" ".join(words) + " "] if words else []
    return [
        " ".join(words[at : at + _WINDOW]) + " " for at in range(0, len(words) - _WINDOW + _STRIDE, _STRIDE)
    ]


def _one_of(words: Iterable[str]) -> str:
    """An expression for any of some words; it matches nothing when there are none."""
    return "|".join(map(re.escape, words)) or r"(?!)"


def _denied(negations: Iterable[str], grammar: Mapping[str, Any]) -> re.Pattern[str]:
    """What stands before words that are denied: "I do not (really) ...", "I never said that I ..."."""
    subject = _one_of(grammar["i"])
    said = rf"(?:{_one_of(grammar['said'])}) (?:(?:{_one_of(grammar['that'])}) )?"
    spoken = f"(?:(?:{subject}) )" if grammar["i"] else ""
    return re.compile(
        rf"(?<!\S)(?:{_one_of(negations)}) (?:(?:(?!(?:{subject}|,) )\S+ ){{0,5}}"
        rf"|{said}{spoken}(?:\S+ ){{0,2}})$"
    )
