"""Words of help made ready at the start, for when whatever should have composed them breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from care.domain.reply import Reply
from care.messages import load_messages
from care.safety.hotlines import load_hotlines
from care.safety.reply import safe_default


@dataclass(frozen=True)
class LastResort:
    """Help for a person of whom nothing is known, held in memory: no file, database or engine is needed."""

    replies: tuple[Reply, ...] = field(repr=False)

    def unless(
        self, compose: Callable[[], list[Reply]], report: Callable[[str], None] = lambda _: None
    ) -> list[Reply]:
        """What ``compose`` says; these words when it raises or says nothing.

        ``report`` gets the name of the error's class and never its text, which could quote the person.
        """
        try:
            composed = compose()
        except Exception as error:  # noqa: BLE001 -- whatever broke, the person gets help
            report(type(error).__name__)
            return list(self.replies)
        return composed or list(self.replies)


def load_last_resort(content_dir: Path, language: str) -> LastResort:
    """Compose the words once; raises ContentError at the start rather than later, before a person."""
    replies = safe_default(None, load_hotlines(content_dir), load_messages(content_dir, language))
    return LastResort(tuple(replies))
