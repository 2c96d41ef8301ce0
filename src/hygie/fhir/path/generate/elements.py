"""Elements of an item: the code that fetches them, by what the definitions say of its type."""

from hygie.fhir.definitions import Element as Definition
from hygie.fhir.definitions.model import TypeRef
from hygie.fhir.path import model
from hygie.fhir.path.generate.code import (
    ANY,
    Item,
    Lines,
    Sink,
    Writer,
    indent,
    loop,
    spent,
    when,
)

MAX_BRANCHES = 12
"""Types of a choice that are told apart in the code; more are told apart at run time."""


def child(
    writer: Writer, item: Item, name: str, sink: Sink, *, whole: bool = False, only: str = ""
) -> Lines:
    """The values of an element; for a choice, of each type it may have. Nothing if there is none.

    Malformed JSON yields nothing: a text where an object belongs, an object where a list does.
    """
    if model.is_dynamic(writer.registry, item.type):
        return _found(writer, item, name, sink)
    definition = model.element_of(writer.registry, item.type, name)
    if definition is not None:
        return _defined(writer, item, definition, sink, whole=whole, only=only)
    if not model.is_primitive(writer.registry, item.type):
        return []
    return _value_of(writer, item, sink) if name == "value" else _beside(writer, item, name, sink)


def _found(writer: Writer, item: Item, name: str, sink: Sink) -> Lines:
    """Of an item known at run time only: looked up then."""
    source = writer.fresh()
    body = sink(Item(source, ANY, many=True, metered=item.metered))
    if not body:
        return []
    found = writer.fresh("a")
    lines = [f"{found} = member({boxed(writer, item)}, {name!r}, REGISTRY)"]
    return [*lines, *spent(found, item.metered), *loop(source, found, body)]


def _value_of(writer: Writer, item: Item, sink: Sink) -> Lines:
    """A primitive's value, as one of the language."""
    name = writer.fresh()
    body = sink(Item(name, model.system_type(writer.registry, item.type), item.many))
    source = f"system({boxed(writer, item)})"
    return [f"{name} = {source}", *when(f"{name} is not None", body)] if body else []


def _beside(writer: Writer, item: Item, name: str, sink: Sink) -> Lines:
    """A primitive's id and extensions, which stand beside its value."""
    if not item.mixed or name not in ("id", "extension"):
        return []
    source = writer.fresh()
    many = item.many or name == "extension"
    body = sink(Item(source, "Extension" if name == "extension" else "string", many))
    return loop(source, f"beside({item.source}, {name!r})", body)


def _defined(
    writer: Writer, item: Item, definition: Definition, sink: Sink, *, whole: bool, only: str
) -> Lines:
    names = definition.json_names()
    if only and definition.choice:
        names = {n: type_ for n, type_ in names.items() if _is_asked(writer, type_.name, only)}
    elif len(names) > MAX_BRANCHES and not writer.loose:
        return _chosen(writer, item, definition, sink)
    branches = [
        (name, value, body)
        for name, type_ in names.items()
        for value in [_value(writer, item, definition, type_, whole=whole)]
        if (body := sink(value))
    ]
    if definition.repeats:
        return [line for branch in branches for line in _repeated(writer, item, *branch)]
    if len(branches) == 1 or writer.loose:
        return [line for branch in branches for line in _single(writer, item, *branch)]
    return _alternatives(writer, item, branches)


def _is_asked(writer: Writer, type_name: str, only: str) -> bool:
    """Whether a type is the one asked for, or one of its kind: a Count is a Quantity."""
    if model.is_primitive(writer.registry, type_name):
        return type_name == only
    return model.is_a(writer.registry, type_name, only)


def _value(
    writer: Writer, item: Item, definition: Definition, type_: TypeRef, *, whole: bool
) -> Item:
    mixed = whole and model.is_primitive(writer.registry, type_.name)
    return Item(
        writer.fresh(),
        type_.name,
        item.many or definition.repeats,
        mixed=mixed,
        metered=item.metered,
        binding=definition.binding,
        targets=type_.targets,
    )


def _chosen(writer: Writer, item: Item, definition: Definition, sink: Sink) -> Lines:
    """The value of a choice of many types, which is told at run time."""
    source = writer.fresh()
    body = sink(Item(source, ANY, item.many or definition.repeats))
    if not body:
        return []
    choices = writer.constant(f"choices({item.type!r}, {definition.name!r}, REGISTRY)")
    found = f"chosen({item.source}, {choices})"
    return loop(source, found, body)


def _repeated(writer: Writer, item: Item, name: str, value: Item, body: Lines) -> Lines:
    array = writer.fresh("a")
    inner = loop(value.source, array, when(guard(writer, value), body))
    lines = [f"{array} = {item.source}.get({name!r})"]
    if value.mixed:
        lines += [
            f"if '_{name}' in {item.source}:",
            f" {array} = wholes({array}, {item.source}['_{name}'], {value.type!r})",
        ]
    inner = [*spent(array, item.metered), *inner]
    return [*lines, f"if type({array}) is list:", *indent(inner)]


def _single(writer: Writer, item: Item, name: str, value: Item, body: Lines) -> Lines:
    return [*_fetched(item, name, value), *when(guard(writer, value), body)]


def _fetched(item: Item, name: str, value: Item) -> Lines:
    lines = [f"{value.source} = {item.source}.get({name!r})"]
    if value.mixed:
        lines += [
            f"if '_{name}' in {item.source}:",
            f" {value.source} = whole({value.source}, {item.source}['_{name}'], {value.type!r})",
        ]
    return lines


def _alternatives(writer: Writer, item: Item, branches: list[tuple[str, Item, Lines]]) -> Lines:
    """The types of a choice, of which a resource has one: the first found is the one."""
    lines: Lines = []
    for name, value, body in branches:
        fetch = f"{item.source}.get({name!r})"
        if value.mixed:
            fetch = f"whole({fetch}, {item.source}.get('_{name}'), {value.type!r})"
        condition = guard(writer, value).replace(value.source, f"({value.source} := {fetch})", 1)
        lines += [f"{'elif' if lines else 'if'} {condition}:", *indent(body)]
    return lines


def guard(writer: Writer, value: Item) -> str:
    """A Python condition true of well-formed JSON of an item's type, and of nothing unsafe."""
    condition = model.guard(writer.registry, value.type, value.source)
    return f"{condition} or type({value.source}) is Element" if value.mixed else condition


def boxed(writer: Writer, item: Item) -> str:
    """The source of an item that carries its type."""
    if item.type == ANY or item.type.startswith("System."):
        return item.source
    if model.is_abstract(writer.registry, item.type):
        return f"resource_of({item.source})"
    if item.mixed:
        return f"boxed({item.source}, {item.type!r})"
    return f"Element({item.source}, {item.type!r}, None)"
