"""What a rights file must not say, whoever wrote it. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from hygie.access.constraints import check_constraint
from hygie.access.rights import phrases
from hygie.access.rights.rights import (
    CAPABILITIES,
    SCOPES,
    SPECIALTY,
    UNIT,
    Capability,
    Right,
    Rights,
    Role,
)
from hygie.fhir.definitions import r4
from hygie.limits.access import MAX_CIRCLE_DAYS
from hygie.purpose import CARE
from hygie.refusal import Issue, Phrase
from hygie.sight import LETTERS

KEEPERS: Final[tuple[Capability, ...]] = (
    "manage_accounts", "manage_tokens", "manage_clients", "manage_directories",
    "read_audit", "export_audit",
)  # fmt: skip
"""What no role may have beside reading records: giving access, and judging it (CNIL)."""
NO_RECORD: Final = frozenset({"Patient", "Person", "RelatedPerson", "AuditEvent", "Provenance",
    "Schedule"})  # fmt: skip
"""Of the patient's compartment, and not read for what they tell of care: who, by whom, when."""
HOLDERS: Final = frozenset({"Binary", "Bundle", "Task", "Device", "GuidanceResponse"})
"""Of no compartment, and may hold what is in a record."""
NEEDED: Final[tuple[Capability, ...]] = ("manage_accounts", "read_audit", "review_break_glass")
"""What somebody must be able to do."""


def faults_of(rights: Rights) -> list[Issue]:
    """Everything that is wrong, each with its place."""
    return [
        *_groups(rights),
        *(fault for role in rights.roles.values() for fault in _role(role)),
        *_missing(rights),
        *_bounds(rights),
    ]


def _groups(rights: Rights) -> Iterator[Issue]:
    """Each type of resource is in one group: a right on it says one thing."""
    known = r4().resource_types
    met = Counter(kind for group in rights.groups.values() for kind in group.types)
    for group in rights.groups.values():
        for kind in group.types:
            place = f"groups.{group.name}.types"
            if kind not in known:
                yield _fault("type", phrases.NO_TYPE, place, name=kind)
            elif met[kind] > 1:
                yield _fault("type-twice", phrases.TYPE_TWICE, place, name=kind)
    for kind in sorted(known - met.keys()):
        yield _fault("type-missing", phrases.TYPE_MISSING, "groups", name=kind)


def _role(role: Role) -> Iterator[Issue]:
    place = f"roles.{role.name}"
    for capability in sorted(role.capabilities - set(CAPABILITIES)):
        yield _fault("capability", phrases.CAPABILITY, f"{place}.capabilities", name=capability)
    for group, given in role.rights.items():
        yield from _given(given, role, f"{place}.rights.{group}")
    reads = not _record().isdisjoint(kind for kind, _ in role.given)
    for keeper in KEEPERS:
        if reads and keeper in role.capabilities:
            yield _fault("duties", phrases.DUTIES, place, name=keeper)
    yield from _purposes(role, place)
    if role.break_glass and "read_record" not in role.capabilities:
        yield _fault("break-glass", phrases.BREAK_GLASS, f"{place}.break_glass")
    if role.break_glass and "review_break_glass" in role.capabilities:
        yield _fault("own-judge", phrases.OWN_JUDGE, place)


@cache
def _record() -> frozenset[str]:
    """The types a record is made of, in whichever group somebody put them."""
    compartment = r4().patient_compartment
    return HOLDERS | {kind for kind, links in compartment.items() if links} - NO_RECORD


def _given(given: Sequence[Right], role: Role, place: str) -> Iterator[Issue]:
    """What is wrong with the rights on one group, each by itself and all together."""
    for one in given:
        yield from _right(one, place)
        yield from _served(one, role, place)
        yield from _whose(one, place)
        if any(_covers(other, one) for other in given):
            said = _said(one.scope, one.type, one.query)
            yield _fault("covered", phrases.COVERED, place, name=said)
    for (scope, kind, query, *_), times in Counter(one[:1] + one[2:] for one in given).items():
        if times > 1:
            yield _fault("twice", phrases.TWICE, place, name=_said(scope, kind, query))


def _purposes(role: Role, place: str) -> Iterator[Issue]:
    """A glass that is broken for nothing, or a purpose that nobody can have."""
    for name, times in Counter(role.purposes).items():
        if times > 1:
            yield _fault("purpose-twice", phrases.PURPOSE_TWICE, f"{place}.purposes", name=name)
    met = CARE & set(role.purposes)
    if (
        ("ETREAT" in met) != role.break_glass
        or (role.break_glass and "TREAT" not in met) or role.purpose == "ETREAT"
    ):  # fmt: skip
        yield _fault("purpose-glass", phrases.PURPOSE_GLASS, f"{place}.purposes")
        return
    given = [one for some in role.rights.values() for one in some if one.scope == "team"]
    if role.break_glass and given and not any("ETREAT" in one.purposes for one in given):
        yield _fault("purpose-no-glass", phrases.PURPOSE_NO_GLASS, f"{place}.break_glass")


def _served(right: Right, role: Role, place: str) -> Iterator[Issue]:
    for name in sorted(right.purposes - set(role.purposes)):
        yield _fault("purpose-not-its", phrases.PURPOSE_NOT_ITS, place, name=name)
    if right.purposes == {"ETREAT"} and right.scope != "team":
        yield _fault("purpose-no-team", phrases.PURPOSE_NO_TEAM, place)


def _whose(right: Right, place: str) -> Iterator[Issue]:
    for name in sorted(right.specialties):
        if not SPECIALTY.fullmatch(name):
            yield _fault("specialty", phrases.SPECIALTY, place, name=name[:80])
    for name in sorted(right.units):
        if not UNIT.fullmatch(name):
            yield _fault("unit", phrases.UNIT, place, name=name[:80])
    if right.scope == "self" and (right.specialties or right.units):
        yield _fault("self-limited", phrases.SELF_LIMITED, place)


def _covers(wide: Right, narrow: Right) -> bool:
    """Whether a limit of `narrow` (purpose, specialty, unit) says nothing: `wide` is without."""
    same = wide.scope in ("establishment", narrow.scope)
    of_all = wide.type in ("", narrow.type) and wide.query in ("", narrow.query)
    if not (same and of_all and narrow.letters <= wide.letters):
        return False
    limits = (
        (wide.purposes >= narrow.purposes, wide.purposes == narrow.purposes),
        (_of_more(wide.specialties, narrow.specialties), wide.specialties == narrow.specialties),
        (_of_more(wide.units, narrow.units), wide.units == narrow.units),
    )
    return all(more for more, _ in limits) and not all(alike for _, alike in limits)


def _of_more(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return not wide or (bool(narrow) and wide >= narrow)


def _said(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _right(right: Right, place: str) -> Iterator[Issue]:
    if right.scope not in SCOPES:
        yield _fault("scope", phrases.SCOPE, place, name=right.scope)
    for letter in sorted(right.letters - set(LETTERS)):
        yield _fault("letter", phrases.LETTER, place, name=letter)
    narrows = right.type in r4().resource_types and bool(right.query)
    if narrows and not check_constraint(right.type, right.query):
        yield _fault("query", phrases.QUERY, place, query=right.query, type=right.type)


def _missing(rights: Rights) -> Iterator[Issue]:
    for capability in NEEDED:
        if not any(capability in role.capabilities for role in rights.roles.values()):
            yield _fault("nobody", phrases.NOBODY, "roles", name=capability)


def _bounds(rights: Rights) -> Iterator[Issue]:
    for name in rights.bounds.__struct_fields__:
        if not 0 <= getattr(rights.bounds, name) <= MAX_CIRCLE_DAYS:
            limit = str(MAX_CIRCLE_DAYS)
            yield _fault("days", phrases.DAYS, f"circle.{name}", limit=limit)


def _fault(rule: str, phrase: Phrase, location: str, **details: str) -> Issue:
    return Issue(
        code="value", rule=f"rights.{rule}", phrase=phrase, location=location, details=details
    )
