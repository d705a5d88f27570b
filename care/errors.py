"""Every error of ours, split by what the caller should do; each says what is wrong and how to mend it."""

from __future__ import annotations


class CareError(Exception):
    """Something of ours went wrong."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class ConfigurationError(CareError):
    """A setting is missing or wrong; the operator must mend it before a start."""


class KeyUnusable(ConfigurationError):
    """The master key is missing, unreadable, readable by others, or not the one the data was written with."""


class ContentError(ConfigurationError):
    """A file under data/ is incomplete or contradicts itself."""


class ModelError(ConfigurationError):
    """A trained model is missing, damaged, or needs a package that is not installed."""


class StorageUnavailable(CareError):
    """The database cannot be read or written now: locked, read-only, full or gone. Another try may work."""


class DataUnreadable(CareError):
    """A stored value does not decrypt: it was changed, moved to another row, or written under another key."""


class EngineUnavailable(CareError):
    """The dialogue engine is not up or died; the same message may work later."""


class EngineSilent(EngineUnavailable):
    """The dialogue engine answered with nothing, which means that an action failed."""
