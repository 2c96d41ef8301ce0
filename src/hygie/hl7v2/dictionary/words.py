"""The entries of the dictionary."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a data type."""

    number: int
    type: str
    table: str
    """Of its codes, "0203"; empty when it has none."""
    name: str


@dataclass(frozen=True, slots=True)
class DataType:
    code: str
    """"CX"."""
    name: str
    explanation: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Field:
    segment: str
    number: int
    type: str
    """Code of its data type; empty when nobody knows."""
    table: str
    name: str
    explanation: str
    """One sentence."""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    code: str
    """"PID"."""
    name: str
    explanation: str
    fields: tuple[Field, ...]
    """Number 1 first; empty for a segment that nobody knows."""
