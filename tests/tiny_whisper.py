"""Whisper models with random weights, small enough to be made in a test: real files for the real loaders."""

import json

import numpy as np
from ctranslate2.specs import WhisperSpec
from ctranslate2.specs.model_spec import visit_spec
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

WIDTH, MELS, FRAMES, POSITIONS = 16, 80, 1500, 448
LETTERS = sorted(pre_tokenizers.ByteLevel.alphabet())
SPECIAL = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>",
           "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]  # fmt: skip
TIMES = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]
VOCABULARY = [*LETTERS, *SPECIAL, *TIMES]


def write_tokenizer(folder):
    tokenizer = Tokenizer(models.BPE(vocab={word: at for at, word in enumerate(VOCABULARY)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_ctranslate2(folder):
    """A folder as ``ct2-transformers-converter`` leaves it, without PyTorch."""
    folder.mkdir(exist_ok=True)
    spec = WhisperSpec(1, 1, 1, 1)
    spec.register_vocabulary(VOCABULARY)
    _fill(spec)
    spec.config.lang_ids, spec.config.suppress_ids = [len(LETTERS) + 2], []
    spec.config.suppress_ids_begin, spec.config.alignment_heads = [], [(0, 0)]
    spec.validate()
    spec.save(str(folder))
    write_tokenizer(folder)
    return folder


def _fill(spec):
    rng = np.random.default_rng(0)

    def fill(part, name, value):
        if value is None:
            shape = _shape(name, type(part).__name__)
            setattr(part, name.rpartition("/")[2], rng.normal(0, 0.1, shape).astype(np.float32))

    visit_spec(spec, fill)
    for side, length in ((spec.encoder, FRAMES), (spec.decoder, POSITIONS)):
        side.position_encodings.encodings = rng.normal(0, 0.1, (length, WIDTH)).astype(np.float32)


def _shape(name, part):
    if part == "LayerNormSpec":
        return (WIDTH,)
    if "conv1" in name:
        return (WIDTH, MELS, 3)
    if "conv2" in name:
        return (WIDTH, WIDTH, 3)
    if "embeddings" in name or "projection" in name:
        return (len(VOCABULARY), WIDTH)
    rows = {"self_attention/linear_0": 3, "decoder/layer_0/attention/linear_1": 2}
    return (next((n for part_, n in rows.items() if part_ in name), 1) * WIDTH, WIDTH)


def describe(folder, **fields):
    (folder / "config.json").write_text(json.dumps(fields), encoding="utf-8")
