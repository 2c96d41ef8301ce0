"""Syntax tree -> lines of Python, specialised by the types and cardinalities of a registry."""

from collections.abc import Iterator
from dataclasses import replace

from hygie.fhir.definitions import Element, Registry
from hygie.fhir.path import functions, logic, model, phrases
from hygie.fhir.path.code import (
    MAX_INDENT,
    MAX_WORK,
    RESOLVED,
    Item,
    Lines,
    Scope,
    Sink,
    depth_of,
    indent,
    when,
)
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Node,
    TypeTest,
    Variable,
)
from hygie.refusal import Refused

_LITERAL_TYPES = {bool: "boolean", str: "string", int: "integer"}


class Generator:
    """Writes one Python function. `distinct`: whether `|` removes duplicates, as FHIRPath says;
    an index, where a duplicate changes nothing, does without."""

    def __init__(self, registry: Registry, *, distinct: bool = True) -> None:
        self.registry = registry
        self.distinct = distinct
        self._names = 0
        self._spent = 0

    # --- bookkeeping ------------------------------------------------------------------
    def fresh(self, stem: str = "v") -> str:
        self._names += 1
        return f"{stem}{self._names}"

    def unsupported(self, node: Node, name: str) -> Refused:
        return wrong("unsupported", phrases.UNSUPPORTED, node.position, name=name[:40])

    # --- nodes ------------------------------------------------------------------------
    def each(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        """Code that runs what `sink` writes for each item of `node`, in order."""
        lines = self._each(node, scope, sink)
        self._spent += 1 + len(lines)
        if self._spent > MAX_WORK or depth_of(lines) > MAX_INDENT:
            raise wrong("too-large", phrases.TOO_LARGE, node.position)
        return lines

    def _each(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        match node:
            case Empty():
                return []
            case Literal(value):
                return sink(Item(repr(value), _LITERAL_TYPES.get(type(value), "decimal")))
            case Variable(name):
                return sink(self._variable(node, name, scope))
            case Member(None, name):
                return self._root(node, name, scope, sink)
            case Member():
                return self._member(node, scope, sink)
            case _:
                return self._derived(node, scope, sink)

    def _derived(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        match node:
            case Index(target, index):
                return self._indexed(target, index, scope, sink)
            case Binary("|"):
                return self._union(node, scope, sink)
            case TypeTest("as", operand, type_name):
                wanted = self.type_cast(node, type_name)
                return self.each(operand, scope, lambda item: self.cast(node, item, wanted, sink))
            case Call(_, name) if name in functions.FUNCTIONS:
                return functions.FUNCTIONS[name](self, node, scope, sink)
            case TypeTest() | Binary() | Call():
                return self._boolean(node, scope, sink)
            case _:
                raise self.unsupported(node, type(node).__name__)

    def _variable(self, node: Variable, name: str, scope: Scope) -> Item:
        if name == "$this":
            return scope.this
        if name in ("%resource", "%context", "%rootResource"):
            return scope.resource
        raise self.unsupported(node, name)

    def _root(self, node: Member, name: str, scope: Scope, sink: Sink) -> Lines:
        """A path's first name: a type, which filters, or an element of what is in focus."""
        wanted = model.find_type(self.registry, name) if name[:1].isupper() else ""
        if wanted:
            here = model.is_a(self.registry, scope.this.type, wanted)
            return sink(scope.this) if here else []
        return self.child(node, scope.this, name, sink)

    def _union(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        """All sides, duplicates removed; as it stands when only one side can yield here."""
        live = [o for o in operands(node) if self.each(o, scope, lambda _item: ["pass"])]
        if len(live) < 2 or not self.distinct:
            return [line for operand in live for line in self.each(operand, scope, sink)]
        seen = self.fresh("seen")

        def once(item: Item) -> Lines:
            body = sink(replace(item, many=True))
            return when(f"unseen({seen}, {item.source})", body)

        lines = [line for operand in live for line in self.each(operand, scope, once)]
        return [f"{seen} = []", *lines] if lines else []

    def _indexed(self, target: Node, index: Node, scope: Scope, sink: Sink) -> Lines:
        if not isinstance(index, Literal) or type(index.value) is not int:
            raise self.unsupported(index, "[…]")
        return self.nth(target, index.value, scope, sink)

    def nth(self, target: Node, wanted: int, scope: Scope, sink: Sink) -> Lines:
        """The item at a place counted from 0; all count, even those the sink does nothing with."""
        place = self.fresh("n")
        used = False

        def counted(item: Item) -> Lines:
            nonlocal used
            body = sink(replace(item, many=False))
            used = used or bool(body)
            return [*when(f"{place} == {wanted}", body), f"{place} += 1"]

        lines = self.each(target, scope, counted)
        return [f"{place} = 0", *lines] if used else []

    def _boolean(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        lines, source = logic.truth(self, node, scope)
        body = sink(Item(source, "boolean"))
        return [*lines, *when(f"{source} is not None", body)] if body else []

    # --- types ------------------------------------------------------------------------
    def type_tested(self, node: Node, written: str) -> str:
        """The type of `is`. Those of the language itself are not told apart yet."""
        if model.is_system(written):
            raise self.unsupported(node, written)
        return self._known(node, written, model.find_type(self.registry, written))

    def type_cast(self, node: Node, written: str) -> str:
        """The type of `as` and `ofType`."""
        return self._known(node, written, model.find_cast(self.registry, written))

    def _known(self, node: Node, written: str, name: str) -> str:
        if not name:
            raise wrong("unknown-type", phrases.UNKNOWN_TYPE, node.position, name=written[:80])
        return name

    def cast(self, node: Node, item: Item, wanted: str, sink: Sink) -> Lines:
        """The item if it is of that very type: known now, or asked of a resource at run time.

        In R4 `as` and `ofType` do not take a descendant for its ancestor: a code is no string.
        """
        self.real(node, item)
        if item.type == wanted:
            return sink(item)
        if not model.may_turn_out(self.registry, item.type, wanted):
            return []
        narrowed = Item(item.source, wanted, item.many)
        return when(self.named(node, item, wanted), sink(narrowed))

    def named(self, node: Node, item: Item, wanted: str) -> str:
        """A condition true of a resource that says it is of that type."""
        if self.registry.types[wanted].abstract:
            raise self.unsupported(node, wanted)
        return f'{item.source}.get("resourceType") == {wanted!r}'

    def real(self, node: Node, item: Item) -> str:
        """The Python expression of an item; of what `resolve()` yields, only the type is known."""
        if item.type == RESOLVED:
            raise self.unsupported(node, "resolve()")
        return item.source

    # --- elements ---------------------------------------------------------------------
    def _member(self, node: Member, scope: Scope, sink: Sink) -> Lines:
        """The element of every item that may have it; refused when none of their types has."""
        without: list[Item] = []
        having: list[Item] = []

        def step(item: Item) -> Lines:
            known = item.type == RESOLVED or self.knows(node, item, node.name)
            (having if known else without).append(item)
            return self.child(node, item, node.name, sink) if known else []

        lines = self.each(node.target, scope, step) if node.target else []
        if without and not having:
            self._element(node, without[0], node.name)
        return lines

    def knows(self, node: Node, item: Item, name: str) -> bool:
        """Whether an item's type has an element. Those of primitives are not seen yet."""
        if model.is_primitive(self.registry, item.type) and name in ("id", "extension"):
            raise self.unsupported(node, f"{item.type}.{name}")
        return model.element_of(self.registry, item.type, name) is not None

    def child(self, node: Node, item: Item, name: str, sink: Sink) -> Lines:
        """The values of an element; for a choice, of each type it may have."""
        element = self._element(node, item, name)
        lines: Lines = []
        for json_name, type_ in element.json_names().items():
            source = self.fresh()
            many = item.many or element.repeats
            value = Item(source, type_.name, many, element.binding, type_.targets)
            if body := sink(value):
                guarded = when(model.guard(self.registry, type_.name, source), body)
                lines += self._fetched(item, json_name, source, guarded, repeats=element.repeats)
        return lines

    def _element(self, node: Node, item: Item, name: str) -> Element:
        self.real(node, item)
        element = model.element_of(self.registry, item.type, name)
        if element is None:
            shown = {"type": item.type, "name": name[:80]}
            raise wrong("unknown-element", phrases.UNKNOWN_ELEMENT, node.position, **shown)
        return element

    def _fetched(
        self, item: Item, json_name: str, source: str, body: Lines, *, repeats: bool
    ) -> Lines:
        fetch = f"{item.source}.get({json_name!r})"
        if not repeats:
            return [f"{source} = {fetch}", *body]
        array = self.fresh("a")
        loop = [f"for {source} in {array}:", *indent(body)]
        return [f"{array} = {fetch}", f"if type({array}) is list:", *indent(loop)]


def operands(node: Node) -> Iterator[Node]:
    """The sides of nested unions, from left to right; another node is its own."""
    if isinstance(node, Binary) and node.operator == "|":
        yield from operands(node.left)
        yield from operands(node.right)
    else:
        yield node
