"""What is within sight of one type, on this store: decided for rows, and for opened resources.

A row says whose it is. What its column does not say, the resource does: the patients it names when
they are several, and whether it meets the search by which a reach is narrowed.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from hygie.fhir.codec import decode
from hygie.fhir.search.entry import DateEntry, TokenEntry
from hygie.fhir.search.match import matches
from hygie.fhir.search.query import Criterion
from hygie.store.contract import StoredResource
from hygie.store.keys.patients import NO_PATIENT
from hygie.store.search import ranges
from hygie.store.search.circles import Circle
from hygie.store.vault import Opened, Vault

BINARY: Final = "Binary"
"""No search parameter tells whose one is: it is read."""


class Alternative(NamedTuple):
    """A reach, understood: what it holds meets every part."""

    circle: Circle | None
    """None: of whichever patient."""
    house: bool
    criteria: tuple[Criterion, ...] = ()

    @property
    def patients(self) -> frozenset[int] | None:
        return None if self.circle is None else self.circle.patients


class Bounds:
    """Of one type and letter: a resource is within when one of the alternatives has it."""

    def __init__(
        self, vault: Vault, kind: str, alternatives: Sequence[Alternative], *, whole: bool
    ) -> None:
        self.kind = kind
        self.alternatives = tuple(alternatives)
        self.whole = whole
        """All there is of the type, and nothing is to be asked."""
        self.tied = is_tied(vault, kind)
        """Whether its resources can be of patients."""
        self._vault = vault
        self.whose = self._whose()
        """What the patient column of whatever is within can say; None: anything."""
        self._sure = frozenset(
            patient
            for one in self.alternatives
            if not one.criteria
            for patient in one.patients or ()
        )
        """Whose every version is within; of `NO_PATIENT` it says nothing."""

    @property
    def empty(self) -> bool:
        return not self.whole and not self.alternatives

    def _whose(self) -> frozenset[int] | None:
        reaches = [one.patients for one in self.alternatives]
        if self.whole or not self.tied or None in reaches:
            return None
        return frozenset((NO_PATIENT,)).union(*(one for one in reaches if one is not None))

    def may_hold(self, patient: int) -> bool:
        """Whether a row of this patient (0: of none, or of several) can be within: what can be said
        before it is opened."""
        return self.whole or any(self._may(one, patient) for one in self.alternatives)

    def holds(self, patient: int, stored: StoredResource) -> bool:
        """Whether a version, of which the row says this patient, is within.

        What was deleted says nothing any more: what would have to be read of it is not within.
        """
        if self.whole or (patient in self._sure and patient != NO_PATIENT):
            return True
        possible = [one for one in self.alternatives if self._may(one, patient)]
        several = patient == NO_PATIENT and self.tied
        if any(not several and not one.criteria for one in possible):
            return True
        if not possible:
            return False
        if stored.deleted:
            return several and any(_unbound(one) for one in possible)
        return self._read(possible, decode(stored.body, limit=len(stored.body)), patient, stored)

    def has(self, opened: Opened) -> bool:
        """As `holds`, of a row and what it holds."""
        return self.whole or self.holds(opened.record[0], opened.stored)

    def names(self, patient: int, resource: Any, stored: StoredResource) -> bool:
        """As `holds`, of what somebody wants written; every patient it names must be in reach, for
        what is written of one is written of the others."""
        if self.whole:
            return True
        if patient != NO_PATIENT and self.kind != "Patient":
            members = frozenset((patient,))
        else:
            members = self._members(resource) if self.tied else frozenset()
        return any(
            _writes(one, members) and self._meets(one, resource, stored)
            for one in self.alternatives
            if self._may(one, patient)
        )

    def _may(self, one: Alternative, patient: int) -> bool:
        if patient != NO_PATIENT:
            return one.patients is None or patient in one.patients
        return one.house or (self.tied and one.patients != frozenset())

    def _read(
        self, possible: Sequence[Alternative], resource: Any, patient: int, stored: StoredResource
    ) -> bool:
        several = patient == NO_PATIENT and self.tied
        members = self._members(resource) if several else frozenset()
        return any(
            (not several or _sees(one, members)) and self._meets(one, resource, stored)
            for one in possible
        )

    def _members(self, resource: Any) -> frozenset[int]:
        """The patients in whose compartments it is."""
        if self.kind == BINARY:
            return self._secured(resource)
        patients = self._vault.extractor.patients(resource)
        return frozenset(self._vault.keyring.reference("Patient", one) for one in patients)

    def _secured(self, binary: Any) -> frozenset[int]:
        """What a Binary says of whose it is (R4 §2.28.4); whatever is no patient stands for
        somebody out of reach."""
        said = binary.get("securityContext", {}).get("reference", "")
        kind, _, id = said.rpartition("/")
        if not said:
            return frozenset()
        known = kind.rpartition("/")[2] == "Patient"
        return frozenset((self._vault.keyring.reference("Patient", id) if known else NO_PATIENT,))

    def _meets(self, one: Alternative, resource: Any, stored: StoredResource) -> bool:
        if not one.criteria:
            return True
        codes = {each.parameter.code for each in one.criteria}
        entries = self._vault.extractor.entries_of(resource, codes)
        updated = ranges.microseconds(stored.updated)
        columns = (
            TokenEntry("_id", "", stored.id),
            DateEntry("_lastUpdated", updated, updated),
        )
        return all(matches(each, (*entries, *columns)) for each in one.criteria)


def _unbound(one: Alternative) -> bool:
    return one.house and one.patients is None and not one.criteria


def _sees(one: Alternative, members: frozenset[int]) -> bool:
    """Of what names several patients: it is in the record of each of them."""
    if not members:
        return one.house
    return one.patients is None or not members.isdisjoint(one.patients)


def _writes(one: Alternative, members: frozenset[int]) -> bool:
    if not members:
        return one.house
    return one.patients is None or members <= one.patients


def is_tied(vault: Vault, kind: str) -> bool:
    """Whether resources of the type can be in patients' records (R4 CompartmentDefinition)."""
    return kind in ("Patient", BINARY) or kind in vault.registry.patient_compartment


Bound = Callable[[str], Bounds]
"""What is within of each type, for one letter of one sight."""
