"""The audit entries of the store's doors."""

from typing import Protocol

from hygie.fhir.search.query import Query
from hygie.store.contract import Page, StoredResource
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.patients import NO_PATIENT
from hygie.store.reading.whole import Selection
from hygie.trace import Action, AuditEntry, Context, Touch


class Found(Protocol):
    """A page, and whose data are on it."""

    @property
    def page(self) -> Page: ...

    @property
    def patients(self) -> frozenset[int]: ...


def entry_for_resource(
    context: Context, action: Action, keyring: Keyring, stored: StoredResource, patient: int
) -> AuditEntry:
    return AuditEntry(
        context=context,
        action=action,
        type=stored.type,
        key=keyring.reference(stored.type, stored.id),
        patient=patient,
        version=stored.version,
        detail=f"{stored.type}/{stored.id}",
    )


class Steps:
    """What one transaction did, as audit entries in the order of its steps: one for each patient
    and action, however many resources, and one for each search.
    """

    def __init__(self, context: Context, keyring: Keyring) -> None:
        self._context = context
        self._keyring = keyring
        self._touched: dict[tuple[Action, int], list[StoredResource]] = {}
        self._searches: list[AuditEntry] = []

    def touch(self, action: Action, stored: StoredResource, patient: int) -> None:
        self._touched.setdefault((action, patient), []).append(stored)

    def search(self, query: Query, found: Found) -> None:
        self._searches.append(entry_for_page(self._context, "search", query, found))

    def take(self) -> list[AuditEntry]:
        """The entries since the last call: searches come before what they led to."""
        searches, touched = self._searches, self._touched
        self._searches, self._touched = [], {}
        return [
            *searches,
            *(self._entry(*step, several) for step, several in touched.items()),
        ]

    def _entry(self, action: Action, patient: int, several: list[StoredResource]) -> AuditEntry:
        if len(several) == 1:
            return entry_for_resource(self._context, action, self._keyring, several[0], patient)
        return AuditEntry(
            context=self._context,
            action=action,
            type=",".join(sorted({stored.type for stored in several})),
            patient=patient,
            count=len(several),
            touched=tuple(
                Touch(self._keyring.reference(stored.type, stored.id), stored.version)
                for stored in several
            ),
        )


def entry_for_absence(
    context: Context,
    action: Action,
    keyring: Keyring,
    kind: str,
    id: str,
) -> AuditEntry:
    """Someone asked for what is not there: that too is kept."""
    key = keyring.reference(kind, id)
    detail = f"{kind}/{id}"
    return AuditEntry(context=context, action=action, type=kind, key=key, count=0, detail=detail)


def entry_for_page(context: Context, action: Action, query: Query, found: Found) -> AuditEntry:
    detail = f"{query.type}?" + "&".join(f"{name}={value}" for name, value in query.used)
    return entry_for_list(context, action, query.type, detail, found)


def entry_for_list(
    context: Context, action: Action, kind: str, detail: str, found: Found
) -> AuditEntry:
    return AuditEntry(
        context=context,
        action=action,
        type=kind,
        patient=only(found.patients),
        count=len(found.page.matches) + len(found.page.included),
        detail=detail,
    )


def entry_for_whole(
    context: Context, keyring: Keyring, selection: Selection, count: int, detail: str
) -> AuditEntry:
    return AuditEntry(
        context=context,
        action="view",
        type=selection.type,
        patient=keyring.reference("Patient", selection.patient)
        if selection.patient
        else NO_PATIENT,
        count=count,
        detail=detail,
    )


def only(patients: frozenset[int]) -> int:
    """The one patient whose data were given out, or 0."""
    concerned = patients - {NO_PATIENT}
    return next(iter(concerned)) if len(concerned) == 1 else NO_PATIENT
