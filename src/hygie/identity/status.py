"""How far an identity can be trusted: the four RNIV statuses and their attributes.

RNIV 1 v2.0 (December 2024), EXI SI 07 and 09: the statuses exclude each other; a doubtful or
fictitious identity is provisional and is not sent to INSi; it cannot be both.
FR Core 2.2.0 and PID-32 (HL7 table 0445) say VALI for a qualified identity: mapped here, at the
edge, both ways.
"""

from collections.abc import Iterable
from enum import Enum

import msgspec

from hygie.identity import phrases
from hygie.refusal import Issue


class Status(Enum):
    PROV = "PROV"
    """Provisional: neither document checked nor INSi asked."""
    VALI = "VALI"
    """Identity document checked, INSi not obtained."""
    RECUP = "RECUP"
    """INSi obtained, document not checked."""
    QUAL = "QUAL"
    """Both: the only status with which an INS may be used and sent."""


class Attribute(Enum):
    HOMONYM = "HOMA"
    DOUBTFUL = "DOUT"
    FICTITIOUS = "FICT"


_FORCING = frozenset({Attribute.DOUBTFUL, Attribute.FICTITIOUS})
_ATTRIBUTES = {
    "HOMA": Attribute.HOMONYM,
    "HOMD": Attribute.HOMONYM,
    "DOUT": Attribute.DOUBTFUL,
    "FICT": Attribute.FICTITIOUS,
}


class Reliability(msgspec.Struct, frozen=True):
    """A status with its attributes; `known` is False when the sender said nothing."""

    status: Status = Status.PROV
    attributes: frozenset[Attribute] = frozenset()
    known: bool = True

    @property
    def qualified(self) -> bool:
        return self.status is Status.QUAL


def reliability(status: Status, attributes: Iterable[Attribute] = ()) -> Reliability:
    """The reliability that the rules leave: doubtful or fictitious forces PROV."""
    given = frozenset(attributes)
    return Reliability(Status.PROV if given & _FORCING else status, given)


def check(status: Status, attributes: frozenset[Attribute]) -> list[Issue]:
    """An error for fictitious and doubtful together; a note when the status is forced."""
    if attributes >= _FORCING:
        return [
            Issue(code="business-rule", rule="identity.attributes",
                  phrase=phrases.FICTIVE_AND_DOUBTFUL)
        ]  # fmt: skip
    if attributes & _FORCING and status is not Status.PROV:
        return [
            Issue(severity="warning", code="business-rule", rule="identity.forced-provisional",
                  phrase=phrases.FORCED_PROVISIONAL)
        ]  # fmt: skip
    return []


def may_ask_insi(value: Reliability) -> bool:
    """EXI SI 09: INSi is not called for a doubtful or fictitious identity."""
    return not value.attributes & _FORCING


def from_codes(codes: Iterable[str], *, with_ins: bool) -> Reliability:
    """PID-32 or FR Core codes. VALI means qualified when an INS comes with it, else VALI.

    Codes about duplicates and collisions say nothing of the status and are left to their desk.
    """
    given = [code.upper() for code in codes if code]
    attributes = frozenset(_ATTRIBUTES[code] for code in given if code in _ATTRIBUTES)
    status = Status.PROV
    if "QUAL" in given or ("VALI" in given and with_ins):
        status = Status.QUAL
    elif "VALI" in given:
        status = Status.VALI
    elif "RECUP" in given:
        status = Status.RECUP
    return msgspec.structs.replace(reliability(status, attributes), known=bool(given))


def to_code(value: Reliability) -> str:
    """The FR Core 2.2.0 code: VALI only for a qualified identity (its invariant fr-core-1)."""
    return "VALI" if value.qualified else "PROV"
