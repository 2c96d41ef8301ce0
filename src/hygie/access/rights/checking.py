"""What a rights file must not say, whoever wrote it. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from hygie.access.constraints import check_constraint
from hygie.access.rights import phrases
from hygie.access.rights.rights import CAPABILITIES, SCOPES, Capability, Right, Rights, Role
from hygie.fhir.definitions import r4
from hygie.limits.access import MAX_CIRCLE_DAYS
from hygie.purpose import CARE
from hygie.refusal import Issue, Phrase
from hygie.sight import LETTERS

KEEPERS: Final[tuple[Capability, ...]] = ("manage_accounts", "read_audit")
"""What no role may have beside reading records: giving access, and judging it (CNIL)."""
CLINICAL: Final = ("clinical", "results", "documents", "medication")
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
        for one in given:
            yield from _right(one, f"{place}.rights.{group}")
            yield from _served(one, role, f"{place}.rights.{group}")
        for (scope, kind, query, *_), times in Counter(one[:1] + one[2:] for one in given).items():
            if times > 1:
                said = " ".join(part for part in (scope, kind, query) if part)
                yield _fault("twice", phrases.TWICE, f"{place}.rights.{group}", name=said)
    reads = any(role.rights.get(group) for group in CLINICAL)
    for keeper in KEEPERS:
        if reads and keeper in role.capabilities:
            yield _fault("duties", phrases.DUTIES, place, name=keeper)
    yield from _purposes(role, place)
    if role.break_glass and "read_record" not in role.capabilities:
        yield _fault("break-glass", phrases.BREAK_GLASS, f"{place}.break_glass")
    if role.break_glass and "review_break_glass" in role.capabilities:
        yield _fault("own-judge", phrases.OWN_JUDGE, place)


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
