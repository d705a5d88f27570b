"""Measures one pipeline: how well and how fast it understands; prints one JSON object."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import logging
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bodiless_logs
import light_start

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor
    from rasa.shared.nlu.training_data.training_data import TrainingData

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
MB = 1024 * 1024
SEED = 0
FALLBACK = "nlu_fallback"
NEAR_COPY = 0.8  # cosine of letter triples; "gotta run, my bus is here" and "... the bus is here" are above
SHOWN_CONFUSIONS = 15


class Reading(NamedTuple):
    """One example: what it is, what the pipeline made of it, and in how many seconds.

    `intent` is the classifier's best one even when `fell_back`, the pipeline's own doubt, hides it.
    Entities are (name, start, end).
    """

    text: str
    true_intent: str
    intent: str
    confidence: float
    fell_back: bool
    true_entities: frozenset[tuple[str, int, int]]
    entities: frozenset[tuple[str, int, int]]
    seconds: float


def bench(
    pipeline: Path, nlu: Path, test: Path | None, folds: int, scratch: Path
) -> tuple[dict[str, Any], list[Reading]]:
    """The figures, each key ending in its unit, and the readings they rest on: of the test set, if any."""
    data = _load(nlu)
    figures: dict[str, Any] = {
        "pipeline": pipeline.stem,
        "train_examples": len(data.intent_examples),
        "intents": len(data.intents),
    }
    readings = []
    if folds:
        by_fold = _cross_validated(pipeline, data, folds, scratch)
        readings = [reading for fold in by_fold for reading in fold]
        figures |= _accuracy("cv", readings)
        spread = [_f1(fold, "weighted") for fold in by_fold]
        figures["cv_intent_f1_weighted_min"], figures["cv_intent_f1_weighted_max"] = min(spread), max(spread)
    _say("training on all examples")
    processor, seconds, megabytes = _trained(pipeline, data, scratch)
    figures |= {"train_s": round(seconds, 1), "model_mb": round(megabytes, 2)}
    examples = _load(test) if test else data
    _say("reading the test set" if test else "timing")
    read = _read(processor, examples)
    if test:
        readings = read
        unseen = not_in_training(readings, [each.get("text") for each in data.intent_examples])
        figures |= {"test_examples": len(readings), "test_unseen_examples": len(unseen)}
        figures |= {**_accuracy("test", readings), **_accuracy("test_unseen", unseen)}
    return figures | _speed(read), readings


def _load(path: Path) -> TrainingData:
    from rasa.shared.importers.rasa import RasaFileImporter  # noqa: PLC0415  takes seconds

    data = RasaFileImporter(training_data_paths=[str(path)]).get_nlu_data()
    if not data.intent_examples:
        raise SystemExit(f"{path} holds no NLU examples.")
    return data


def _cross_validated(pipeline: Path, data: TrainingData, folds: int, scratch: Path) -> list[list[Reading]]:
    import numpy as np  # noqa: PLC0415  takes a while
    from rasa.nlu.test import generate_folds  # noqa: PLC0415  takes seconds

    np.random.seed(SEED)  # noqa: NPY002  Rasa shuffles by the global generator
    results = []
    for number, (train, held_out) in enumerate(generate_folds(folds, data), start=1):
        _say(f"fold {number} of {folds}")
        processor, _, _ = _trained(pipeline, train, scratch)
        results.append(_read(processor, held_out))
    return results


def _trained(pipeline: Path, data: TrainingData, scratch: Path) -> tuple[MessageProcessor, float, float]:
    """A processor with the pipeline trained on the data, the seconds that took, and the model's megabytes."""
    from rasa.core.agent import Agent  # noqa: PLC0415  the same

    from rasa import model_training  # noqa: PLC0415  takes seconds

    file = scratch / "nlu.yml"
    file.write_text(data.nlu_as_yaml(), encoding="utf-8")
    started = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        model = model_training.train_nlu(str(pipeline), str(file), str(scratch), fixed_model_name="model")
    seconds = time.perf_counter() - started
    if model is None:
        raise SystemExit(f"{pipeline} could not be trained.")
    processor = Agent.load(model).processor
    return processor, seconds, Path(model).stat().st_size / MB


def _read(processor: MessageProcessor, data: TrainingData) -> list[Reading]:
    async def read_all() -> list[Reading]:
        await _read_one(processor, data.intent_examples[0])  # the first message loads what is loaded lazily
        return [await _read_one(processor, example) for example in data.intent_examples]

    return asyncio.run(read_all())


async def _read_one(processor: MessageProcessor, example: Any) -> Reading:
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415  takes seconds

    started = time.perf_counter()
    parsed = await processor.parse_message(UserMessage(example.get("text")))
    seconds = time.perf_counter() - started
    ranking = parsed.get("intent_ranking") or [parsed["intent"]]
    best = next((each for each in ranking if each["name"] != FALLBACK), ranking[0])
    return Reading(
        text=example.get("text"),
        true_intent=example.get("intent"),
        intent=str(best["name"]),
        confidence=float(best["confidence"]),
        fell_back=parsed["intent"]["name"] == FALLBACK,
        true_entities=_spans(example.get("entities") or []),
        entities=_spans(parsed["entities"]),
        seconds=seconds,
    )


def not_in_training(readings: list[Reading], training: list[str]) -> list[Reading]:
    """The readings whose text is neither a training example nor nearly one: these show how it generalises."""
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415  takes a second
    from sklearn.preprocessing import normalize  # noqa: PLC0415  the same

    triples = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), preprocessor=_letters)
    known = normalize(triples.fit_transform(training))
    nearest = (normalize(triples.transform([each.text for each in readings])) @ known.T).max(axis=1)
    copies = {_letters(text) for text in training}
    near = nearest.toarray().ravel() >= NEAR_COPY
    return [
        each
        for each, close in zip(readings, near, strict=True)
        if not close and _letters(each.text) not in copies
    ]


def _letters(text: str) -> str:
    kept = (letter if letter.isalnum() else " " for letter in text.lower().replace("'", ""))
    return " ".join("".join(kept).split())


def _spans(entities: Iterable[dict[str, Any]]) -> frozenset[tuple[str, int, int]]:
    return frozenset((each["entity"], each["start"], each["end"]) for each in entities)


def _accuracy(prefix: str, readings: list[Reading]) -> dict[str, float]:
    wrong = [each for each in readings if each.intent != each.true_intent]
    return {
        f"{prefix}_intent_f1_weighted": _f1(readings, "weighted"),
        f"{prefix}_intent_f1_macro": _f1(readings, "macro"),
        f"{prefix}_entity_f1": entity_f1(readings),
        f"{prefix}_fallback_share": _share(sum(each.fell_back for each in readings), len(readings)),
        f"{prefix}_wrong_and_sure_share": _share(sum(not each.fell_back for each in wrong), len(readings)),
    }


def _f1(readings: list[Reading], average: str) -> float:
    from sklearn.metrics import f1_score  # noqa: PLC0415  takes a second

    true, read = [each.true_intent for each in readings], [each.intent for each in readings]
    return round(float(f1_score(true, read, average=average, zero_division=0)), 4)


def entity_f1(readings: list[Reading]) -> float:
    """Micro F1 over whole entities: right only when name, first and last letter agree."""
    hits = sum(len(each.entities & each.true_entities) for each in readings)
    found = sum(len(each.entities) for each in readings)
    true = sum(len(each.true_entities) for each in readings)
    return round(2 * hits / max(found + true, 1), 4)


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 4)


def _speed(readings: list[Reading]) -> dict[str, float]:
    import numpy as np  # noqa: PLC0415  takes a while

    p50, p95 = np.percentile([each.seconds for each in readings], [50, 95]) * 1000
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "nlu_p50_ms": round(float(p50), 2),
        "nlu_p95_ms": round(float(p95), 2),
        "peak_rss_mb": round(peak_kb / 1024),
    }


def _show_confusions(readings: list[Reading]) -> None:
    pairs = Counter((each.true_intent, each.intent) for each in readings if each.intent != each.true_intent)
    for (true, read), count in pairs.most_common(SHOWN_CONFUSIONS):
        _say(f"{count:4d}  {true} read as {read}")


def _write_errors(path: Path, readings: list[Reading]) -> None:
    wrong = [
        each for each in readings if each.intent != each.true_intent or each.entities != each.true_entities
    ]
    lines = (
        json.dumps(
            {**each._asdict(), "entities": sorted(each.entities), "true_entities": sorted(each.true_entities)}
        )
        for each in wrong
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pipeline", type=Path, required=True)
    parser.add_argument("--nlu", type=Path, required=True, help="training examples, a file or a folder")
    parser.add_argument(
        "--test", type=Path, default=None, help="examples written apart from the training ones"
    )
    parser.add_argument("--folds", type=int, default=5, help="0 leaves out the cross-validation")
    parser.add_argument("--errors", type=Path, default=None, help="write what was misread, as JSON lines")
    arguments = parser.parse_args()
    os.environ.update(QUIET)
    bodiless_logs.drop_warnings()
    if not light_start.config_needs_tensorflow(arguments.pipeline):
        light_start.leave_out_tensorflow()
    import rasa.core.agent  # noqa: F401, PLC0415  before the logs are silenced, which it would undo

    bodiless_logs.set_up(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="care-bench-") as folder:
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(folder) / "cache")
        figures, readings = bench(
            arguments.pipeline, arguments.nlu, arguments.test, arguments.folds, Path(folder)
        )
    _show_confusions(readings)
    if arguments.errors:
        _write_errors(arguments.errors, readings)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
