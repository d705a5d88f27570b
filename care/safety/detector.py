"""Notices danger by two layers: word rules for what is said outright, a trained model for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from care.safety.crisis_model import Classifier, load_crisis_model
from care.safety.label import Answer, Finding, Label
from care.safety.screen import SURE, Screen, load_screen

log = structlog.get_logger()
_MAIN = "en"


class Detector:
    """Either layer may call for help; neither may call it off.

    A rule that is sure counts by itself, one that is not only where the model sees some danger too. If one
    layer breaks, the other is heard; if both do, the error goes on, and the caller gives the safe answer.
    """

    def __init__(self, rules: Screen, model: Classifier) -> None:
        self._rules, self._model = rules, model

    def screen(self, text: str) -> Finding:
        """The gravest label that the message supports, read alone."""
        language = self._rules.language_of(text, _MAIN)
        told = self._heard(lambda: self._model.find(text, language))
        said = self._heard(lambda: self._rules.screen(text))
        if told is None or said is None:
            return said or told or self._rules.screen(text)
        sure = said.score >= SURE or not said.label.is_crisis
        counts = sure or told.score >= self._model.doubtful_from(language)
        if said.score >= SURE and said.label.is_suicidal and told.label is Label.ACTIVE_IDEATION:
            return said  # "I want to die" said outright is a wish; the model takes it for more
        return max((told, said) if counts else (told,), key=_gravity)

    def reply_to_direct_question(self, text: str) -> Answer:
        """What the person answered to "Are you thinking about killing yourself?", typed or by button."""
        answer = self._rules.reply_to_direct_question(text)
        if answer is not Answer.YES and self.screen(text).label.is_suicidal:
            return Answer.YES
        return answer

    def language_of(self, text: str, expected: str) -> str:
        """The language of a message by its words; ``expected`` where they do not tell."""
        return self._rules.language_of(text, expected)

    def asks_for_help(self, text: str) -> bool:
        """Whether the whole message calls for the help lines ("sos", "help me", "hotline")."""
        return self._rules.asks_for_help(text)

    @property
    def rules(self) -> Screen:
        """The word rules, which also read short answers."""
        return self._rules

    def _heard(self, find: Callable[[], Finding]) -> Finding | None:
        try:
            return find()
        except Exception as error:  # noqa: BLE001 -- the other layer still stands
            log.error("a_layer_of_the_screen_broke", error=type(error).__name__)
            return None


def load_detector(content_dir: Path, languages: Sequence[str], crisis_dir: Path) -> Detector:
    """Rules for these languages, from ``lexicons/<language>/crisis.yml``, and the model of ``models/crisis``.

    Raises ContentError or ModelError when a part is missing or broken.
    """
    return Detector(load_screen(content_dir, languages), load_crisis_model(crisis_dir, content_dir))


def _gravity(found: Finding) -> tuple[int, float]:
    return found.label.severity, found.score
