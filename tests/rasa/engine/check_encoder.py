from __future__ import annotations

from pathlib import Path

import numpy as np
from sentence_encoder import MAX_PIECES, installed


def test_embeddings_are_those_published_for_the_model(folder: Path) -> None:
    # The model card of sentence-transformers/all-MiniLM-L6-v2 and the quick start of sbert.net print these.
    embed = installed().embed
    np.testing.assert_allclose(
        embed("This is an example sentence")[:5],
        [0.06765691, 0.06349586, 0.0487131, 0.07930496, 0.03744796],
        atol=2e-6,
    )
    lovely, sunny, stadium = map(
        embed, ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
    )
    np.testing.assert_allclose(
        [lovely @ sunny, lovely @ stadium, sunny @ stadium], [0.6660, 0.1046, 0.1411], atol=1e-4
    )


def test_embeddings_have_length_one_whatever_the_text(folder: Path) -> None:
    for text in ("a", "\N{PILE OF POO}", "tired " * 5000, "\x00\n\t", "работа"):
        vector = installed().embed(text)
        assert vector.shape == (384,)
        assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_only_the_first_word_pieces_of_a_long_text_count(folder: Path) -> None:
    long = "tired " * MAX_PIECES
    np.testing.assert_array_equal(installed().embed(long), installed().embed(long + "and happy"))
