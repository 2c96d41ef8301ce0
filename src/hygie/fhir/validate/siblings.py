"""What a type's straight code leaves over: choices, `_name` siblings, and unknown elements.

JSON writes the id and extensions of a primitive beside it, under its name with "_" before it
(R4 §2.6.2.2), and a choice element under its name followed by its type (§2.6.2.0).
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from hygie.fhir.validate import faults, phrases
from hygie.fhir.validate.primitives import is_text
from hygie.fhir.validate.report import Place, Report
from hygie.limits import MAX_STRING_CHARACTERS

Check = Callable[[Any, Place, Report], None]


class Choice(msgspec.Struct, frozen=True):
    """One form of a choice element: "valueQuantity"."""

    group: str
    """The element's own name: "value"."""
    step: str
    """Its step in FHIRPath: "value.ofType(Quantity)"."""
    check: Check


class Leftovers(msgspec.Struct, frozen=True):
    """The names of a type that its straight code does not look at."""

    type_name: str
    plain: frozenset[str]
    """Names that the straight code has looked at."""
    choices: Mapping[str, Choice]
    primitives: Mapping[str, tuple[str, bool]]
    """Name of each primitive that may have a sibling -> its step, and whether it repeats."""
    check_element: Check
    """Checks an object with nothing but `id` and `extension`."""

    def known(self) -> list[str]:
        return [*self.plain, *self.choices, *("_" + name for name in self.primitives)]


def check_leftovers(
    value: dict[str, Any], leftovers: Leftovers, place: Place, report: Report
) -> None:
    """Every member that is not plain: a choice, a sibling, or unknown."""
    chosen: dict[str, str] = {}
    plain = leftovers.plain
    for name in [name for name in value if name not in plain]:
        item = value[name]
        if choice := leftovers.choices.get(name):
            _check_single(choice.group, name, chosen, place, report)
            choice.check(item, (place, choice.step, -1), report)
        elif name[:1] == "_" and name[1:] in leftovers.primitives:
            if of_choice := leftovers.choices.get(name[1:]):
                _check_single(of_choice.group, name[1:], chosen, place, report)
            _check_sibling(value, name[1:], leftovers, place, report)
        else:
            faults.unknown_element(name, leftovers.known(), leftovers.type_name, place, report)


def check_extension(value: Any, place: Place, report: Report) -> None:
    """An extension has a value or extensions, never both (ext-1, R4 §2.5.0)."""
    has_value = any(name.startswith(("value", "_value")) for name in value)
    if has_value and "extension" in value:
        report.add("invariant", "extension.both", phrases.EXTENSION_BOTH, place)
    elif not has_value and "extension" not in value:
        report.add("invariant", "extension.neither", phrases.EXTENSION_NEITHER, place)


def _check_single(
    group: str, name: str, chosen: dict[str, str], place: Place, report: Report
) -> None:
    """At most one form of a choice is present; a sibling belongs to its form."""
    first = chosen.setdefault(group, name)
    if first != name:
        details = {"first": first, "second": name}
        where = (place, group, -1)
        report.add("structure", "structure.choice", phrases.TWO_CHOICES, where, **details)


def _check_sibling(
    value: dict[str, Any], name: str, leftovers: Leftovers, place: Place, report: Report
) -> None:
    sibling = value["_" + name]
    step, repeats = leftovers.primitives[name]
    if not repeats:
        if name in value and _is_id(sibling):
            faults.element_id(sibling["id"], (place, step, -1), report)
        else:
            leftovers.check_element(sibling, (place, step, -1), report)
    elif type(sibling) is not list or not sibling:
        faults.wrong_list(sibling, (place, step, -1), report)
    else:
        _check_sibling_items(sibling, value.get(name), (place, step, -1), leftovers, report)


def _check_sibling_items(
    items: list[Any], values: Any, place: Place, leftovers: Leftovers, report: Report
) -> None:
    """`null` stands for an item without id or extension; both arrays have one length."""
    parent, step, _ = place
    if isinstance(values, list) and len(values) != len(items):
        report.add("structure", "structure.siblings", phrases.MISALIGNED, place, name=step)
    if values is None and all(item is None for item in items):
        faults.null(place, report)
    for index, item in enumerate(items):
        has_value = isinstance(values, list) and values[index : index + 1] not in ([], [None])
        if has_value and _is_id(item):
            faults.element_id(item["id"], (parent, step, index), report)
        elif item is not None:
            leftovers.check_element(item, (parent, step, index), report)


def _is_id(sibling: Any) -> bool:
    """Whether it has a good id and nothing else: enough beside a value, not alone (ele-1)."""
    if type(sibling) is not dict or sibling.keys() != {"id"}:
        return False
    name = sibling["id"]
    return type(name) is str and 0 < len(name) <= MAX_STRING_CHARACTERS and is_text(name)
