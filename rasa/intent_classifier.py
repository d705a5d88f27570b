"""Names the intent of a message by logistic regression over its letters, words and embeddings."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, diags, hstack
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

Vector = NDArray[np.float32]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LettersAndMeaning(IntentClassifier, GraphComponent):
    """Multinomial logistic regression; its confidences are probabilities that sum to 1.

    `letters` weighs the tf-idf of letter n-grams inside words (catches typos and slang), `words` that of
    words and word pairs, `meaning` the dense sentence features. 0 leaves a part out. `C` is the inverse
    strength of regularisation. Stored as arrays and JSON: loading a model runs no code from it.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "letters": 1.0,
            "longest_letters": 5,
            "words": 1.0,
            "meaning": 3.0,
            "C": 10.0,
            "max_iter": 300,
            "ranking_length": 10,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Rasa checks the names; the values are ours."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003  Rasa's signature
    ) -> LettersAndMeaning:
        return cls(config, model_storage, resource)

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._vocabularies: dict[str, list[str]] = {}
        self._rarity: dict[str, Vector] = {}
        self._intents: list[str] = []
        self._weights: NDArray[Any] = np.zeros((0, 0), np.float32)
        self._bias: Vector = np.zeros(0, np.float32)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        for part in self._parts():
            self._learn_terms(part, [each.get(TEXT) for each in examples])
        model = LogisticRegression(
            C=self._config["C"], max_iter=self._config["max_iter"], class_weight="balanced", random_state=0
        )
        model.fit(self._features(examples), [each.get(INTENT) for each in examples])
        self._intents = [str(name) for name in model.classes_]
        self._weights, self._bias = _one_row_per_intent(model)
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        if messages and self._intents:
            scores = self._features(messages) @ self._weights.T + self._bias
            for message, confidences in zip(messages, softmax(scores, axis=1), strict=True):
                self._set_intent(message, confidences)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _set_intent(self, message: Message, confidences: Vector) -> None:
        best = np.argsort(-confidences)[: self._config["ranking_length"]]
        ranking = [{"name": self._intents[i], "confidence": float(confidences[i])} for i in best]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)

    def _parts(self) -> list[str]:
        return [part for part in ("letters", "words") if self._config[part]]

    def _counter(self, part: str, vocabulary: list[str] | None = None) -> CountVectorizer:
        if part == "letters":
            kind = {"analyzer": "char_wb", "ngram_range": (1, self._config["longest_letters"])}
        else:
            kind = {"token_pattern": r"[\w']+|[^\w\s]", "ngram_range": (1, 2)}
        return CountVectorizer(vocabulary=vocabulary, min_df=1 if vocabulary else 2, dtype=np.float32, **kind)

    def _learn_terms(self, part: str, texts: list[str]) -> None:
        counter = self._counter(part)
        counts = counter.fit_transform(texts)
        self._vocabularies[part] = [str(term) for term in counter.get_feature_names_out()]
        documents = np.asarray((counts > 0).sum(axis=0)).ravel()
        self._rarity[part] = (np.log((1 + len(texts)) / (1 + documents)) + 1).astype(np.float32)

    @cached_property
    def _counters(self) -> dict[str, CountVectorizer]:
        return {part: self._counter(part, terms) for part, terms in self._vocabularies.items()}

    def _features(self, messages: list[Message]) -> csr_matrix:
        texts = [each.get(TEXT) or "" for each in messages]
        blocks = [self._config[part] * self._tf_idf(part, texts) for part in self._parts()]
        if self._config["meaning"]:
            blocks.append(
                csr_matrix(self._config["meaning"] * np.vstack([_dense(each) for each in messages]))
            )
        return hstack(blocks, format="csr")

    def _tf_idf(self, part: str, texts: list[str]) -> csr_matrix:
        counts = self._counters[part].transform(texts)
        counts.data = 1 + np.log(counts.data)
        weighed = counts @ diags(self._rarity[part])
        lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        return (diags(1 / np.maximum(lengths, 1e-9)) @ weighed).astype(np.float32)

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            names = {"intents": self._intents, "vocabularies": self._vocabularies}
            (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
            rarity = {f"rarity_{part}": values for part, values in self._rarity.items()}
            # Half precision halves the file; the ranking does not change.
            np.savez_compressed(
                folder / "arrays.npz", weights=self._weights.astype(np.float16), bias=self._bias, **rarity
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003  Rasa's signature
        **_: Any,
    ) -> LettersAndMeaning:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
            with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
                component._take(names, dict(arrays))
        return component

    def _take(self, names: dict[str, Any], arrays: dict[str, Vector]) -> None:
        self._intents, self._vocabularies = names["intents"], names["vocabularies"]
        self._weights, self._bias = arrays["weights"].astype(np.float32), arrays["bias"]
        self._rarity = {part: arrays[f"rarity_{part}"] for part in self._vocabularies}


def _dense(message: Message) -> Vector:
    features = message.get_dense_features(TEXT, [])[1]
    if features is None:
        raise ValueError("`meaning` needs a dense featurizer before the classifier: set it to 0 or add one.")
    return np.asarray(features.features, np.float32)


def _one_row_per_intent(model: LogisticRegression) -> tuple[Vector, Vector]:
    """Of two intents scikit-learn keeps one row; both get theirs, at half the distance each."""
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # noqa: PLR2004  scikit-learn's one special case
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights.astype(np.float32), bias.astype(np.float32)
