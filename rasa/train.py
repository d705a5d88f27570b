"""Trains the dialogue model that the data calls for, to the place where the launcher looks for it."""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import bodiless_logs
import light_start
from dialogue_model import REPOSITORY, model_path

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "ERROR",
}
# Said of every domain whose entity fills a slot, and of every response that an action or a form sends.
ALWAYS_WARNED = re.compile(r"Slot auto-fill|The utterance '\w+' is not used in any story or rule")


class TrainingFailed(Exception):
    """The training data is broken; the text says in one line what is wrong."""


def train(root: Path, models: Path | None, language: str) -> Path:
    """The path of the trained model; raises `TrainingFailed`."""
    target = model_path(root, models)
    target.parent.mkdir(parents=True, exist_ok=True)
    config = root / "rasa" / "config.yml"
    if not config.exists():
        raise TrainingFailed(f"{config} is missing.")
    if not light_start.config_needs_tensorflow(config):
        light_start.leave_out_tensorflow()
    with _scratch() as scratch:
        trained = _train_with_rasa(root, language, scratch)
        if model_path(root, models) != target:
            raise TrainingFailed("the data changed while it was being trained: run it again.")
        trained.replace(target)
    for other in target.parent.glob("*.tar.gz"):
        if other != target:
            other.unlink()
    return target


def _train_with_rasa(root: Path, language: str, scratch: Path) -> Path:
    _say("loading the dialogue engine")
    from rasa.shared.importers.importer import TrainingDataImporter  # noqa: PLC0415  the same

    from rasa import model_training  # noqa: PLC0415  takes seconds: not before it is known to be needed

    bodiless_logs.set_up(logging.ERROR)
    config, domain, data = (
        str(root / "rasa" / "config.yml"),
        str(root / "rasa" / "domain"),
        _data(root, language),
    )
    _say("checking the dialogue data")
    _check(TrainingDataImporter.load_from_config(config, domain, data))
    _say("training")
    result = model_training.train(
        domain, config, data, output=str(scratch), fixed_model_name="model", force_training=True
    )
    if result.code or not result.model:
        raise TrainingFailed("the engine found no training data below data/dialogue.")
    return Path(result.model)


def _check(importer: object) -> None:
    """Raises `TrainingFailed` on what the validator of Rasa only warns of."""
    from rasa.validator import Validator  # noqa: PLC0415  takes seconds

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        validator = Validator.from_importer(importer)  # type: ignore[arg-type]
        sound = [
            validator.verify_domain_validity(),
            validator.verify_intents_in_stories(ignore_warnings=False),
            validator.verify_utterances_in_stories(ignore_warnings=True),
            validator.verify_forms_in_stories_rules(),
            validator.verify_actions_in_stories_rules(),
            validator.verify_form_slots(),
            validator.verify_slot_mappings(),
            validator.verify_nlu(ignore_warnings=False),
        ]
    texts = [_one_line(each.message) for each in caught if issubclass(each.category, UserWarning)]
    problems = [text for text in dict.fromkeys(texts) if not ALWAYS_WARNED.match(text)]
    for problem in problems:
        _say(f"warning: {problem}")
    if not all(sound):
        raise TrainingFailed(problems[0] if problems else "the dialogue data contradicts itself.")


def _data(root: Path, language: str) -> list[str]:
    folder = root / "data" / "dialogue"
    parts = [folder / "rules", folder / "stories", folder / "nlu" / language, folder / "responses" / language]
    found = [str(part) for part in parts if part.is_dir()]
    if not found:
        raise TrainingFailed(f"{folder} holds no rules, stories, nlu/{language} or responses/{language}.")
    return found


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the model and for what Rasa writes into the working folder, gone afterwards."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="care-train-") as folder:
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(folder) / "cache")
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # Rasa prints where it saved what is moved next
                yield Path(folder)
        finally:
            os.chdir(before)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--if-needed", action="store_true", help="do nothing when the model is there already")
    parser.add_argument("--root", type=Path, default=REPOSITORY)
    parser.add_argument("--models", type=Path, default=None)
    parser.add_argument("--language", default="en")
    arguments = parser.parse_args()
    root, models = arguments.root.resolve(), arguments.models and arguments.models.resolve()
    if arguments.if_needed and model_path(root, models).exists():
        return 0
    os.environ.update(QUIET)
    bodiless_logs.drop_warnings()
    _say("Training the dialogue model, about a minute ...")
    try:
        path = train(root, models, arguments.language)
    except TrainingFailed as error:
        _say(f"The dialogue model cannot be trained: {error}")
        return 1
    except Exception as error:  # noqa: BLE001  whatever the engine raises, the reader gets one line
        _say(f"The dialogue model cannot be trained: {type(error).__name__}: {_one_line(error)}")
        return 1
    _say(f"Trained {path.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
