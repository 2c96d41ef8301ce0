"""`=` and `~` of items and collections (§6.1), and collections without duplicates.

Values are compared as the language says (`values.same`, `values.alike`); a primitive or a Quantity
of FHIR is first taken for the value that it converts to. Elements of complex types are compared
element by element. For `~`, FHIR adds that `id` does not count, that a Coding is its code and
system, and that two CodeableConcepts are equivalent when they share a Coding (R4 fhirpath.html,
"Changes to operators").
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path.items import SYSTEM_TYPES, Element, Item, TypeInfo, Value, groups, system
from hygie.fhir.path.values import Date, DateTime, Quantity, alike, same

Groups = Mapping[str, list[Item]]
CODING: Final = frozenset({"code", "system"})


# --- = ------------------------------------------------------------------------------------
def equal(left: Sequence[Item], right: Sequence[Item], registry: Registry) -> bool | None:
    """`=` of collections: item by item, in order. None when either is empty, or none can tell.

    A single primitive without a value has none to compare: whether it is equal is not known.
    """
    if not left or not right:
        return None
    if len(left) == len(right) == 1 and (is_valueless(left[0]) or is_valueless(right[0])):
        return None
    return _equal_lists(left, right, registry)


def is_valueless(item: Item) -> bool:
    """Whether an item is a primitive that has extensions only, or a value of no meaning."""
    return isinstance(item, Element) and item.type in SYSTEM_TYPES and system(item) is None


def _equal_lists(left: Sequence[Item], right: Sequence[Item], registry: Registry) -> bool | None:
    if len(left) != len(right):
        return False
    return every_answer(equal_items(a, b, registry) for a, b in zip(left, right, strict=True))


def equal_items(left: Item, right: Item, registry: Registry) -> bool | None:
    """`=` of two items."""
    first, second = system(left), system(right)
    if first is not None and second is not None:
        return same(first, second)
    if isinstance(left, Element) and isinstance(right, Element):
        return _equal_elements(left, right, registry)
    return isinstance(left, TypeInfo) and left == right


def _equal_elements(left: Element, right: Element, registry: Registry) -> bool | None:
    if left.type != right.type:
        if not _is_primitive(left, right):
            return False
    elif left.value == right.value and left.sibling == right.sibling:
        return True
    first, second = _grouped(left, registry), _grouped(right, registry)
    if first.keys() != second.keys():
        return False
    return every_answer(_equal_lists(first[name], second[name], registry) for name in first)


def _is_primitive(left: Element, right: Element) -> bool:
    return left.type in SYSTEM_TYPES and right.type in SYSTEM_TYPES


def _grouped(element: Element, registry: Registry) -> Groups:
    return {name: group for name, group in groups(element, registry) if group}


def every_answer(answers: Iterable[bool | None]) -> bool | None:
    """False if any is, else None if any is, else True."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


# --- ~ ------------------------------------------------------------------------------------
def equivalent(left: Sequence[Item], right: Sequence[Item], registry: Registry) -> bool:
    """`~` of collections: as many items, each equivalent to another one's, in any order."""
    if len(left) != len(right):
        return False
    return _matched(left, right, lambda a, b: equivalent_items(a, b, registry))


def equivalent_items(left: Item, right: Item, registry: Registry) -> bool:
    """`~` of two items."""
    first, second = system(left), system(right)
    if first is not None and second is not None:
        return alike(first, second)
    if isinstance(left, Element) and isinstance(right, Element):
        return _equivalent_elements(left, right, registry)
    return isinstance(left, TypeInfo) and left == right


def _equivalent_elements(left: Element, right: Element, registry: Registry) -> bool:
    if left.type != right.type and not _is_primitive(left, right):
        return False
    first, second = _grouped(left, registry), _grouped(right, registry)
    if left.type == "CodeableConcept":
        codings = second.get("coding", [])
        return any(
            equivalent_items(one, other, registry)
            for one in first.get("coding", [])
            for other in codings
        )
    names = (first.keys() | second.keys()) - {"id"}
    if left.type == "Coding":
        names &= CODING
    return all(equivalent(first.get(n, []), second.get(n, []), registry) for n in names)


def _matched(
    left: Sequence[Item], right: Sequence[Item], related: Callable[[Item, Item], bool]
) -> bool:
    """Whether each item of the left has a partner of its own on the right.

    Equivalence is not transitive (1.12 ~ 1 and 1 ~ 0.9), so that a first choice may have to be
    given up for a later item: partners are found by augmenting paths.
    """
    partner: dict[int, int] = {}

    def find(a: int, tried: set[int]) -> bool:
        for b, candidate in enumerate(right):
            if b not in tried and related(left[a], candidate):
                tried.add(b)
                if b not in partner or find(partner[b], tried):
                    partner[b] = a
                    return True
        return False

    return all(find(a, set()) for a in range(len(left)))


# --- distinct -----------------------------------------------------------------------------
class Seen:
    """Items met so far. Two are the same only if `=` is true of them, not if it cannot tell.

    Values are found by their hash, which agrees with `=`; elements by what they must share. A
    first item is not looked into until there is a second: most collections have one at most.
    """

    def __init__(self, registry: Registry, items: Iterable[Item] = ()) -> None:
        self._registry = registry
        self._empty = True
        self._first: Item | None = None
        self._values: set[tuple[str, Value]] = set()
        self._quantities: list[Quantity] = []
        self._others: dict[object, list[Item]] = {}
        for item in items:
            self.add(item)

    def add(self, item: Item) -> bool:
        """True if no such item was met before; it now is."""
        if self._empty:
            self._empty, self._first = False, item
            return True
        if item in self:
            return False
        self._keep(item)
        return True

    def _keep(self, item: Item) -> None:
        value = system(item)
        if isinstance(value, Quantity):
            self._quantities.append(value)
        elif value is not None:
            self._values.add(_key(value))
        else:
            self._others.setdefault(self._fingerprint(item), []).append(item)

    def __contains__(self, item: Item) -> bool:
        if self._first is not None:
            self._keep(self._first)
            self._first = None
        value = system(item)
        if value is None:
            others = self._others.get(self._fingerprint(item), ())
            return any(equal_items(item, other, self._registry) is True for other in others)
        if isinstance(value, Quantity):
            return self._has_quantity(value)
        if _key(value) in self._values:
            return True
        return _is_number(value) and any(same(value, q) is True for q in self._quantities)

    def _has_quantity(self, value: Quantity) -> bool:
        """Among quantities, and among numbers, which are quantities without a unit."""
        if any(same(value, other) is True for other in self._quantities):
            return True
        numbers = (number for kind, number in self._values if kind == "number")
        return any(same(value, number) is True for number in numbers)

    def _fingerprint(self, item: Item) -> object:
        """Equal for items that are equal: the texts of an element, as they stand."""
        if not isinstance(item, Element):
            return item
        if type(item.value) is not dict:
            return "" if item.type in SYSTEM_TYPES else item.type
        texts = (item.value.get(name) for name in texts_of(item.type, self._registry))
        return item.type, *(text if type(text) is str else None for text in texts)


@lru_cache(maxsize=4096)
def texts_of(type_name: str, registry: Registry) -> tuple[str, ...]:
    """The elements of a type that are one text, or none."""
    return tuple(
        element.name
        for element in registry.types[type_name].elements
        if not element.choice
        and not element.repeats
        and SYSTEM_TYPES.get(element.types[0].name) == "String"
    )


def _key(value: Value) -> tuple[str, Value]:
    if isinstance(value, bool):
        return "boolean", value
    if _is_number(value):
        return "number", value
    if isinstance(value, Date):
        return "DateTime", DateTime.at(value)
    return type(value).__name__, value


def _is_number(value: Value) -> bool:
    return type(value) in (int, Decimal)
