from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.errors import DataUnreadable
from care.storage.keys import MasterKey
from care.storage.vault import PersonKey, Vault

KEY = PersonKey("ayla", b"k" * 32)
PLACE = ("mood_entries", "body", "entry-1")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(ANYTHING, st.text(), st.text())
def test_whatever_is_sealed_opens_again_in_its_place(value, column, row_id):
    sealed = KEY.seal("mood_entries", column, row_id, value)

    assert KEY.open("mood_entries", column, row_id, sealed) == value


@given(st.data())
def test_one_changed_or_missing_bit_makes_a_value_unreadable(data):
    sealed = bytearray(KEY.seal(*PLACE, {"mood": 3}))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(DataUnreadable):
        KEY.open(*PLACE, bytes(sealed))
    with pytest.raises(DataUnreadable):
        KEY.open(*PLACE, bytes(sealed[: bit // 8]))


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("practice_sessions", "body", "entry-1"),
        ("mood_entries", "other", "entry-1"),
        ("mood_entries", "body", "entry-2"),
        ("mood_entriesb", "ody", "entry-1"),
    ],
)
def test_a_value_moved_to_another_table_column_or_row_is_unreadable(elsewhere):
    with pytest.raises(DataUnreadable):
        KEY.open(*elsewhere, KEY.seal(*PLACE, "words"))


def test_a_value_moved_to_another_person_is_unreadable_even_under_the_same_key():
    with pytest.raises(DataUnreadable):
        PersonKey("ben", KEY.secret).open(*PLACE, KEY.seal(*PLACE, "words"))


def test_the_same_value_never_looks_the_same_twice():
    assert len({KEY.seal(*PLACE, "words") for _ in range(50)}) == 50


def test_the_length_of_a_rating_does_not_show_how_high_it_is():
    assert len({len(KEY.seal(*PLACE, {"mood": mood})) for mood in range(11)}) == 1


def test_every_person_gets_another_key_that_only_this_master_key_unwraps_for_them(master):
    vault = Vault(master)
    wrapped = vault.new_key("ayla")

    assert vault.unwrap("ayla", wrapped).secret != vault.unwrap("ben", vault.new_key("ben")).secret
    with pytest.raises(DataUnreadable):
        vault.unwrap("ben", wrapped)
    with pytest.raises(DataUnreadable):
        Vault(MasterKey(b"x" * 32)).unwrap("ayla", wrapped)


def test_a_key_does_not_show_its_secret():
    assert "kkkk" not in repr(KEY)
