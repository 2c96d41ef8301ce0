"""Syntax tree -> lines of Python, specialised by the types and cardinalities of a registry.

`Generator` knows which part writes which node, and keeps the books; the parts know how, and ask
it (as a `Writer`) for the code of the nodes below.
"""

from dataclasses import replace

from hygie.fhir.definitions import Registry
from hygie.fhir.path import model, phrases
from hygie.fhir.path.generate import calls, logic, operators
from hygie.fhir.path.generate.code import (
    ANY,
    MARK,
    MAX_WORK,
    RESOLVED,
    Item,
    Lines,
    Scope,
    Sink,
    Value,
    loop,
    when,
)
from hygie.fhir.path.generate.elements import boxed, child
from hygie.fhir.path.generate.iteration import ITERATING
from hygie.fhir.path.generate.keys import has_key, key_of
from hygie.fhir.path.generate.navigation import ANSWERING, YIELDING, nth, referred
from hygie.fhir.path.generate.types import as_, is_, type_constant
from hygie.fhir.path.generate.values import (
    BOOLEAN,
    INTEGER,
    STRING,
    VALUE,
    literal,
    literal_type,
    single,
)
from hygie.fhir.path.generate.variables import defined, focus, variable, variable_of
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Moment,
    Node,
    Quantity,
    Sign,
    TypeTest,
    Variable,
    operands,
)
from hygie.refusal import Refused

_CONNECTIVES = frozenset({"and", "or", "xor", "implies"})
_LITERALS = Empty | Literal | Moment | Quantity
_Known = tuple[Item, ...]


class Generator:
    """Writes one Python function. `loose`: for an index, which wants all that can be found."""

    def __init__(self, registry: Registry, *, loose: bool = False) -> None:
        self.registry = registry
        self.loose = loose
        self.constants: dict[str, str] = {}
        """Python source of each value made once -> its name."""
        self._names = 0
        self._spent = 0
        self._variables: dict[int, str] = {}
        self._known: dict[tuple[int, Item, str], tuple[Node, _Known]] = {}
        self.dry = False

    # --- bookkeeping ------------------------------------------------------------------
    def fresh(self, stem: str = "v") -> str:
        self._names += 1
        return f"{stem}{self._names}"

    def constant(self, source: str) -> str:
        return self.constants.setdefault(source, f"K{len(self.constants)}")

    def variable(self, node: Node) -> str:
        return self._variables.setdefault(id(node), f"var{len(self._variables)}")

    def unsupported(self, node: Node, name: str) -> Refused:
        return wrong("unsupported", phrases.UNSUPPORTED, node.position, name=name[:40])

    def what(self, node: Node, scope: Scope) -> _Known:
        """Found by a dry run, which goes along the path and writes no criterion, no argument."""
        if is_value(node):
            return (Item("", type_of(node)),)
        key = (id(node), replace(scope.this, source=""), scope.resource.type)
        if key not in self._known:
            found: list[Item] = []

            def noted(item: Item) -> Lines:
                found.append(item)
                return ["pass"]

            dry, self.dry = self.dry, True
            self.each(node, scope, noted, whole=True)
            self.dry = dry
            self._known[key] = (node, tuple(found))  # kept with its node, whose id it goes by
        return self._known[key][1]

    # --- nodes that yield items -------------------------------------------------------
    def each(
        self, node: Node, scope: Scope, sink: Sink, *, whole: bool = False, only: str = ""
    ) -> Lines:
        for call in defined(node.target) if isinstance(node, Call | Member | Index) else ():
            variables = {variable_of(call): self.variable(call), **scope.variables}
            scope = replace(scope, variables=variables)
        lines = self._each(node, scope, sink, whole=whole and not self.loose, only=only)
        if not (lines or self.dry or self.loose):
            lines = self._refusals(node, scope)
        self._spent += 1 + len(lines)
        if self._spent > MAX_WORK:
            raise wrong("too-large", phrases.TOO_LARGE, node.position)
        return lines

    def _refusals(self, node: Node, scope: Scope) -> Lines:
        """What is left of a node of whose items nothing is done: that it may be refused."""
        lines = self._each(node, scope, lambda _item: ["pass"], whole=True, only="")
        return lines if any(MARK in line for line in lines) else []

    def _each(  # noqa: PLR0911 - one a node
        self, node: Node, scope: Scope, sink: Sink, *, whole: bool, only: str
    ) -> Lines:
        match node:
            case Variable():
                return variable(self, node, scope, sink)
            case Member(None, name):
                return self._root(scope.this, name, sink, whole=whole, only=only)
            case Member(target, name) if target is not None:
                return self._member(node, target, scope, sink, whole=whole, only=only)
            case Index(target, index):
                return self._indexed(target, index, scope, sink)
            case Binary("|"):
                return self._union(node, scope, sink)
            case TypeTest("as", operand, type_name):
                return as_(self, node, operand, type_name, scope, sink)
            case Call():
                return self._called(node, scope, sink)
            case _:
                return self._pushed(node, scope, sink)

    def _called(self, node: Call, scope: Scope, sink: Sink) -> Lines:
        if is_value(node):
            return self._pushed(node, scope, sink)
        calls.signature_of(node)
        if node.name == "resolve" and self.loose:
            return referred(self, node, scope, sink)
        function = YIELDING.get(node.name) or ITERATING.get(node.name, calls.collection)
        return function(self, node, scope, sink)

    def _pushed(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        """A single value, pushed if there is one."""
        if self.dry:
            return sink(Item("x", type_of(node)))
        value = self._value(node, scope)
        if value.source == "None":
            return []
        name = self.fresh("x")
        body = sink(Item(name, value.type or VALUE))
        if not body:
            return []
        lines = [*value.lines, f"{name} = {value.source}"]
        return [*lines, *(body if value.definite else when(f"{name} is not None", body))]

    def _root(self, this: Item, name: str, sink: Sink, *, whole: bool, only: str) -> Lines:
        """A path's first name: a type, which filters, or an element of what is in focus."""
        wanted = model.find_type(self.registry, name) if name[:1].isupper() else ""

        def element(item: Item) -> Lines:
            return child(self, item, name, sink, whole=whole, only=only)

        def itself(item: Item) -> Lines:
            if item.type == ANY or model.may_turn_out(self.registry, item.type, wanted):
                known = type_constant(self, wanted)
                return when(f"is_a({boxed(self, item)}, {known}, REGISTRY)", sink(item))
            return sink(item) if model.is_a(self.registry, item.type, wanted) else []

        return focus(this, itself if wanted else element, self)

    def _member(
        self, node: Member, target: Node, scope: Scope, sink: Sink, *, whole: bool, only: str
    ) -> Lines:
        def step(item: Item) -> Lines:
            if item.type == RESOLVED:
                raise self.unsupported(node, "resolve()")
            return child(self, item, node.name, sink, whole=whole, only=only)

        beside = node.name in ("id", "extension")
        return self.each(target, scope, step, whole=beside)

    def _union(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        """All sides, duplicates removed. They are gathered: what the sink writes is written once,
        or a chain of unions would double it at each."""
        live = [side for side in operands(node) if self.what(side, scope)]
        if self.loose:
            return [line for side in live for line in self.each(side, scope, sink)]
        union, one = self.fresh("u"), Item(self.fresh(), ANY, many=True)
        body = loop(one.source, f"{union}.items", sink(one))
        if self.dry or not body or not live:
            return body if live else []

        keyed = all(has_key(self, item) for side in live for item in self.what(side, scope))

        def add(item: Item) -> Lines:
            key = f"{key_of(self, item)}, " if keyed else ""
            return [f"{union}.add({key}{boxed(self, item)})"]

        lines = [line for side in live for line in self.each(side, scope, add, whole=True)]
        return [f"{union} = {'KeyedUnion' if keyed else 'Union'}(REGISTRY)", *lines, *body]

    def _indexed(self, target: Node, index: Node, scope: Scope, sink: Sink) -> Lines:
        value = self.value(index, scope, "[]")
        place = value.source if isinstance(index, Literal) else self.fresh("n")
        lines = nth(self, target, place, scope, sink)
        if isinstance(index, Literal) or not lines:
            return lines
        return [*value.lines, f"{place} = {value.source}", *lines]

    # --- nodes that are one value -----------------------------------------------------
    def value(self, node: Node, scope: Scope, asker: str) -> Value:
        if self.dry:
            return Value([], "x", type_of(node))
        return self._value(node, scope) if is_value(node) else single(self, node, scope, asker)

    def truth(self, node: Node, scope: Scope, asker: str) -> Value:
        if self.dry:
            return Value([], "x", BOOLEAN)
        if is_value(node):
            return logic.from_value(self._value(node, scope))
        return logic.from_items(self, node, scope, asker)

    def _value(self, node: Node, scope: Scope) -> Value:
        match node:
            case Empty() | Literal() | Moment() | Quantity():
                return literal(self, node)
            case Binary():
                return self._operation(node, scope)
            case TypeTest(_, operand, type_name):
                return is_(self, node, operand, type_name, scope)
            case Sign():
                return operators.signed(self, node, scope)
            case Call(_, name):
                calls.signature_of(node)
                return ANSWERING.get(name, calls.value)(self, node, scope)
            case _:
                raise self.unsupported(node, type(node).__name__)

    def _operation(self, node: Binary, scope: Scope) -> Value:  # noqa: PLR0911 - one a kind
        match node.operator:
            case operator if operator in _CONNECTIVES:
                left, right = (
                    self.truth(side, scope, operator) for side in (node.left, node.right)
                )
                return logic.connective(self, operator, left, right)
            case "=" | "!=":
                return operators.equality(self, node, scope)
            case "~" | "!~":
                return operators.equivalence(self, node, scope)
            case "in" | "contains":
                return operators.membership(self, node, scope)
            case "&":
                return operators.concatenation(self, node, scope)
            case operator if operator in operators.COMPARISONS:
                return operators.comparison(self, node, scope)
            case _:
                return operators.arithmetic(self, node, scope)


def is_value(node: Node) -> bool:
    """Whether a node is one value at most, whatever it is given."""
    match node:
        case Binary(operator):
            return operator != "|"
        case TypeTest(operator):
            return operator == "is"
        case Call(_, name):
            return name in ANSWERING or calls.is_value(name)
        case _:
            return isinstance(node, _LITERALS | Sign)


def type_of(node: Node) -> str:  # noqa: PLR0911 - one a node
    """The type of a node that is one value, as far as the node itself tells."""
    match node:
        case Binary(operator) if operator not in operators.ARITHMETIC:
            return STRING if operator == "&" else BOOLEAN
        case TypeTest():
            return BOOLEAN
        case Call(_, "count"):
            return INTEGER
        case Call(_, name) if name in ANSWERING:
            return BOOLEAN
        case Call(_, name):
            return calls.type_of(name)
        case Literal() | Moment() | Quantity():
            return literal_type(node)
        case _:
            return VALUE
