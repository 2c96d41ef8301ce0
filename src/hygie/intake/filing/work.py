"""What filing one message works with: the rooms, the transaction, what is to be written."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.definitions.model import SearchParameter
from hygie.fhir.french.words import Word
from hygie.hl7v2.message import Message
from hygie.identity import Identity, Merger, Person
from hygie.identity.patient import UNKNOWN, new_patient, spoken_over, with_local
from hygie.intake import phrases
from hygie.intake.adapting import Of
from hygie.intake.adapting import nothing as nothing_adapted
from hygie.intake.filing.provenance import provenance
from hygie.intake.inbox import Admission
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.moments import said
from hygie.intake.mapping.shipped import shipped
from hygie.intake.sources.declaration import UNDECLARED, Source
from hygie.nomenclature.mapping.concepts import enrich
from hygie.nomenclature.mapping.correspondences import NONE, Current, nothing
from hygie.refusal import Issue, Refused
from hygie.store.contract import Resource, StoredResource
from hygie.store.interactions import Repository, updating
from hygie.store.keys.keyring import Keyring
from hygie.store.store import Store
from hygie.store.transaction import Transaction

MAX_KNOWN = 20_000
_HALF = (1 << 64) - 1


Named = Callable[[str], Awaitable[Source]]
"""The declaration of a source, by its name; the defaults when nobody has declared it."""


async def undeclared(name: str) -> Source:
    return msgspec.structs.replace(UNDECLARED, name=name)


class Rooms:
    """What every message is filed with. Shared; holds nothing of a message."""

    def __init__(
        self,
        store: Store,
        repository: Repository,
        identity: Identity,
        current: Current = nothing,
        adaptation: Of = nothing_adapted,
        named: Named = undeclared,
    ) -> None:
        """`current`: what local codes are mapped to; `adaptation`: what a source says otherwise;
        `named`: what is declared of sources."""
        self.adaptation = adaptation
        self._current = current
        self.named = named
        self.correspondences = NONE
        self.repository = repository
        self.identity = identity
        self.merger = Merger(store.registry)
        self._registry = store.registry
        self.zone: ZoneInfo = store.zone
        self.known: set[str] = set()
        """Units and places that are stored for certain: not looked for again."""
        self._keyring: Keyring = store.keyring

    def parameter(self, resource_type: str, name: str) -> SearchParameter:
        """A search parameter of R4, to look for what a message means by its numbers."""
        return self._registry.parameters(resource_type)[name]

    async def refresh(self) -> None:
        """Learns what was decided since the last messages."""
        self.correspondences = await self._current()

    def ids(self, resource_type: str, key: str) -> str:
        """The id that follows from a business key: 128 keyed bits, the same every time."""
        row = self._keyring.row_key(f"intake.{resource_type}", key)
        return f"{row.key & _HALF:016x}{row.rest & _HALF:016x}"

    def remember(self, met: Iterable[str]) -> None:
        """To be called once the transaction that met them has committed."""
        if len(self.known) > MAX_KNOWN:
            self.known.clear()
        self.known |= set(met)


class Work:
    """One message being filed. `subject` is the patient found, "Patient/id", or empty."""

    def __init__(self, rooms: Rooms, tx: Transaction, admission: Admission) -> None:
        self.rooms = rooms
        self.tx = tx
        self.admission = admission
        self.source = UNDECLARED
        """As it is declared, once filing has begun."""
        self.repository = rooms.repository.under(admission.arrival.source)
        """Holds what is written to the standards of the message's source."""
        self.tables = shipped()
        self.fired: tuple[str, ...] = ()
        """Ids of the adaptations that changed the message before it was mapped."""
        self.subject = ""
        self.warnings: list[Issue] = []
        self.wrote = False
        """True once something was written: what fails afterwards must be rolled back."""
        self.met: set[str] = set()
        self._pending: dict[str, Resource] = {}
        self._foreseen: dict[tuple[str, str], StoredResource | None] = {}
        self._vouched: list[str] = []

    async def adapted(self, message: Message) -> Message:
        """The message as its source means it; from now on, the tables are those of its source."""
        adaptation = await self.rooms.adaptation(self.admission.arrival.source)
        self.tables = adaptation.tables
        adapted = adaptation.adapt(message)
        self.fired = adapted.fired
        return adapted.message

    def context(self, message: Message) -> Context:
        """What the tables map this message with: those of its source."""
        return Context(message, self.rooms.zone, self.rooms.ids, self.tables)

    def put(self, *resources: Resource) -> None:
        """To be written when the message is done; the last word on one resource counts."""
        for resource in resources:
            self._pending[f"{resource['resourceType']}/{resource['id']}"] = resource

    def leave_out(self, refused: Refused) -> None:
        """A part of the message that cannot be read stays in the message alone, and is told of
        with its place: for parts whose absence harms less than the whole kept back."""
        self.warnings += (
            msgspec.structs.replace(issue, severity="warning") for issue in refused.refusal.issues
        )

    def vouch(self, *references: str) -> None:
        """The message says this too, though it is not put: `Provenance` names it."""
        self._vouched += references

    async def read(self, resource_type: str, id: str) -> Resource | None:  # noqa: A002
        """The resource as it stands, with what this message has changed; None when absent."""
        pending = self._pending.get(f"{resource_type}/{id}")
        if pending is not None:
            return pending
        if (name := (resource_type, id)) in self._foreseen:
            stored = self._foreseen[name]
        else:
            stored = await self.tx.read(resource_type, id)
        return None if stored is None or stored.deleted else decode(stored.body)

    async def foresee(self, names: Iterable[tuple[str, str]]) -> None:
        """Reads at one time, by type and id, what `read` will be asked for. To be called once all
        is guarded that these reads want guarded."""
        wanted = dict.fromkeys(names)
        self._foreseen |= wanted | await self.tx.read_all(wanted.keys())

    async def put_if_absent(self, resources: Sequence[Resource]) -> None:
        """Units and places: written when nobody has named them before."""
        for resource in resources:
            name = f"{resource['resourceType']}/{resource['id']}"
            if name in self.rooms.known or name in self.met:
                continue
            self.met.add(name)
            if await self.read(resource["resourceType"], resource["id"]) is None:
                self.put(resource)

    async def identify(self, person: Person, *, said: str = "", noted: bool = False) -> str:
        """The reference of the patient meant, made when new. `said`: when a master of identities
        (ADT) said this, empty of others: only a master changes the demographics of a patient
        already known, under a number of his own, and only what he has not said later. `noted`: kept
        in mind even when it changes nothing."""
        resolution = await self.rooms.identity.resolve(self.tx, person)
        self.warnings += person.warnings
        known = resolution.patient
        if known is None and not said:
            patient = {**new_patient(person), "id": str(uuid4())}
        elif said and not resolution.replacing:
            patient = self._spoken(
                known or {**UNKNOWN, "id": str(uuid4())}, person, said, noted=noted
            )
        else:
            patient = with_local(known or {}, person)
        if patient != known:
            self.put(patient)
        self.subject = f"Patient/{patient['id']}"
        return self.subject

    def _spoken(self, known: Resource, person: Person, said: str, *, noted: bool) -> Resource:
        authority = person.local[0].system if person.local else ""
        patient, late = spoken_over(known, person, Word(said, authority), noted=noted)
        if late:
            self.warnings.append(Issue(
                severity="warning", code="business-rule", rule="person.late",
                phrase=phrases.LATE_PERSON, location="EVN-2",
            ))  # fmt: skip
        return patient

    def said(self, message: Message) -> str:
        """When the message was said, as far as it can be believed."""
        return said(message, self.rooms.zone)

    @property
    def written(self) -> list[Resource]:
        """What was put, in that order."""
        return [*self._pending.values()]

    async def finish(self) -> None:
        """Writes what was put, each resource validated; raises Refused when one is not valid."""
        for resource in self._pending.values():
            enrich(resource, self.rooms.correspondences)
        if targets := [*self._pending, *self._vouched]:
            self.put(self._provenance(targets))
        sound = [self.repository.sound(resource) for resource in self._pending.values()]
        ready = [resource for resource in sound if resource is not None]
        if not sound:
            return
        if len(ready) == len(sound):
            self.wrote = True
            await self.repository.load(self.tx, ready)
            return
        steps = [updating(resource) for resource in self._pending.values()]
        await self.repository.check(steps)  # a refusal now leaves the transaction as it was
        self.wrote = True
        await self.repository.apply(self.tx, steps)

    def _provenance(self, targets: Sequence[str]) -> Resource:
        arrival, now = self.admission.arrival, datetime.now(self.rooms.zone)
        return provenance(
            self.rooms.ids("Provenance", str(self.admission.id)), self.admission.id,
            arrival.source, arrival.event, targets, now,
        )  # fmt: skip
