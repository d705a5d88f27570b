"""Nobody "commits" suicide in anything that we say (behaviour B5)."""

import re
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
BLAMING = re.compile(
    r"commit\w* suicide|successful suicide|failed suicide|suicidio consumado|comet\w+ suic[ií]dio"
    r"|commett\w+ (un |il )?suicid|comme(?:t|tt|ss)\w+ (?:un |il )?suicid|commis un suicide|selbstmord",
    re.IGNORECASE,
)


def test_no_text_of_ours_speaks_of_committing_suicide_b5():
    texts = [
        path
        for path in DATA.rglob("*.yml")
        if path.relative_to(DATA).parts[0] in {"messages", "practices", "prompts"}
        or "responses" in path.as_posix()
    ]
    found = [path for path in texts if BLAMING.search(path.read_text(encoding="utf-8"))]

    assert len(texts) > 20
    assert found == []


def test_the_words_we_avoid_are_found_b5():
    for said in ("he committed suicide", "cometió suicidio", "cometeu suicídio", "Selbstmord"):
        assert BLAMING.search(said)
