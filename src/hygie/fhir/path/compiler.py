"""FHIRPath -> Python functions, compiled once for each type and cached."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases
from hygie.fhir.path.code import MAX_LOOPS, Item, Lines, Scope, indent, loops_of
from hygie.fhir.path.generator import Generator
from hygie.fhir.path.parser import parse
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.runtime import NAMES

Compiled = Callable[[Any], list[Any]]


@lru_cache(maxsize=4096)
def compile_expression(text: str, type_name: str, registry: Registry) -> Compiled:
    """A function from a value of type `type_name` to the collection the expression yields.

    The value is JSON as decoded by the codec; so are the items of the result. The function never
    raises on data of any shape: what does not have the shape the definitions promise is passed
    over. Raises Refused, with the place at fault, for what is wrong or not supported.
    """
    compiled: Compiled = function_from(source_of(text, type_name, registry), NAMES)
    return compiled


def source_of(text: str, type_name: str, registry: Registry) -> str:
    """The Python source of a compiled expression."""
    node = parse(text)
    generator = Generator(registry)
    if type_name not in registry.types:
        raise wrong("unknown-type", phrases.UNKNOWN_TYPE, 0, name=type_name[:80])

    def append(item: Item) -> Lines:
        return [f"out.append({generator.real(node, item)})"]

    root = Item("resource", type_name)
    lines = generator.each(node, Scope(root, root), append)
    return function_source(lines)


def function_source(lines: Lines) -> str:
    """`evaluate(resource)`, which returns the list `out` that lines fill."""
    if loops_of(lines) > MAX_LOOPS:
        raise wrong("too-deep", phrases.TOO_DEEP, 0, limit=str(MAX_LOOPS))
    body = ["out = []", *lines, "return out"]
    return "\n".join(["def evaluate(resource):", *indent(body)])


def function_from(source: str, names: dict[str, Any]) -> Any:
    """The one function a generated source defines.

    The source is made of our own lines; names and texts from outside enter it only as `repr`.
    """
    space: dict[str, Any] = {}
    exec(compile(source, "<compiled>", "exec"), dict(names), space)  # noqa: S102
    return space["evaluate"]
