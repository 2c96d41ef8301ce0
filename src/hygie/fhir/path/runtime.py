"""What compiled expressions call at run time, beside the library and the values."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.path.environment import Environment, Evaluation
from hygie.fhir.path.items import (
    Element,
    Item,
    is_primitive_json,
    member,
    quantity,
    system,
    typed,
)
from hygie.fhir.path.library.collections import is_member
from hygie.fhir.path.library.equality import Seen, equal, equal_items, equivalent
from hygie.fhir.path.library.iteration import in_order
from hygie.fhir.path.library.signatures import SIGNATURES
from hygie.fhir.path.library.singleton import (
    converted,
    single,
    single_argument,
    single_value,
    truth,
    wrong_type,
)
from hygie.fhir.path.library.types import cast, find_type, is_a, is_of_type
from hygie.fhir.path.located import located
from hygie.fhir.path.values import (
    Date,
    DateTime,
    Quantity,
    Time,
    add,
    concatenate,
    div,
    divide,
    mod,
    multiply,
    negate,
    order,
    read_literal,
    same,
    subtract,
)
from hygie.refusal import Refused

Truth = bool | None
NOTHING: Final = Environment()


# --- three-valued logic (§6.5) ------------------------------------------------------------
def both(left: Truth, right: Truth) -> Truth:
    """`and` (§6.5.1)."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    """`or` (§6.5.2)."""
    if left or right:
        return True
    return None if left is None or right is None else False


def one_of(left: Truth, right: Truth) -> Truth:
    """`xor` (§6.5.4)."""
    return None if left is None or right is None else left != right


def implied(left: Truth, right: Truth) -> Truth:
    """`implies` (§6.5.5)."""
    return either(None if left is None else not left, right)


def as_truth(value: Any) -> Truth:
    """A single value where a Boolean is expected (§4.5)."""
    return value if value is None or type(value) is bool else True


def loose_truth(items: list[Any]) -> Truth:
    """Items where a Boolean is expected, in an index: several are no answer, and no error."""
    return as_truth(items[0]) if len(items) == 1 else None


def compare(left: Any, operator: str, right: Any) -> Truth:
    """`<`, `>`, `<=`, `>=` of two values; None where their precision leaves it open."""
    found = order(left, right)
    if found is None:
        return None
    if operator == "<":
        return found < 0
    if operator == ">":
        return found > 0
    return found <= 0 if operator == "<=" else found >= 0


def affirm(value: Any) -> Any:
    """`+` before a value: the value, refused where `-` would be."""
    negate(value)
    return value


# --- elements -----------------------------------------------------------------------------
def plain(item: Any) -> Any:
    """The JSON value of a primitive, which may come with its id and extensions."""
    return item.value if type(item) is Element else item


def whole(value: Any, sibling: Any, type_name: str) -> Any:
    """A primitive with what stands beside it, if anything does (R4 §2.6.2.3)."""
    if type(sibling) is not dict or not sibling:
        return value
    known = value if is_primitive_json(value, type_name) else None
    return Element(known, type_name, sibling)


def wholes(values: Any, siblings: Any, type_name: str) -> list[Any]:
    """The primitives of an array, each with what stands beside it."""
    pairs = zip_longest(
        values if type(values) is list else (), siblings if type(siblings) is list else ()
    )
    return [whole(value, sibling, type_name) for value, sibling in pairs]


def beside(item: Any, name: str) -> list[Any]:
    """A primitive's id (a text) or extensions (objects), as they stand beside it."""
    found = item.sibling.get(name) if type(item) is Element and item.sibling else None
    if name == "id":
        return [found] if type(found) is str else []
    return [one for one in found if type(one) is dict] if type(found) is list else []


def boxed(item: Any, type_name: str) -> Element:
    """A primitive that carries its type."""
    return item if type(item) is Element else Element(item, type_name, None)


class Choices(NamedTuple):
    """What a choice may be called in JSON, with the type that says, and where it stands."""

    types: Mapping[str, str]
    """Of the names of siblings, the type is empty."""
    owner: str
    element: str
    registry: Registry


def choices(owner: str, element: str, registry: Registry) -> Choices:
    (definition,) = (e for e in registry.types[owner].elements if e.name == element)
    names = {name: type_.name for name, type_ in definition.json_names().items()}
    return Choices({**names, **{f"_{name}": "" for name in names}}, owner, element, registry)


def chosen(value: dict[str, Any], choices: Choices) -> list[Item]:
    """The value of a choice of many types: an object has fewer names than there are types."""
    found = [name for name in value if name in choices.types]
    if len(found) == 1 and (type_name := choices.types[found[0]]):
        element = typed(value[found[0]], type_name, choices.registry)
        return [] if element is None else [element]
    if not found:
        return []
    return member(Element(value, choices.owner), choices.element, choices.registry)


def has_url(item: Item, url: str) -> bool:
    """Whether an item is an extension of that URL."""
    return type(item) is Element and type(item.value) is dict and item.value.get("url") == url


def refuse_element(type_name: str, asker: str) -> None:
    """An element of a complex type where a value of the language is expected."""
    raise wrong_type(asker, "a value", type_name)


def traced(evaluation: Evaluation, name: Any, items: list[Item]) -> None:
    if evaluation.environment.trace is not None:
        evaluation.environment.trace(str(name), items)


class Union:
    """The items of the sides of `|`, without duplicates."""

    __slots__ = ("_seen", "items")

    def __init__(self, registry: Registry) -> None:
        self._seen = Seen(registry)
        self.items: list[Item] = []

    def add(self, item: Item) -> None:
        """Keeps an item, if no such item was met before."""
        if self._seen.add(item):
            self.items.append(item)


class KeyedUnion:
    """The same of items of which the code knows a key, that is equal where they are."""

    __slots__ = ("_known", "_registry", "items")

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[Any, list[Item]] = {}
        self.items: list[Item] = []

    def add(self, key: Any, item: Item) -> None:
        """Keeps an item, if no such item was met before."""
        others = self._known.setdefault(key, [])
        if not any(equal_items(item, other, self._registry) is True for other in others):
            others.append(item)
            self.items.append(item)


# --- references, for an index -------------------------------------------------------------
def reference_type(reference: Any, resource: Any) -> str:
    """The resource type a reference or URL leads to by its own words, or "" when it does not say.

    By the last two segments of its URL, by `Reference.type`, or for "#id" by what is contained.
    """
    url = reference
    if type(reference) is dict:
        url = reference.get("reference")
        if type(url) is not str:
            said = reference.get("type")
            return said if type(said) is str else ""
    if url.startswith("#"):
        return _contained_type(url[1:], resource)
    segments = url.partition("/_history/")[0].rsplit("/", 2)
    found = segments[-2] if len(segments) > 1 else ""
    if found.isalpha() and found[0].isupper():
        return found
    said = reference.get("type") if type(reference) is dict else ""
    return said if type(said) is str else ""


def _contained_type(id_: str, resource: Any) -> str:
    for inner in resource.get("contained") or ():
        if type(inner) is dict and inner.get("id") == id_:
            return str(inner.get("resourceType", ""))
    return ""


@lru_cache(maxsize=16)
def names(registry: Registry) -> dict[str, Any]:
    """Globals of every expression compiled with these definitions; nobody writes to them."""
    return {
        **NAMES,
        "REGISTRY": registry,
        "resource_of": lambda value: typed(value, "Resource", registry),
    }


NAMES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        **{f"call_{name}": signature.call for name, signature in SIGNATURES.items()},
        **{function.__name__: function for function in (
            both, either, one_of, implied, as_truth, loose_truth, compare, plain, whole, wholes,
            beside, boxed, choices, chosen, has_url, refuse_element, traced, reference_type,
            member, system, single, single_argument, single_value, truth, converted,
            cast, find_type, is_a, is_of_type, in_order, add, subtract, multiply, divide, div, mod,
            negate, affirm, concatenate, is_member, equal, equivalent, same, order, read_literal,
            Seen, Union, KeyedUnion, Element, Decimal, Quantity,
        )},
        "Evaluation": Evaluation,
        "NOTHING": NOTHING,
        "Refused": Refused,
        "located": located,
        "date_of": Date.parse,
        "date_time_of": DateTime.parse,
        "time_of": Time.parse,
        "quantity_of": quantity,
        "decimal_of": Decimal,
    }
)  # fmt: skip
