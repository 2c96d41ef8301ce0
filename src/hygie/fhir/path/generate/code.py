"""What the writers of Python pass around: lines, items, scopes, values.

Code is written by pushing: a node is given a *sink*, which writes what is to be done with each
item the node yields. A branch whose sink writes nothing is never written, so an expression for
many types compiled for one keeps only that type's branch, and no list is built on the way.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from hygie.fhir.definitions import Registry
from hygie.fhir.path.syntax import Node
from hygie.refusal import Refused

Lines = list[str]
INDENT = " "
MAX_LOOPS = 18
"""Nested `for` of a compiled function: CPython allows 20 blocks."""
MAX_INDENT = 90
"""Nested blocks of a compiled function: CPython's tokenizer allows 100."""
MAX_WORK = 200_000
"""Nodes visited and lines written while compiling one expression, dry runs included."""
ANY = ""
"""Type of an item that is known only at run time: a value of the language, or an `Element`."""
RESOLVED = "%resolved"
"""Pseudo-type of what `resolve()` yields in an index: the reference, asked only for its type."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item at run time: the Python expression that holds it, and what is known of it.

    Of a known FHIR type it is bare JSON: the dict, the text, the number. When `mixed`, a primitive
    may also be an `Element`, if it has an id or extensions.
    """

    source: str
    type: str
    """A key of `Registry.types`, "System.…", `ANY`, or `RESOLVED`."""
    many: bool = False
    """True when the sink may be reached several times."""
    mixed: bool = False
    optional: bool = False
    """True for a `$this` that may be None: there is nothing in focus."""
    collection: bool = False
    """True for a `$this` that is a whole list."""
    metered: "Node | None" = None
    """Where an argument evaluated for each item begins again from the whole resource: each such
    walk counts against the limit of the evaluation, or three of them in one another never end."""
    binding: str = ""
    """Canonical URL of the value set of a required binding, or empty."""
    targets: tuple[str, ...] = ()
    """Resource types a Reference or canonical may name; empty for any."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean where a node stands."""

    this: Item
    """`$this`, and where a path without a target begins."""
    resource: Item
    """`%context`: what the whole expression is about."""
    index: str = ""
    """Python name of `$index`, or empty outside of a loop that counts: it is 0 there."""
    total: str = ""
    """Python name of the list `$total`, or empty outside of `aggregate`."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Python names of the lists that `defineVariable` has made."""
    inner: bool = False
    """True within an argument that is evaluated for each item."""

    def focused(self, item: Item, index: str = "") -> "Scope":
        """The scope of an argument evaluated for each item: there, the item is alone."""
        alone = replace(item, many=False)
        return replace(self, this=alone, index=index or self.index, inner=True)


Sink = Callable[[Item], Lines]


class Value(NamedTuple):
    """Code for a single value of the language, or None for empty."""

    lines: Lines
    """To be run first."""
    source: str
    """A Python expression without effects, to be written once."""
    type: str = ANY
    """"System.…", or `ANY`."""
    definite: bool = False
    """True when it is never None."""


class Writer(Protocol):
    """What the parts of the generator ask of the whole."""

    registry: Registry
    loose: bool
    """True for an index: a duplicate changes nothing, several items are no error, a reference
    leads where its own words say."""

    dry: bool
    """True while it is only asked what a node may yield: arguments need not be written."""

    def fresh(self, stem: str = "v") -> str:
        """A Python name not used before."""
        ...

    def constant(self, source: str) -> str:
        """The name of a value made once, when the function is defined."""
        ...

    def each(
        self, node: Node, scope: Scope, sink: Sink, *, whole: bool = False, only: str = ""
    ) -> Lines:
        """Code that runs what `sink` writes for each item of `node`, in order.

        `whole`: primitives are wanted with their ids and extensions, those without a value too;
        else only for their values. `only`: of a choice, the one type that is asked for.
        """
        ...

    def variable(self, node: Node) -> str:
        """The Python name of the list that a `defineVariable` makes."""
        ...

    def what(self, node: Node, scope: Scope) -> tuple[Item, ...]:
        """What a node may yield, without code: items of every type it may have."""
        ...

    def value(self, node: Node, scope: Scope, asker: str) -> Value:
        """A node of which an operator or function, `asker`, expects a single value of the language.

        Several items, or one that is no value, are refused at run time.
        """
        ...

    def truth(self, node: Node, scope: Scope, asker: str) -> Value:
        """A node where a Boolean is expected (§4.5): a single other item is true."""
        ...

    def unsupported(self, node: Node, name: str) -> Refused: ...


def indent(lines: Lines) -> Lines:
    return [INDENT + line for line in lines]


def when(condition: str, body: Lines) -> Lines:
    """`body` under a condition; nothing when there is nothing to do."""
    if condition == "True":
        return body
    return [f"if {condition}:", *indent(body)] if body and condition != "False" else []


def loop(name: str, values: str, body: Lines) -> Lines:
    return [f"for {name} in {values}:", *indent(body)] if body else []


def placed(line: str, node: Node) -> str:
    """A line that may be refused at run time, with the place it was written for."""
    return f"{line}  {MARK}{node.position}"


MARK = "#@"
"""Before the position of a node, at the end of a line: read back when that line is refused."""
MARKED = re.compile(rf"  {MARK}(\d+)$")


def spent(source: str, node: Node | None) -> Lines:
    """Counts the items of a list, where they are to be counted."""
    return [placed(f"evaluation.spend(len({source}))", node)] if node else []


def is_name(source: str) -> bool:
    """Whether a source is cheap to write again: a name or a constant."""
    return source.isidentifier() or source[:1] in "'\"0123456789"


def named(writer: Writer, value: Value) -> Value:
    """The same value under a name, so that it can be written several times."""
    if is_name(value.source):
        return value
    name = writer.fresh("x")
    return value._replace(lines=[*value.lines, f"{name} = {value.source}"], source=name)


def nests_too_much(lines: Lines) -> bool:
    """Whether a function of these lines is more than CPython compiles."""
    return loops_of(lines) > MAX_LOOPS or depth_of(lines) > MAX_INDENT


def depth_of(lines: Lines) -> int:
    """Nested blocks of any kind."""
    return max(map(_margin, lines), default=0)


def loops_of(lines: Lines) -> int:
    """Nested `for` blocks."""
    deepest = 0
    around: list[int] = []
    for line in lines:
        margin = _margin(line)
        while around and around[-1] >= margin:
            around.pop()
        if line.startswith("for ", margin):
            around.append(margin)
            deepest = max(deepest, len(around))
    return deepest


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(INDENT))
