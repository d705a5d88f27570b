"""Every environment variable, once."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from care.on_call.targets import Kind, parse_mail_server, parse_target

REPOSITORY = Path(__file__).resolve().parent.parent

CRISIS_LANGUAGES = (
    "en",
    "es",
    "fr",
    "de",
    "pt",
    "it",
)  # danger is noticed in each, whatever ``languages`` says


class Settings(BaseSettings):
    """What an operator can set, read from ``CARE_*`` variables; every one has a default that works.

    ``data_dir`` holds the master key, the databases, logs and run files, readable by the owner alone.
    ``database_url`` and ``tracker_url`` are SQLAlchemy URLs; unset, they are SQLite files in ``data_dir``.
    ``speech_model`` is a folder with a Whisper model; unset, speech is read by the embedded engine.
    ``emotion_checkpoint`` is a folder with a text classifier; unset, our own networks read feelings.
    ``on_call`` lists who is told, one after the other, of the danger of somebody who agreed to it: Slack and
    other webhooks, ``mailto:`` addresses; each has ``on_call_wait_min`` minutes to acknowledge.
    ``engine_url`` names a dialogue engine that already runs; unset, ``care`` starts its own.
    """

    model_config = SettingsConfigDict(env_prefix="CARE_", frozen=True, hide_input_in_errors=True)

    data_dir: Path = Field(default_factory=lambda: user_data_path("mental-health-care"))
    content_dir: Path = REPOSITORY / "data"
    model_dir: Path = REPOSITORY / "models" / "dialogue"
    emotion_dir: Path = REPOSITORY / "models" / "emotion"
    crisis_dir: Path = REPOSITORY / "models" / "crisis"
    emotion_checkpoint: Path | None = None
    engine_dir: Path = REPOSITORY / "rasa"
    database_url: SecretStr | None = None
    tracker_url: SecretStr | None = None
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    languages: tuple[str, ...] = ("en",)
    engine_url: str | None = None
    actions_url: str | None = None
    engine_wait_s: float = Field(default=90.0, gt=0)
    answer_wait_s: float = Field(default=20.0, gt=0)
    speech_model: Path | None = None
    speech_wait_s: float = Field(default=240.0, gt=0)
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    on_call: tuple[SecretStr, ...] = ()
    on_call_wait_min: float = Field(default=15.0, gt=0)

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            parse_mail_server(url.get_secret_value())
        return url

    @field_validator("on_call")
    @classmethod
    def _are_targets(cls, written: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
        kinds = {parse_target(each.get_secret_value()).kind for each in written}
        if Kind.MAIL in kinds and not (info.data.get("smtp_url") and info.data.get("mail_from")):
            raise ValueError("a mailto: address needs CARE_SMTP_URL and CARE_MAIL_FROM")
        return written

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the product's database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'care.db'}"

    @property
    def tracker_database(self) -> str:
        """SQLAlchemy URL of the database in which the engine keeps its conversation state."""
        if self.tracker_url is not None:
            return self.tracker_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'engine.db'}"

    @property
    def hotline_rechecks(self) -> Path:
        """What the operator found when checking help lines again; it need not exist."""
        return self.data_dir / "hotline_rechecks.jsonl"

    @property
    def key_file(self) -> Path:
        """Where the master key stands when ``master_key`` does not hold it."""
        return self.master_key_file or self.data_dir / "master.key"
