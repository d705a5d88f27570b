"""What the actions share, built on first use, because rasa-sdk makes actions without arguments."""

from __future__ import annotations

from functools import cache

from care.messages import Messages, load_messages
from care.practices import Catalogue, load_practices
from care.safety.countries import Countries, load_countries
from care.safety.hotlines import Hotlines, load_hotlines
from care.safety.rechecks import load_rechecks
from care.settings import Settings
from care.storage.database import Database, open_database
from care.storage.keys import load_master_key
from care.understanding.feelings import Reader, load_reader
from care.words import Words, load_words

LANGUAGE = "en"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings()


@cache
def database() -> Database:
    """The database, opened with the operator's key."""
    return open_database(settings().database, load_master_key(settings()))


@cache
def messages() -> Messages:
    """Sentences that stand outside the dialogue's responses."""
    return load_messages(settings().content_dir, LANGUAGE)


@cache
def words() -> Words:
    """Words for short answers."""
    return load_words(settings().content_dir, LANGUAGE)


@cache
def practices() -> Catalogue:
    """Every practice, by id."""
    return load_practices(settings().content_dir, LANGUAGE)


@cache
def reader() -> Reader:
    """What reads feelings out of a text."""
    ours = settings()
    return load_reader(ours.content_dir, ours.emotion_dir, ours.emotion_checkpoint)


@cache
def countries() -> Countries:
    """Countries and what people call them."""
    return load_countries(settings().content_dir)


@cache
def hotlines() -> Hotlines:
    """Help lines by country."""
    return load_hotlines(settings().content_dir, load_rechecks(settings().hotline_rechecks))


def check() -> None:
    """Load everything once; raises CareError naming what is missing."""
    for part in (messages, words, practices, reader, countries, hotlines, database):
        part()
