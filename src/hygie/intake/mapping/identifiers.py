"""CX, EI and XON to Identifier and Reference, with the system of who assigned them."""

from functools import lru_cache
from typing import Any, Final

from hygie.hl7v2.message import Dialect, Field, Message, text_of
from hygie.identity import systems
from hygie.intake.mapping.engine.context import Context


def authority(field: Field, message: Message, component: int = 4) -> str:
    """The identifier system of a CX; without assigning authority, that of the sending facility."""
    named = system_of(field.component(component), field.dialect)
    return named or facility(message)


def facility(message: Message) -> str:
    """The system of the sending facility (MSH-4), else of its application, by name alone."""
    header = message.header
    return systems.authority_system(header.text(4) or header.text(3), "", "")


def system_of(raw: str, dialect: Dialect) -> str:
    """The system that an HD names: namespace & universal id & its type, as it came; empty if none.

    A house knows a few: each is cut and unescaped once. What is too long for one is not remembered.
    """
    return (_known_system if len(raw) <= _REMEMBERED else _system)(raw, dialect)


def _system(raw: str, dialect: Dialect) -> str:
    parts = raw.split(dialect.delimiters.subcomponent, 3)
    namespace, universal, kind = (text_of(part, dialect) for part in (*parts, "", "", "")[:3])
    return systems.authority_system(namespace, universal, kind) if namespace or universal else ""


_REMEMBERED: Final = 200
_known_system = lru_cache(maxsize=1024)(_system)


def identifier(field: Field, context: Context) -> dict[str, Any] | None:
    """CX: value, authority, type."""
    value, kind = field.text(1), field.text(5)
    if not value:
        return None
    coding = {"coding": [{"system": systems.IDENTIFIER_TYPES, "code": kind}]}
    found = {"system": authority(field, context.message), "value": value}
    return {"type": coding, **found} if kind else found


def entity(field: Field) -> dict[str, Any] | None:
    """EI as Identifier: without authority, the value alone."""
    namespace, universal, kind = (field.text(number) for number in (2, 3, 4))
    if not field.text(1):
        return None
    found = {"value": field.text(1)}
    if namespace or universal:
        found["system"] = systems.authority_system(namespace, universal, kind)
    return found


def part_entity(field: Field, component: int) -> dict[str, Any] | None:
    """One of the two EI of an EIP (placer ^ filler), whose parts are subcomponents."""
    value, namespace, universal, kind = (field.text(component, n) for n in (1, 2, 3, 4))
    if not value:
        return None
    found = {"value": value}
    if namespace or universal:
        found["system"] = systems.authority_system(namespace, universal, kind)
    return found


def organization(field: Field, context: Context) -> dict[str, Any] | None:
    """XON as a reference by identifier (component 10, else 3) and name."""
    name, value = field.text(1), field.text(10) or field.text(3)
    reference: dict[str, Any] = {"type": "Organization"}
    if value:
        reference["identifier"] = {
            "system": authority(field, context.message, 6), "value": value,
        }  # fmt: skip
    if name:
        reference["display"] = name
    return reference if name or value else None


def payor(field: Field, context: Context) -> dict[str, Any] | None:
    """CX as a reference to the organisation that has this number."""
    found = identifier(field, context)
    return {"type": "Organization", "identifier": found} if found else None
