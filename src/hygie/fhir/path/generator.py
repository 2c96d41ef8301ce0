"""Syntax tree -> lines of Python, specialised by the types and cardinalities of a registry."""

from collections.abc import Iterator
from dataclasses import replace

from hygie.fhir.definitions import Registry
from hygie.fhir.path import functions, logic, model, phrases
from hygie.fhir.path.code import (
    MAX_INDENT,
    MAX_LOOPS,
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
            case Member(target, name):
                if target is None:
                    return self._root(node, name, scope, sink)
                return self.each(target, scope, lambda item: self.child(node, item, name, sink))
            case _:
                return self._derived(node, scope, sink)

    def _derived(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        match node:
            case Index(target, index):
                return self._indexed(target, index, scope, sink)
            case Binary("|"):
                return self._union(node, scope, sink)
            case TypeTest("as", operand, type_name):
                wanted = self.type_named(node, type_name)
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
        """The item at a place counted from 0."""
        place = self.fresh("n")

        def counted(item: Item) -> Lines:
            body = sink(replace(item, many=False))
            return [*when(f"{place} == {wanted}", body), f"{place} += 1"] if body else []

        lines = self.each(target, scope, counted)
        return [f"{place} = 0", *lines] if lines else []

    def _boolean(self, node: Node, scope: Scope, sink: Sink) -> Lines:
        lines, source = logic.truth(self, node, scope)
        body = sink(Item(source, "boolean"))
        return [*lines, *when(f"{source} is not None", body)] if body else []

    # --- types ------------------------------------------------------------------------
    def type_named(self, node: Node, written: str) -> str:
        name = model.find_type(self.registry, written)
        if not name:
            raise wrong("unknown-type", phrases.UNKNOWN_TYPE, node.position, name=written[:80])
        return name

    def cast(self, node: Node, item: Item, wanted: str, sink: Sink) -> Lines:
        """The item if it is of that type: known now, or asked of a resource at run time."""
        if item.type == RESOLVED:
            raise self.unsupported(node, "resolve() as")
        if model.is_a(self.registry, item.type, wanted):
            return sink(item)
        if not model.is_a(self.registry, wanted, item.type):
            return []
        narrowed = Item(item.source, wanted, item.many, item.loops)
        return when(f'{item.source}.get("resourceType") == {wanted!r}', sink(narrowed))

    # --- elements ---------------------------------------------------------------------
    def child(self, node: Node, item: Item, name: str, sink: Sink) -> Lines:
        """The values of an element; for a choice, of each type it may have."""
        if item.type == RESOLVED:
            raise self.unsupported(node, "resolve()." + name)
        element = model.element_of(self.registry, item.type, name)
        if element is None:
            raise wrong(
                "unknown-element", phrases.UNKNOWN_ELEMENT, node.position,
                type=item.type, name=name[:80],
            )  # fmt: skip
        lines: Lines = []
        for json_name, reference in element.json_names().items():
            source = self.fresh()
            many, loops = item.many or element.repeats, item.loops + element.repeats
            if loops > MAX_LOOPS:
                raise wrong("too-deep", phrases.TOO_DEEP, node.position, limit=str(MAX_LOOPS))
            body = sink(
                Item(source, reference.name, many, loops, element.binding, reference.targets)
            )
            if body:
                guarded = when(model.guard(self.registry, reference.name, source), body)
                lines += self._fetched(item, json_name, source, guarded, repeats=element.repeats)
        return lines

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
