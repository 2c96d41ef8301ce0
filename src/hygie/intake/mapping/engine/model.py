"""Tables as they are written: TOML, one row a line of the map, read whole or refused."""

import tomllib
from typing import Any, Literal, TypeVar

import msgspec

from hygie.intake.mapping.engine import phrases
from hygie.refusal import Category, Refused, refuse

Unknown = Literal["refuse", "drop", "keep"]
T = TypeVar("T")


class Row(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True,
    rename={"from_": "from", "as_": "as"},
):  # fmt: skip
    """From where, to which element, by which conversion."""

    id: str
    """Unique in its table: what an overlay names."""
    to: str
    """Element of the resource: `birthDate`, `address[]`, `hospitalization.admitSource`; `.` merges
    the elements that the conversion gives."""
    from_: str | tuple[str, ...] = ()
    """`PID-11`, `PID-7.1`; several: the first that has a value, or all of them for a list."""
    as_: str = "text"
    """Name of a conversion."""
    value: Any = None
    """A constant, instead of `from`."""
    default: Any = None
    """When none of `from` gives a value."""
    codes: str = ""
    """Name of a list of codes, for the conversions that take one."""
    system: str = ""
    """Code or identifier system, for the conversions that take one."""
    when: str | tuple[str, ...] = ()
    """Conditions that all hold: `PID-11.7 != BDL`, `event in A01 A04`, `PV1-19 present`."""
    beside: dict[str, Any] = msgspec.field(default_factory=dict)
    """Constants beside the value, in the item of the list it stands in."""
    required: bool = False
    """Refused at its first place when there is no value."""
    clears: bool = False
    """The field's `""` deletes the element that is stored."""
    replaces: tuple[str, ...] = ()
    """Elements that are deleted when this one has a value: the other forms of a choice."""
    why: str
    """The row of the published map, or the section of PAM-FR, that says so."""

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.from_,) if isinstance(self.from_, str) else self.from_

    @property
    def conditions(self) -> tuple[str, ...]:
        return (self.when,) if isinstance(self.when, str) else self.when


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rows that make one resource of some segments."""

    resource: str
    """FHIR type that the elements are of."""
    title: str
    source: str
    """The published map it follows."""
    row: tuple[Row, ...]


class CodeList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes of HL7 v2 and what they are in FHIR."""

    title: str
    unknown: Unknown = "drop"
    """What becomes of a code that is not listed: refused, left out, or kept as it is."""
    rule: str = "mapping.code"
    """Name of the refusal."""
    codes: dict[str, str]


class CodeLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    list: dict[str, CodeList]


def read_table(text: str, name: str) -> Table:
    """The table that a TOML file holds; refused when it is none, or an id stands twice."""
    table = read(text, name, Table)
    check_ids((row.id for row in table.row), name)
    return table


def read(text: str, name: str, kind: type[T]) -> T:
    """A TOML file as what it should hold; refused with the line, or the place, and the reason."""
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise wrong(name, str(error)) from None


def check_ids(ids: Any, name: str) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise wrong(name, f"id `{one[:60]}`: 2 ×")
        seen.add(one)


def wrong(where: str, why: str) -> Refused:
    """A table, or a row of it ("PID PID-11"), that cannot be used."""
    return refuse(
        Category.INVALID, "mapping.table", phrases.WRONG_TABLE, code="value", location=where,
        where=where[:120], why=why[:200],
    )  # fmt: skip
