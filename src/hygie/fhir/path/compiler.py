"""The door: FHIRPath -> Python functions, compiled once for each type and cached."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any, Final, Protocol, cast

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.generate.code import (
    MARK,
    MAX_LOOPS,
    Item,
    Lines,
    Scope,
    indent,
    nests_too_much,
)
from hygie.fhir.path.generate.elements import boxed
from hygie.fhir.path.generate.generator import Generator
from hygie.fhir.path.items import Item as Found
from hygie.fhir.path.located import FILE
from hygie.fhir.path.parser import parse
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.runtime import NOTHING, names


class Path(Protocol):
    """A compiled expression: a function from an item to the collection that it yields."""

    text: str
    source: str
    """The Python it was compiled to."""

    def __call__(
        self, focus: Any, environment: Environment = NOTHING, resource: Any = None, /
    ) -> list[Found]:
        """The items found, in order.

        `focus` is JSON of the type compiled for, as decoded by the codec; `resource` the resource
        that holds it, where that is another. Malformed JSON is passed over, never an error. Raises
        Refused, with the place in the expression, for what the language calls an error: several
        items where one is expected, types that do not go together, a limit.
        """
        ...


@lru_cache(maxsize=8192)
def compile_path(text: str, type_name: str, registry: Registry, *, resource_type: str = "") -> Path:
    """An expression, for items of type `type_name` of resources of type `resource_type`.

    Without a type, for the empty collection: the function is then called with None. Raises
    Refused, with the place at fault, for what is no expression.
    """
    resource_type = resource_type or type_name
    for name in filter(None, (type_name, resource_type)):
        if name not in registry.types:
            raise wrong("unknown-type", phrases.UNKNOWN_TYPE, 0, name=name[:80])
    generator = Generator(registry)

    def append(item: Item) -> Lines:
        return [f"out.append({boxed(generator, item)})"]

    nothing = not type_name
    this = Item("focus", type_name, optional=nothing)
    scope = Scope(this, Item("resource", resource_type, optional=nothing))
    lines = generator.each(_parsed(text), scope, append, whole=True)
    source = function_source(_standing_alone(lines, resource_type), generator.constants, PARAMETERS)
    return path_from(text, source, registry, code_of(source))


def path_from(text: str, source: str, registry: Registry, code: CodeType) -> Path:
    """The expression `text` from the code of the source it was compiled to, for whoever kept it."""
    path = cast("Path", _made(code, names(registry)))
    path.text, path.source = text, source
    return path


PARAMETERS: Final = "focus, environment=NOTHING, resource=None"


def _standing_alone(lines: Lines, resource_type: str) -> Lines:
    """What a function called by anybody needs besides: made only where its lines use it."""
    used = "\n".join(lines)
    start: Lines = []
    if "evaluation" in used:
        root = f"Element(resource or {{}}, {resource_type!r}, None)"
        start = [f"evaluation = Evaluation(REGISTRY, environment, {root})"]
    if "resource" in used or start:
        start = ["if resource is None:", " resource = focus", *start]
    if MARK not in used:
        return [*start, *lines]
    caught = ["except Refused as problem:", " raise located(problem, evaluate) from None"]
    return [*start, "try:", *indent(lines), *caught]


_parsed = lru_cache(maxsize=1024)(parse)
"""Search parameters of thirty types share one expression."""


def function_source(
    lines: Lines, constants: Mapping[str, str], parameters: str = "resource"
) -> str:
    """`evaluate(…)`, which returns the list `out` that lines fill; made once its constants are."""
    if nests_too_much(lines):
        raise wrong("too-deep", phrases.TOO_DEEP, 0, limit=str(MAX_LOOPS))
    made = [f"{name} = {source}" for source, name in constants.items()]
    function = [f"def evaluate({parameters}):", *indent(["out = []", *lines, "return out"])]
    return "\n".join(["def make():", *indent([*made, *function, "return evaluate"])])


def function_from(source: str, space: dict[str, Any]) -> Callable[..., list[Any]]:
    """The one function a generated source defines; names it does not define are those of `space`.

    The source is made of our own lines; names and texts from outside enter it only as `repr`.
    """
    return _made(code_of(source), space)


def _made(code: CodeType, space: dict[str, Any]) -> Callable[..., list[Any]]:
    made: dict[str, Any] = {}
    exec(code, space, made)  # noqa: S102
    function: Callable[..., list[Any]] = made["make"]()
    return function


@lru_cache(maxsize=4096)
def code_of(source: str) -> CodeType:
    """Many expressions come to the same code: what every element must have, what types share."""
    return compile(source, FILE, "exec")
