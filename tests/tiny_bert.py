"""Text classifiers with random weights, made in a test: real files for the real loaders."""

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WIDTH, PLACES = 16, 64
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = [*SPECIAL, "i", "am", "so", "sad", "happy", "tired", "today", "and", "not"]


def write(folder, torch, transformers, labels, **config):
    """A folder as ``save_pretrained`` leaves it; needs PyTorch, which the caller brings.

    ``bias`` are the logits of every text, near enough; what else is given stands in its configuration.
    """
    torch.manual_seed(0)
    bias = config.pop("bias", None)
    described = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=WIDTH, max_position_embeddings=PLACES,
        id2label=dict(enumerate(labels)), label2id={name: at for at, name in enumerate(labels)}, **config,
    )  # fmt: skip
    model = transformers.BertForSequenceClassification(described)
    if bias is not None:
        model.classifier.bias.data = torch.tensor(bias)
    model.save_pretrained(folder)
    _tokenizer(transformers).save_pretrained(folder)


def _tokenizer(transformers):
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = dict(
        zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True)
    )
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, **names)
