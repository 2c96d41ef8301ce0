"""What is asked when an expression is tried, and what is told of it. Plain values: they cross
from one process to another."""

import msgspec

from hygie.refusal import Language


class Asked(msgspec.Struct, frozen=True):
    expression: str
    resource: bytes
    """JSON; empty for none."""
    now: str = ""
    """The present instant (ISO 8601, with its zone); empty for none."""
    language: Language = "fr"


class Problem(msgspec.Struct, frozen=True):
    """A sentence, and the expression cut at the place it speaks of."""

    sentence: str
    before: str = ""
    at: str = ""
    """The character at fault; empty when the sentence speaks of no place."""
    after: str = ""
    of_resource: bool = False
    """True when it is the resource that cannot be read."""


class Found(msgspec.Struct, frozen=True):
    """One item of a result."""

    type: str
    """"FHIR.HumanName", "System.Boolean"."""
    text: str
    """As JSON, indented; cut when it is long."""
    place: str = ""
    """The path of its JSON ("Patient.name[0].given[1]"); empty for what was computed."""


class Branch(msgspec.Struct, frozen=True):
    """A node of the syntax tree, and the nodes below it."""

    label: str
    type: str
    """What the node may be, with its cardinality; empty when there is nothing to say."""
    position: int
    """In the expression, from 1."""
    below: "tuple[Branch, ...]" = ()


class Traced(msgspec.Struct, frozen=True):
    """What one `trace()` told."""

    name: str
    items: tuple[Found, ...]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    problem: Problem | None = None
    """Why there is no result."""
    doubts: tuple[Problem, ...] = ()
    """What strict mode says of an expression that has one."""
    found: tuple[Found, ...] = ()
    """The first items."""
    count: int = 0
    """Of all of them."""
    traced: tuple[Traced, ...] = ()
    tree: Branch | None = None
