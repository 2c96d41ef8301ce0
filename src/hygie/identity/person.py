"""Who a message means: identifiers, INS, reliability, traits, and the rest of its demographics."""

from typing import Any

import msgspec

from hygie.identity.ins import Matricule
from hygie.identity.status import Reliability
from hygie.identity.traits import Traits
from hygie.refusal import Issue


class LocalIdentifier(msgspec.Struct, frozen=True):
    """A patient identifier that one assigning authority gives (IPP)."""

    system: str
    value: str
    place: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """`details` holds the FHIR elements of Patient beyond identity (address, telecom…);
    `cleared` names those that the sender asks to delete."""

    local: tuple[LocalIdentifier, ...] = ()
    others: tuple[dict[str, Any], ...] = ()
    """FHIR identifiers that are kept but never decide who is meant (NSS, passport, region…)."""
    ins: Matricule | None = None
    ins_place: str = ""
    reliability: Reliability = Reliability(known=False)
    traits: Traits = Traits()
    details: dict[str, Any] = msgspec.field(default_factory=dict)
    cleared: frozenset[str] = frozenset()
    warnings: tuple[Issue, ...] = ()

    @property
    def qualified_ins(self) -> Matricule | None:
        """The matricule when it may be used as an INS: only with a qualified identity."""
        return self.ins if self.reliability.qualified else None
