"""The network: one MiniLM encoder, mean pooling, and one linear head for each question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel

HEADS = {"goemotions": 28, "feelings": 24, "sentiment": 5, "arousal": 3, "mixed": 1, "areas": 16}
WIDTH = 384


class EmotionNet(nn.Module):
    """Token ids and mask, both (batch, tokens), to one logit matrix (batch, classes) for each head."""

    def __init__(self, encoder: Path, heads: Mapping[str, int] = HEADS, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(encoder, add_pooling_layer=False)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, size) for name, size in heads.items()})

    def forward(self, ids: Tensor, mask: Tensor, heads: Sequence[str]) -> dict[str, Tensor]:
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        pooled = self.dropout((states * weights).sum(1) / weights.sum(1))
        return {name: self.heads[name](pooled) for name in heads}


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Rows of token ids as one (batch, longest) matrix filled with 0, and its mask."""
    longest = max(map(len, rows))
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return ids, mask
