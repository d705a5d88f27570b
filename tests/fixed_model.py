"""A model of feelings that tests set."""

from care.domain.choose import FEELINGS
from care.understanding.emotion_model import Scores


class Fixed:
    """A model that says the same of every text, and remembers what it was asked."""

    mixed_from, sure_from, cuts = 0.5, 0.6, (-1.5, -0.5, 0.5, 1.5)

    def __init__(self, step=0.0, mixed=0.0, **feelings):
        self.asked = []
        self.thresholds = {"feelings": dict.fromkeys(FEELINGS, 0.4), "goemotions": {"joy": 0.5}}
        self._scores = Scores(
            feelings={**dict.fromkeys(FEELINGS, 0.01), **feelings},
            emotions={"joy": 0.7},
            arousal={"low": 0.2, "mid": 0.7, "high": 0.1},
            step=step,
            mixed=mixed,
        )

    def read(self, text):
        self.asked.append(text)
        return self._scores
