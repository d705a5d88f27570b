"""What the emotion model gets to see of a text: nothing of who its writer is."""

from pathlib import Path

import pytest

from care.errors import ContentError
from care.understanding.plain_english import load_plain_english

CONTENT = Path(__file__).resolve().parents[3] / "data"
PLAIN = load_plain_english(CONTENT)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("I'm a 78-year-old and I feel sad", "I'm a person and I feel sad"),
        ("As a young Muslim woman, I'd say it was fine", "As a person, I'd say it was fine"),
        ("I\u2019m an old man", "I'm a person"),
        ("it's worryin' me", "it's worrying me"),
        ("Latoya rang my dad", "Sam rang my mum"),
        ("Dinnae ken, ma boss is scunnered", "Don't know, my boss is fed up"),
        ("my husband is kind, he cooks", "my partner is kind, he cooks"),
    ],
)
def test_who_somebody_is_cannot_be_told(text, seen):
    assert PLAIN(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "I feel so old today",
        "I'm a black cab driver",
        "I am a new widow",
        "will said sam",
        "the ma and the ken",
    ],
)
def test_what_happens_to_somebody_stays(text):
    assert PLAIN(text) == text


def test_a_missing_list_is_named(tmp_path):
    folder = tmp_path / "lexicons" / "en"
    folder.mkdir(parents=True)
    (folder / "dialects.yml").write_text("northern: {nowt: nothing}\n", encoding="utf-8")
    (folder / "blinding.yml").write_text("names: [Emily]\n", encoding="utf-8")

    with pytest.raises(ContentError, match="one_name"):
        load_plain_english(tmp_path)
