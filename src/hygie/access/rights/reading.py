"""The rights file, read and checked: one that contradicts itself is refused, with every place."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Final, cast

import msgspec

from hygie.access.rights import phrases
from hygie.access.rights.checking import faults_of
from hygie.access.rights.rights import Bounds, Capability, Group, Right, Rights, Role, Scope
from hygie.limits.access import MAX_RIGHTS_BYTES
from hygie.purpose import PURPOSES, Purpose
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse
from hygie.sight import LETTERS, Letter
from hygie.store.declared_toml import read_toml

OWN_FILE: Final = "droits.toml"
"""In the data directory."""
KIND: Final = "rights"
RIGHT: Final = re.compile(
    r"(?P<scope>[a-z]+):(?P<letters>[a-z]+)( on (?P<type>[A-Za-z]+)(\?(?P<query>[^ ?#]+))?)?"
)


class WrittenGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: str
    types: tuple[str, ...]


class WrittenRight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A right that says more than fits in its text."""

    right: str
    purposes: tuple[str, ...] = ()
    """What for; none: whatever the role is for."""
    specialties: tuple[str, ...] = ()
    """Of who has it; none: whichever. Codes of TRE_R38."""
    units: tuple[str, ...] = ()
    """To which who has it is attached; none: whichever. As accounts name them."""


WrittenRights = str | WrittenRight | tuple[str | WrittenRight, ...]


class WrittenRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    label: str
    about: str = ""
    like: str = ""
    """Another role, of which this one has all that it does not say itself."""
    capabilities: tuple[str, ...] | None = None
    second_factor: str | None = None
    break_glass: bool | None = None
    purposes: tuple[str, ...] | None = None
    """What for; the first, unless its holders say otherwise."""
    rights: Mapping[str, WrittenRights] | None = None


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rights file, as it stands."""

    version: int
    circle: Bounds | None = None
    groups: Mapping[str, WrittenGroup] = {}
    roles: Mapping[str, WrittenRole] = {}


@cache
def shipped() -> Rights:
    """Those of a clinic that has not said otherwise."""
    return understood(_shipped(), b"")


def read_rights(data: Path) -> Rights:
    """Those of the establishment whose data directory this is. Raises `Refused`."""
    file = data / OWN_FILE
    try:
        with file.open("rb") as opened:
            own = opened.read(MAX_RIGHTS_BYTES + 1)
    except FileNotFoundError:
        return shipped()
    if len(own) > MAX_RIGHTS_BYTES:
        raise refuse(Category.TOO_LARGE, "rights.size", phrases.SIZE, limit=str(MAX_RIGHTS_BYTES))
    return understood(_shipped(), own)


def understood(base: bytes, own: bytes) -> Rights:
    """`own`, in place of the tables of `base` that it names. Raises `Refused` with all faults."""
    written = read_toml(base, Written, KIND)
    if own:
        over = read_toml(own, Written, KIND)
        written = Written(
            over.version, over.circle or written.circle,
            {**written.groups, **over.groups}, {**written.roles, **over.roles},
        )  # fmt: skip
    digest = sha256(base + b"\0" + own).hexdigest()[:16]
    faults: list[Issue] = []
    roles = {name: _role(name, written, faults) for name in written.roles}
    groups = {name: Group(name, one.label, one.types) for name, one in written.groups.items()}
    rights = Rights(
        version=written.version, digest=digest, roles=roles, groups=groups,
        group_of={kind: name for name, group in groups.items() for kind in group.types},
        bounds=written.circle or Bounds(90, 30, 7, 90),
    )  # fmt: skip
    faults += faults_of(rights)
    if faults:
        raise Refused(Refusal(Category.INVALID, tuple(faults)))
    return rights


def _shipped() -> bytes:
    return (resources.files("hygie.access.rights") / "clinique.toml").read_bytes()


def _role(name: str, written: Written, faults: list[Issue]) -> Role:
    said = _inherited(name, written, faults)
    place = f"roles.{name}"
    if said.second_factor not in (None, "required", "optional"):
        faults.append(_fault("second-factor", phrases.SECOND_FACTOR, f"{place}.second_factor"))
    purposes = _purposes(said.purposes, f"{place}.purposes", faults)
    if not purposes:
        purposes = ("TREAT", "ETREAT") if said.break_glass else ("TREAT",)
    rights: dict[str, tuple[Right, ...]] = {}
    for group, texts in (said.rights or {}).items():
        where = f"{place}.rights.{group}"
        given = tuple(_rights(texts, purposes, where, faults))
        if group not in written.groups:
            faults.append(_fault("group", phrases.NO_GROUP, where, name=group))
            continue
        rights[group] = given
        faults += _strangers(given, written.groups[group], where)
    return Role(
        name=name, label=said.label, about=said.about, rights=rights,
        given=dict(_by_letter(rights, written.groups)),
        capabilities=cast("frozenset[Capability]", frozenset(said.capabilities or ())),
        second_factor=said.second_factor != "optional", break_glass=bool(said.break_glass),
        purposes=purposes,
    )  # fmt: skip


def _by_letter(
    rights: Mapping[str, tuple[Right, ...]], groups: Mapping[str, WrittenGroup]
) -> Iterator[tuple[tuple[str, Letter], tuple[Right, ...]]]:
    for group, given in rights.items():
        for kind in groups[group].types:
            for letter in LETTERS:
                fit = tuple(
                    one for one in given if letter in one.letters and one.type in ("", kind)
                )
                if fit:
                    yield (kind, letter), fit


def _inherited(name: str, written: Written, faults: list[Issue]) -> WrittenRole:
    """What a role says, and what those it is like say of the rest."""
    said, met = written.roles[name], [name]
    while said.like:
        if said.like not in written.roles or said.like in met:
            faults.append(_fault("like", phrases.LIKE, f"roles.{name}.like", name=said.like))
            return msgspec.structs.replace(said, like="")
        met.append(said.like)
        other = written.roles[said.like]
        filled = {
            field: getattr(other, field)
            for field in ("capabilities", "second_factor", "break_glass", "purposes", "rights")
            if getattr(said, field) is None
        }
        said = msgspec.structs.replace(said, like=other.like, **filled)
    return said


def _rights(
    said: WrittenRights, purposes: tuple[Purpose, ...], place: str, faults: list[Issue]
) -> Iterator[Right]:
    """`purposes`: of the role, for what says none."""
    for one in said if isinstance(said, tuple) else (said,):
        more = WrittenRight(one) if isinstance(one, str) else one
        found = RIGHT.fullmatch(more.right)
        if found is None:
            faults.append(_fault("right", phrases.RIGHT, place, value=more.right[:80]))
            continue
        own = _purposes(more.purposes, place, faults)
        yield Right(
            cast("Scope", found["scope"]), cast("frozenset[Letter]", frozenset(found["letters"])),
            found["type"] or "", found["query"] or "", frozenset(own or purposes),
            frozenset(more.specialties), frozenset(more.units),
        )  # fmt: skip


def _purposes(said: tuple[str, ...] | None, place: str, faults: list[Issue]) -> tuple[Purpose, ...]:
    """Those that there are; a fault for each of the others."""
    faults += (
        _fault("purpose", phrases.PURPOSE, place, name=name[:80])
        for name in sorted(set(said or ()) - set(PURPOSES))
    )
    return cast("tuple[Purpose, ...]", tuple(one for one in said or () if one in PURPOSES))


def _strangers(given: tuple[Right, ...], group: WrittenGroup, place: str) -> Iterator[Issue]:
    for one in given:
        if one.type and one.type not in group.types:
            yield _fault("type", phrases.NOT_IN_GROUP, place, name=one.type)


def _fault(rule: str, phrase: Phrase, location: str, **details: str) -> Issue:
    return Issue(
        code="value", rule=f"rights.{rule}", phrase=phrase, location=location, details=details
    )
