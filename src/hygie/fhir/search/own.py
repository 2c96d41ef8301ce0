"""An establishment's own search parameters: a SearchParameter resource -> what is filed by it.

What is filed is worked out at each write, and never asked again: so a definition is held to more
than FHIR asks (R4 §8.6). Its expression must compile, find something of its type in each of its
base types, and do nothing but go from element to element.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.definitions.model import Component
from hygie.fhir.path.generate.code import RESOLVED, Item, Lines, Scope
from hygie.fhir.path.generate.generator import Generator
from hygie.fhir.path.parser import parse
from hygie.fhir.path.syntax import Binary, Call, Index, Literal, Member, Node, TypeTest, Variable
from hygie.fhir.search import own_phrases as phrases
from hygie.fhir.search.phrases import excerpt
from hygie.fhir.search.plans import builder_for
from hygie.limits import MAX_OWN_BASES, MAX_OWN_EXPRESSION_CHARACTERS
from hygie.refusal import Category, Phrase, Refused, refuse

_TYPES: Final = (
    "number", "date", "string", "token", "reference", "composite", "quantity", "uri",
)  # fmt: skip
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)
_CALLS: Final = frozenset(
    {"where", "extension", "ofType", "as", "is", "resolve", "exists", "empty", "not", "first"}
)
_OPERATORS: Final = frozenset({"|", "and", "or", "=", "!="})
_EVERY: Final = frozenset({"Resource", "DomainResource"})
_NO_DOMAIN: Final = frozenset({"Binary", "Bundle", "Parameters"})
Json = Mapping[str, Any]


def is_wanted(definition: Json) -> bool:
    """Whether a SearchParameter asks to be searched by: drafts do not."""
    return definition.get("status") == "active"


def read_own(registry: Registry, definition: Json) -> SearchParameter | None:
    """What an active SearchParameter, valid as a resource, is filed by; None for one of R4's own.

    Raises Refused (UNPROCESSABLE) that says why it cannot be.
    """
    base = registry.base
    url = _text(definition, "url")
    if url in base.parameters_by_url:
        return None
    parameter = SearchParameter(
        url=url,
        code=_text(definition, "code"),
        base=_bases(base, definition),
        type=_type(definition),
        expression=_text(definition, "expression"),
        target=tuple(t for t in definition.get("target", ()) if base.is_resource(t)),
        components=tuple(_components(base, definition)),
    )
    _check_name(base, parameter)
    _check_path(parameter.expression)
    for component in parameter.components:
        _check_path(component.expression)
    for name in parameter.base:
        _check_yield(base, name, parameter)
    return parameter


# --- what it says -------------------------------------------------------------------------
def _text(definition: Json, name: str) -> str:
    found = definition.get(name)
    return found if isinstance(found, str) else ""


def _type(definition: Json) -> Any:
    found = definition.get("type")
    usage = definition.get("xpathUsage", "normal")
    if found not in _TYPES or usage != "normal":
        shown = str(found) if found not in _TYPES else str(usage)
        raise _wrong("type", phrases.TYPE, type=excerpt(shown), allowed=", ".join(_TYPES))
    return found


def _bases(registry: Registry, definition: Json) -> tuple[str, ...]:
    said = [name for name in definition.get("base", ()) if isinstance(name, str)]
    if len(said) > MAX_OWN_BASES:
        raise _wrong("bases", phrases.BASES, size=str(len(said)), limit=str(MAX_OWN_BASES))
    found: dict[str, None] = {}
    for name in said:
        if name in _EVERY:
            left_out = _NO_DOMAIN if name == "DomainResource" else frozenset()
            found |= dict.fromkeys(t for t in registry.resource_types if t not in left_out)
        elif registry.is_resource(name):
            found[name] = None
        else:
            raise _wrong("base", phrases.BASE, base=excerpt(name))
    return tuple(found)


def _components(registry: Registry, definition: Json) -> Iterator[Component]:
    for one in definition.get("component", ()) if definition.get("type") == "composite" else ():
        url = _text(one, "definition").partition("|")[0]
        if url not in registry.parameters_by_url:
            raise _wrong("component", phrases.COMPONENT, url=excerpt(url))
        yield Component(url, _text(one, "expression"))


# --- what is asked of it ------------------------------------------------------------------
def _check_name(registry: Registry, parameter: SearchParameter) -> None:
    if not _CODE.fullmatch(parameter.code) or registry.is_resource(parameter.code):
        raise _wrong("code", phrases.CODE, name=excerpt(parameter.code))
    for name in parameter.base:
        if parameter.code in registry.parameters(name):
            raise _wrong("taken", phrases.TAKEN, name=parameter.code, type=name)


def _check_path(expression: str) -> None:
    """Raises for what is more than a way through a resource: to run it takes time and memory that
    nobody bounds, and it may say something else tomorrow (`now()`)."""
    size = len(expression)
    if not expression or size > MAX_OWN_EXPRESSION_CHARACTERS:
        limit = str(MAX_OWN_EXPRESSION_CHARACTERS)
        raise _wrong("expression-size", phrases.EXPRESSION_SIZE, size=str(size), limit=limit)
    _walk(parse(expression))


def _walk(node: Node) -> None:
    match node:
        case Literal() | Variable(name="$this", target=None):
            return
        case Member(target, _):
            inner: tuple[Node, ...] = (target,) if target else ()
        case Call(target, name, arguments) if name in _CALLS:
            inner = (*((target,) if target else ()), *arguments)
        case Index(target, index):
            inner = (target, index)
        case TypeTest(_, operand, _):
            inner = (operand,)
        case Binary(operator, left, right) if operator in _OPERATORS:
            inner = (left, right)
        case _:
            name = getattr(node, "name", getattr(node, "operator", type(node).__name__))
            raise _wrong("expression", phrases.EXPRESSION, part=excerpt(str(name)))
    for each in inner:
        _walk(each)


def _check_yield(registry: Registry, name: str, parameter: SearchParameter) -> None:
    """Each base type has values, and of the parameter's type."""
    found = _items(registry, name, parameter.expression)
    if parameter.type == "composite":
        searchable = bool(found) and bool(parameter.components)
    else:
        kinds = {item.type for item in found if item.type != RESOLVED}
        searchable = any(_is_searchable(registry, parameter, kind) for kind in kinds)
    if not searchable:
        shown = ", ".join(sorted({item.type for item in found})[:6]) or "–"
        raise _wrong("yield", phrases.YIELD, type=name, kind=parameter.type, found=shown)


def _is_searchable(registry: Registry, parameter: SearchParameter, kind: str) -> bool:
    return kind == "Extension" or bool(builder_for(registry, parameter.type, kind))


def _items(registry: Registry, name: str, expression: str) -> list[Item]:
    items: list[Item] = []

    def keep(item: Item) -> Lines:
        items.append(item)
        return ["pass"]

    root = Item("resource", name)
    Generator(registry, loose=True).each(parse(expression), Scope(root, root), keep)
    return items


def _wrong(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(
        Category.UNPROCESSABLE, f"search-parameter.{rule}", phrase, code="not-supported",
        location="SearchParameter", **details,
    )  # fmt: skip
