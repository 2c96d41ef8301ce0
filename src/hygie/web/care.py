"""Who opens the record of a patient who is not in their care is led to say why."""

from typing import Final

from hygie.web.desk import Desk, Visit

CARE: Final = "Encounter"
"""A type that is in sight of whoever cares: stays say who does."""


class OutOfCare(Exception):  # noqa: N818 - it is an outcome, not an error
    """The patient is known to who asks; their record is out of their sight."""

    def __init__(self, patient: str) -> None:
        super().__init__("the record is out of sight")
        self.patient = patient

    @property
    def way(self) -> str:
        """The page that says so, and what may be done."""
        return f"/patients/{self.patient}/bris-de-glace"


def cares(desk: Desk, visit: Visit, patient: str) -> bool:
    """Whether something of the record of this patient may be in sight."""
    key = desk.store.keyring.reference("Patient", patient)
    return visit.context.seen.holds(CARE, "r", key)


def require_care(desk: Desk, visit: Visit, patient: str) -> None:
    """Raises `OutOfCare` when nothing of the record is in sight: an empty page would be read as
    a patient of whom nothing is known."""
    if not cares(desk, visit, patient):
        raise OutOfCare(patient)
