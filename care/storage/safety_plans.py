"""The safety plans: one for each person."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.domain.safety_plan import SafetyPlan
from care.storage.people import Keys
from care.storage.shapes import SAFETY_PLAN
from care.storage.statements import insert
from care.storage.tables import SafetyPlanRow

_TABLE = SafetyPlanRow.__tablename__


class SafetyPlans:
    """What each person wrote into their plan."""

    def __init__(self, session: Session, keys: Keys) -> None:
        self._session = session
        self._keys = keys

    def get(self, person_key: str) -> SafetyPlan | None:
        """The person's plan; None when there is none."""
        query = select(SafetyPlanRow.updated_at, SafetyPlanRow.body)
        row = self._session.execute(query.where(SafetyPlanRow.person_key == person_key)).first()
        if row is None:
            return None
        body = self._keys.of(person_key).open(_TABLE, "body", person_key, row.body)
        return SAFETY_PLAN.restored(body, updated_at=row.updated_at)

    def put(self, person_key: str, plan: SafetyPlan) -> None:
        """Keeps a plan in place of the earlier one; raises LookupError when the person is not stored."""
        key = self._keys.of(person_key)
        body = key.seal(_TABLE, "body", person_key, SAFETY_PLAN.body(plan))
        new = {"updated_at": plan.updated_at, "body": body}
        statement = insert(self._session, SafetyPlanRow).values(person_key=person_key, **new)
        self._session.execute(statement.on_conflict_do_update(index_elements=["person_key"], set_=new))
