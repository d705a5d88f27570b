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


def write_transformers(folder, torch, transformers):
    """A folder as ``save_pretrained`` leaves it; needs PyTorch, which the caller brings."""
    torch.manual_seed(0)
    place = {name: len(LETTERS) + at for at, name in enumerate(SPECIAL)}
    end, start = place["<|endoftext|>"], place["<|startoftranscript|>"]
    sizes = {"d_model": WIDTH, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 1}
    config = transformers.WhisperConfig(
        **sizes, decoder_attention_heads=1, encoder_ffn_dim=WIDTH, decoder_ffn_dim=WIDTH, num_mel_bins=MELS,
        vocab_size=len(VOCABULARY), pad_token_id=end, bos_token_id=end, eos_token_id=end,
        decoder_start_token_id=start, suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    model = transformers.WhisperForConditionalGeneration(config)
    model.generation_config.update(
        is_multilingual=True, lang_to_id={"<|en|>": place["<|en|>"]}, max_length=POSITIONS,
        task_to_id={name: place[f"<|{name}|>"] for name in ("transcribe", "translate")},
        no_timestamps_token_id=place["<|notimestamps|>"],
    )  # fmt: skip
    model.save_pretrained(folder)
    write_tokenizer(folder)
    described = {"tokenizer_class": "WhisperTokenizer", "eos_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(described), encoding="utf-8")
    vocabulary = {word: at for at, word in enumerate(VOCABULARY)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    transformers.WhisperFeatureExtractor(feature_size=MELS).save_pretrained(folder)


def describe(folder, **fields):
    (folder / "config.json").write_text(json.dumps(fields), encoding="utf-8")
