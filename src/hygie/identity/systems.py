"""The names identities are known by outside: HL7's and Hygie's; `fhir.french` has the others."""

from functools import lru_cache
from typing import Final

IDENTIFIER_TYPES: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"

IDENTITY_STATUS: Final = "urn:hygie:identity-status"
"""Extension on Patient: the RNIV status as such. FR Core 2.2.0 has one code (VALI) for two."""
UNQUALIFIED_INS: Final = "urn:hygie:ins-non-qualifie:"
"""Identifier system, followed by the OID, of a matricule received without a qualified identity.
It never matches, and is never sent as an INS."""
AUTHORITY: Final = "urn:hygie:authority:"
"""Identifier system of an assigning authority that gave a name but no OID."""


def authority_system(namespace: str, universal: str, universal_type: str) -> str:
    """The identifier system of an HL7 assigning authority (HD): OID first, then its name."""
    long = len(namespace) + len(universal) > _REMEMBERED
    return (_system if long else _known_system)(namespace, universal, universal_type)


def _system(namespace: str, universal: str, universal_type: str) -> str:
    if universal and (universal_type == "ISO" or _looks_like_oid(universal)):
        return f"urn:oid:{universal}"
    if universal_type == "URI" and ":" in universal:
        return universal
    return f"{AUTHORITY}{slug(universal or namespace)}"


_known_system = lru_cache(maxsize=1024)(_system)
_REMEMBERED: Final = 200
"""Characters; longer names are worked out each time: memory is bounded."""


def _looks_like_oid(text: str) -> bool:
    arcs = text.split(".")
    return len(arcs) > 2 and all(arc.isascii() and arc.isdigit() for arc in arcs)


def slug(text: str) -> str:
    """A URI may hold no spaces and no accents: what is not plain becomes %XX."""
    return "".join(
        c
        if c.isascii() and (c.isalnum() or c in "-._")
        else "".join(f"%{b:02X}" for b in c.encode())
        for c in text.strip()
    )
