"""What the rights file says, understood. Pure; whatever is not granted here is refused."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from hygie.purpose import Purpose
from hygie.sight import Letter

Scope = Literal["establishment", "team", "self"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""Whichever patient; patients in one's care; one's own record."""
Capability = Literal[
    "search_patients", "read_record", "launch_apps",
    "read_flows", "read_messages", "read_quarantine", "show_contents", "replay", "run_flows",
    "try_expressions", "map_codes",
    "manage_accounts", "review_access", "manage_tokens", "manage_clients", "manage_directories",
    "read_audit", "export_audit", "review_break_glass", "read_rights", "simulate_rights",
]  # fmt: skip
"""What is done on the pages: each names one."""
CAPABILITIES: Final[tuple[Capability, ...]] = get_args(Capability)
SPECIALTY: Final = re.compile(r"[A-Za-z0-9]{1,20}")
"""A code of TRE_R38."""
UNIT: Final = re.compile(r"(Location|Organization)/[A-Za-z0-9.-]{1,64}|[^\s|]{1,200}\|[^\s|]{1,64}")
"""A place or a house, by its address or as "system|value"."""


class Right(NamedTuple):
    """Letters, on the resources of a group that are within a scope."""

    scope: Scope
    letters: frozenset[Letter]
    type: str = ""
    """The one type of the group it is about; empty: all of them."""
    query: str = ""
    """The FHIR search that narrows it."""
    purposes: frozenset[Purpose] = frozenset()
    """What for: those that it says, else those of its role."""
    specialties: frozenset[str] = frozenset()
    """Of those who have it alone; empty: whichever."""
    units: frozenset[str] = frozenset()
    """Of who is attached to one of them, or to a part of one; empty: whichever."""


class Group(NamedTuple):
    """Types of resources that go together."""

    name: str
    label: str
    types: tuple[str, ...]


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A profession or a function."""

    name: str
    label: str
    about: str
    capabilities: frozenset[Capability]
    second_factor: bool
    """Whether who has it must prove two factors."""
    break_glass: bool
    purposes: tuple[Purpose, ...]
    """What its holders see data for; the first, unless they say otherwise."""
    rights: Mapping[str, tuple[Right, ...]]
    """By group."""
    given: Mapping[tuple[str, Letter], tuple[Right, ...]]
    """The same, by type of resource and letter."""

    @property
    def purpose(self) -> Purpose:
        """What for, unless they say otherwise."""
        return self.purposes[0]

    @property
    def choices(self) -> tuple[Purpose, ...]:
        """What its holders may say they come for: urgent care is what a broken glass makes it."""
        return tuple(one for one in self.purposes if one != "ETREAT")

    def on(self, type_: str, letter: Letter) -> tuple[Right, ...]:
        """The rights that give a letter on a type."""
        return self.given.get((type_, letter), ())


class Bounds(msgspec.Struct, frozen=True):
    """How long care is taken to last, around what tells of it. Days."""

    after_stay_days: int
    after_appointment_days: int
    before_appointment_days: int
    after_order_days: int


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """Every role, and every group."""

    version: int
    digest: str
    """Of the files it was read from: 16 hexadecimal digits."""
    roles: Mapping[str, Role]
    groups: Mapping[str, Group]
    group_of: Mapping[str, str]
    """Type of resource -> name of its group."""
    bounds: Bounds

    @property
    def units(self) -> frozenset[str]:
        """Those that a right names."""
        return frozenset(
            unit
            for role in self.roles.values()
            for given in role.rights.values()
            for right in given
            for unit in right.units
        )

    def purpose_of(self, role: str, chosen: Purpose | None = None) -> Purpose:
        """What for: what was chosen, if the role may, else its first; of a role that is not known,
        care."""
        found = self.roles.get(role)
        if found is None:
            return "TREAT"
        return chosen if chosen in found.choices else found.purpose

    def permits(self, role: str, capability: Capability) -> bool:
        """False for a role that is not known."""
        found = self.roles.get(role)
        return found is not None and capability in found.capabilities

    def requires_second_factor(self, role: str) -> bool:
        """True for a role that is not known: nobody gets in by a mistake in a file."""
        found = self.roles.get(role)
        return found is None or found.second_factor
