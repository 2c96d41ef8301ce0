"""Whose is it? From what a message says of a person to the one stored patient, or to none.

1. A known local identifier (IPP) decides, unless name and birth date both contradict it.
2. Else a qualified INS with all strict traits equal decides.
3. Else the person is new. Nothing weaker ever attributes: what is doubtful is refused, and a
   person decides.
"""

from typing import Literal

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Criterion, Query, TokenValue
from hygie.identity import phrases
from hygie.identity.elements import Element, read_ins, read_reliability, read_traits
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.status import Attribute
from hygie.identity.traits import Traits, conflict, strict_difference
from hygie.limits.gateway import MAX_PERSON_IDENTIFIERS
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.store import Store
from hygie.store.transaction import Transaction

MAX_CANDIDATES = 20


class Resolution(msgspec.Struct, frozen=True):
    """`patient` is the stored Patient, or None when the person is new."""

    patient: Element | None
    by: Literal["local", "ins", "new"]
    replacing: bool = False
    """Who was meant has been merged into `patient`: what is said of the one says little of the
    other's name and address."""


class Identity:
    """Finds patients within a transaction. Holds no state of its own."""

    def __init__(self, store: Store) -> None:
        self._parameter = store.registry.parameters("Patient")["identifier"]

    async def resolve(self, tx: Transaction, person: Person) -> Resolution:
        """The patient meant. The identifiers stay locked until the transaction ends, so that two
        messages about a new person cannot create it twice. Raises Refused when in doubt."""
        tokens = _tokens(person)
        if not tokens:
            raise _refusal("identity.nobody", phrases.NOBODY, "PID-3")
        await self.lock(tx, tokens)
        found = await self._find(tx, tokens)
        meant = _having_local(found, person.local)
        by_local = await self._survivors(tx, meant)
        by_ins = await self._survivors(tx, _having_ins(found, person))
        resolution = _decide(person, by_local, by_ins)
        themselves = {patient["id"] for patient in meant}
        if resolution.by == "local" and by_local[0]["id"] not in themselves:
            return msgspec.structs.replace(resolution, replacing=True)
        return resolution

    async def find_local(self, tx: Transaction, identifier: LocalIdentifier) -> Element | None:
        """The patient that carries a local identifier, merged or not; None when there is none."""
        token = TokenValue(identifier.system, identifier.value)
        await self.lock(tx, [token])
        found = _having_local(await self._find(tx, [token]), (identifier,))
        if len(found) > 1:
            raise _refusal("identity.two-patients", phrases.TWO_PATIENTS, identifier.place)
        return found[0] if found else None

    async def lock(self, tx: Transaction, tokens: list[TokenValue]) -> None:
        """Serialises whoever works on the same identifiers, until the transaction ends."""
        await tx.guard_all(map(_guard, tokens))

    async def _find(self, tx: Transaction, tokens: list[TokenValue]) -> list[Element]:
        criterion = Criterion(self._parameter, tuple(tokens))
        page = await tx.search(Query(type="Patient", conditions=(criterion,), count=MAX_CANDIDATES))
        return [decode(match.body) for match in page.matches]

    async def _survivors(self, tx: Transaction, patients: list[Element]) -> list[Element]:
        """Each patient, or the one that replaced it; once each."""
        result: dict[str, Element] = {}
        for patient in patients:
            current = await survivor(tx, patient)
            result[current["id"]] = current
        return list(result.values())


async def survivor(tx: Transaction, patient: Element) -> Element:
    """The patient at the end of the `replaced-by` links. Refused where they lead in a circle:
    merging never makes one, but patients can be written by others."""
    met = {patient["id"]}
    while (following := replaced_by(patient)) and (stored := await tx.read("Patient", following)):
        if following in met:
            raise _refusal("identity.circle", phrases.CIRCLE, "PID-3")
        met.add(following)
        patient = decode(stored.body)
    return patient


def replaced_by(patient: Element) -> str:
    """The id of the patient that took this one's place, or empty."""
    for link in patient.get("link", []):
        if link.get("type") == "replaced-by":
            return str(link["other"]["reference"]).removeprefix("Patient/")
    return ""


def guards_of(person: Person) -> list[tuple[str, str]]:
    """What `resolve` guards, for who guards more at the same time."""
    return [_guard(token) for token in _tokens(person)]


def _guard(token: TokenValue) -> tuple[str, str]:
    return "identity", f"{token.system}|{token.code}"


def _tokens(person: Person) -> list[TokenValue]:
    if (count := len(person.local) + len(person.others)) > MAX_PERSON_IDENTIFIERS:
        raise _refusal(
            "identity.too-many", phrases.TOO_MANY,
            person.local[-1].place if person.local else "PID-3",
            count=str(count), limit=str(MAX_PERSON_IDENTIFIERS),
        )  # fmt: skip
    tokens = [TokenValue(item.system, item.value) for item in person.local]
    if number := person.qualified_ins:
        tokens.append(TokenValue(number.kind.system, number.value))
    return tokens


def _having_local(found: list[Element], local: tuple[LocalIdentifier, ...]) -> list[Element]:
    wanted = {(item.system, item.value) for item in local}
    return [patient for patient in found if wanted & _identifiers(patient)]


def _having_ins(found: list[Element], person: Person) -> list[Element]:
    number = person.qualified_ins
    return [patient for patient in found if number is not None and read_ins(patient) == number]


def _identifiers(patient: Element) -> set[tuple[str, str]]:
    """Keys are compared exactly: the search index may fold case, an identity must not."""
    return {
        (item.get("system", ""), item.get("value", "")) for item in patient.get("identifier", [])
    }


def _decide(person: Person, by_local: list[Element], by_ins: list[Element]) -> Resolution:
    if len(by_local) > 1:
        raise _refusal("identity.two-patients", phrases.TWO_PATIENTS, person.local[-1].place)
    if by_local:
        _check_known(person, by_local[0], by_ins)
        return Resolution(by_local[0], "local")
    if len(by_ins) > 1:
        raise _refusal("identity.two-patients", phrases.TWO_PATIENTS, person.ins_place)
    if by_ins:
        stored = read_traits(by_ins[0])
        _check_strict(person, stored, "identity.ins-mismatch", phrases.INS_MISMATCH)
        return Resolution(by_ins[0], "ins")
    return Resolution(None, "new")


def _check_known(person: Person, patient: Element, by_ins: list[Element]) -> None:
    """Refuses what contradicts the patient that the local identifier points to."""
    if any(other["id"] != patient["id"] for other in by_ins):
        raise _refusal("identity.two-patients", phrases.TWO_PATIENTS, person.ins_place)
    stored = read_traits(patient)
    fictitious = Attribute.FICTITIOUS in read_reliability(patient).attributes
    if not fictitious and conflict(stored, person.traits):
        raise _refusal("identity.conflict", phrases.CONFLICT, person.local[0].place)
    known, given = read_ins(patient), person.qualified_ins
    if known and given and known != given:
        _check_strict(person, stored, "identity.ins-changed", phrases.INS_CHANGED)


def _check_strict(person: Person, stored: Traits, rule: str, phrase: Phrase) -> None:
    trait = strict_difference(stored, person.traits)
    if trait:
        raise _refusal(rule, phrase, person.ins_place, trait=trait.fr, trait_en=trait.en)


def _refusal(rule: str, phrase: Phrase, place: str, **details: str) -> Refused:
    return refuse(Category.CONFLICT, rule, phrase, code="business-rule", location=place, **details)
