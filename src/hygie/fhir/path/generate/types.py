"""`is`, `as` and `ofType`: decided now where the type is known, asked at run time where it is not.

The rules are those of `library.types`, which answers at run time.
"""

from hygie.fhir.path import model, phrases
from hygie.fhir.path.generate.code import (
    ANY,
    RESOLVED,
    Item,
    Lines,
    Scope,
    Sink,
    Value,
    Writer,
    placed,
    when,
)
from hygie.fhir.path.generate.elements import boxed
from hygie.fhir.path.generate.logic import boolean
from hygie.fhir.path.generate.values import VALUE, gathered, system
from hygie.fhir.path.items import TypeInfo
from hygie.fhir.path.library.types import FHIR, find_type
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import Node, type_named
from hygie.refusal import Refused


def type_argument(writer: Writer, argument: Node) -> str:
    """The type that a function is given, as written."""
    written = type_named(argument)
    if written is None:
        raise writer.unsupported(argument, "…")
    return written


def named_type(writer: Writer, node: Node, written: str) -> TypeInfo:
    """What a type specifier names. Refused when there is no such type.

    R4's own search parameters write `as(DateTime)` of a dateTime: an index takes it so.
    """
    if writer.loose and (fhir := model.find_cast(writer.registry, written)):
        return TypeInfo(FHIR, fhir, "")
    try:
        return find_type(written, writer.registry)
    except Refused:
        position = node.position
        raise wrong("unknown-type", phrases.UNKNOWN_TYPE, position, name=written[:80]) from None


def of_type(
    writer: Writer, node: Node, operand: Node, written: str, scope: Scope, sink: Sink
) -> Lines:
    """`ofType`: the items of a type; in an index `as` too, which then may be given several."""
    wanted = named_type(writer, node, written)

    def kept(item: Item) -> Lines:
        return _kept(writer, item, wanted, written, sink)

    only = wanted.name if wanted.namespace == FHIR else ""
    return writer.each(operand, scope, kept, whole=True, only=only)


def _kept(writer: Writer, item: Item, wanted: TypeInfo, written: str, sink: Sink) -> Lines:
    if item.type in (ANY, VALUE):
        test = f"is_of_type({item.source}, {type_constant(writer, written)}, REGISTRY)"
        return when(test, _narrowed(writer, item, wanted, sink))
    if item.type == RESOLVED or wanted.namespace != FHIR:
        return sink(item) if item.type == f"System.{wanted.name}" else []
    if item.type == wanted.name or (
        not model.is_primitive(writer.registry, item.type)
        and model.is_a(writer.registry, item.type, wanted.name)
    ):
        return sink(item)
    if not model.may_turn_out(writer.registry, item.type, wanted.name):
        return []
    if model.has_descendants(writer.registry, wanted.name):
        source = boxed(writer, item)
        test = f"is_of_type({source}, {type_constant(writer, written)}, REGISTRY)"
        return when(test, sink(item))
    return when(_says(item, wanted.name), sink(Item(item.source, wanted.name, item.many)))


def _narrowed(writer: Writer, item: Item, wanted: TypeInfo, sink: Sink) -> Lines:
    """An item known to be of a type; unpacked where that is the very type."""
    if wanted.namespace != FHIR:
        return sink(Item(item.source, f"System.{wanted.name}", item.many))
    if model.is_primitive(writer.registry, wanted.name):
        return sink(Item(item.source, wanted.name, item.many, mixed=True))
    if model.has_descendants(writer.registry, wanted.name):
        return sink(item)
    name = writer.fresh()
    body = sink(Item(name, wanted.name, item.many))
    return [f"{name} = {item.source}.value", *body] if body else []


def type_constant(writer: Writer, written: str) -> str:
    """What a type specifier names, found once."""
    return writer.constant(f"find_type({written!r}, REGISTRY)")


def as_(writer: Writer, node: Node, operand: Node, written: str, scope: Scope, sink: Sink) -> Lines:
    """`as`: refused for several items (§6.3.3); a primitive becomes a value of the language."""
    if writer.loose:
        return of_type(writer, node, operand, written, scope, sink)
    wanted = named_type(writer, node, written)

    def taken(item: Item) -> Lines:
        if wanted.namespace == FHIR:
            return _kept(writer, item, wanted, written, sink)
        return _converted(writer, item, wanted, written, sink)

    only = wanted.name if wanted.namespace == FHIR else ""
    if not any(item.many for item in writer.what(operand, scope)):
        return writer.each(operand, scope, taken, whole=True, only=only)
    name = writer.fresh()
    body = taken(Item(name, ANY))
    if writer.dry or not body:
        return body
    lines, found = gathered(writer, operand, scope)
    single = placed(f"{name} = single({found}, 'as')", node)
    return [*lines, single, *when(f"{name} is not None", body)]


def _converted(writer: Writer, item: Item, wanted: TypeInfo, written: str, sink: Sink) -> Lines:
    """An item as a value of the language, if it is one of that type."""
    type_ = f"System.{wanted.name}"
    source, known = system(writer, item)
    if known == type_:
        name = writer.fresh()
        body = when(f"{name} is not None", sink(Item(name, type_, item.many)))
        return [f"{name} = {source}", *body] if body else []
    if known not in (ANY, VALUE) and wanted.name != "Any":
        return []
    name = writer.fresh()
    body = when(f"{name} is not None", sink(Item(name, ANY, item.many)))
    cast = f"cast({boxed(writer, item)}, {type_constant(writer, written)}, REGISTRY)"
    return [f"{name} = {cast}", *body] if body else []


def is_(writer: Writer, node: Node, operand: Node, written: str, scope: Scope) -> Value:
    """`is`: whether the single item of `operand` is of a type, or of one that descends from it."""
    wanted = named_type(writer, node, written)
    result = writer.fresh("b")
    if not writer.loose and any(item.many for item in writer.what(operand, scope)):
        lines, found = gathered(writer, operand, scope)
        item = Item(writer.fresh(), ANY)
        test = _is(writer, node, item, wanted, written, scope)
        single = placed(f"{item.source} = single({found}, 'is')", node)
        answer = f"{result} = None if {item.source} is None else {test}"
        return boolean([*lines, single, answer], result)

    def tested(item: Item) -> Lines:
        return [f"{result} = {_is(writer, node, item, wanted, written, scope)}"]

    lines = writer.each(operand, scope, tested, whole=True)
    return boolean([f"{result} = None", *lines], result)


def _is(
    writer: Writer, node: Node, item: Item, wanted: TypeInfo, written: str, scope: Scope
) -> str:
    if item.type == RESOLVED:
        if wanted.namespace != FHIR or writer.registry.types[wanted.name].abstract:
            raise writer.unsupported(node, written)
        return f"reference_type({item.source}, {scope.resource.source}) == {wanted.name!r}"
    if item.type.startswith("System.") and item.type != VALUE:
        return repr(item.type in (f"{wanted.namespace}.{wanted.name}", "System.Any"))
    turning = model.may_turn_out(writer.registry, item.type, wanted.name)
    if item.type in (ANY, VALUE) or wanted.namespace != FHIR or turning:
        return f"is_a({boxed(writer, item)}, {type_constant(writer, written)}, REGISTRY)"
    return repr(model.is_a(writer.registry, item.type, wanted.name))


def _says(item: Item, wanted: str) -> str:
    """A condition true of a resource that says it is of that type."""
    return f'{item.source}.get("resourceType") == {wanted!r}'
