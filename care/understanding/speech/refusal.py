"""Why a voice message was not turned into text."""

from __future__ import annotations

from enum import StrEnum

from care.errors import CareError


class Reason(StrEnum):
    """What stood in the way; the names are those of messages in ``voice``."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_LONG = "too_long"
    NOT_SOUND = "not_sound"
    OTHER_TYPE = "other_type"
    CUT_OFF = "cut_off"
    SILENT = "silent"
    NO_SPEECH = "no_speech"
    OUT_OF_ORDER = "out_of_order"


class SoundRefused(CareError):
    """A sound that is not, or cannot be, transcribed. Says why, never what is in it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"The sound was refused: {reason.value}.")
        self.reason = reason


class SpeechUnavailable(CareError):
    """The speech engine of the settings cannot be used; the operator must mend it."""
