"""The address book: the only place that knows who stands behind a pseudonym."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.storage.people import Keys
from care.storage.shapes import ADDRESS, Address
from care.storage.statements import insert
from care.storage.tables import AddressRow

_TABLE = AddressRow.__tablename__


class Addresses:
    """One address for each person: the pseudonym is made of it."""

    def __init__(self, session: Session, keys: Keys) -> None:
        self._session = session
        self._keys = keys

    def set(self, person_key: str, address: Address) -> None:
        """Keeps where the person is reached; raises LookupError when the person is not stored."""
        key = self._keys.of(person_key)
        sealed = key.seal(_TABLE, "address", person_key, ADDRESS.body(address))
        new = insert(self._session, AddressRow).values(person_key=person_key, address=sealed)
        self._session.execute(
            new.on_conflict_do_update(index_elements=["person_key"], set_={"address": sealed})
        )

    def get(self, person_key: str) -> Address | None:
        """Where the person is reached; None when that is not stored."""
        sealed = self._session.scalar(select(AddressRow.address).where(AddressRow.person_key == person_key))
        if sealed is None:
            return None
        return ADDRESS.restored(self._keys.of(person_key).open(_TABLE, "address", person_key, sealed))
