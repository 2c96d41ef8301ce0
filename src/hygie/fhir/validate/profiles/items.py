"""The items of an element in JSON, each with what stands beside it, its type and its step.

Malformed JSON is passed over: the check of the structure has reported it.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hygie.fhir.definitions import Element, Registry


class Form(NamedTuple):
    """One way to write an element: the form of a choice, or the only one there is."""

    json_name: str
    beside: str
    """The member with the ids and extensions of a primitive; empty for other types."""
    type: str
    """A key of `Registry.types`."""
    step: str
    """As a place names it: `value.ofType(Quantity)`."""


class Slot(NamedTuple):
    """Where the items of an element are found."""

    name: str
    repeats: bool
    forms: tuple[Form, ...]
    minimum: int
    maximum: int
    """Those of the type, without a profile; -1 is unbounded."""
    choice: bool
    by_name: Mapping[str, Form]
    """By the names of the members that hold an item, or what stands beside it."""


class Item(NamedTuple):
    value: Any
    sibling: Any
    type: str
    step: str
    at: int
    """Its index, or -1."""


ONE: Final = -1


@lru_cache(maxsize=8192)
def slot(registry: Registry, type_name: str, name: str) -> Slot | None:
    """The element of a type that bears a name: without `[x]`, or the JSON name of a form."""
    definition = registry.types.get(type_name)
    for element in definition.elements if definition else ():
        if element.name == name or (element.choice and name in element.json_names()):
            return _slot(registry, element)
    return None


def _slot(registry: Registry, element: Element) -> Slot:
    forms = []
    for json_name, ref in element.json_names().items():
        primitive = registry.types[ref.name].kind == "primitive"
        step = f"{element.name}.ofType({ref.name})" if element.choice else element.name
        forms.append(Form(json_name, "_" + json_name if primitive else "", ref.name, step))
    by_name = {name: form for form in forms for name in (form.json_name, form.beside) if name}
    return Slot(
        element.name,
        element.repeats,
        tuple(forms),
        element.min,
        element.max,
        element.choice,
        by_name,
    )


def items(holder: dict[str, Any], wanted: Slot) -> list[Item]:
    """What an object has of an element."""
    forms = [form for name in holder if (form := wanted.by_name.get(name))]
    if len(forms) == 1:
        return list(_of_form(holder, forms[0], repeats=wanted.repeats))
    each = dict.fromkeys(forms)
    return [item for form in each for item in _of_form(holder, form, repeats=wanted.repeats)]


def _of_form(holder: dict[str, Any], form: Form, *, repeats: bool) -> Iterator[Item]:
    value = holder.get(form.json_name)
    sibling = holder.get(form.beside) if form.beside else None
    if not repeats:
        if value is not None or sibling is not None:
            yield Item(value, sibling, _type(value, form.type), form.step, ONE)
        return
    values = value if type(value) is list else []
    if sibling is None:
        for index, one in enumerate(values):
            yield Item(one, None, _type(one, form.type), form.step, index)
        return
    siblings = sibling if type(sibling) is list else []
    for index in range(max(len(values), len(siblings))):
        one = values[index] if index < len(values) else None
        beside = siblings[index] if index < len(siblings) else None
        yield Item(one, beside, form.type, form.step, index)


def _type(value: Any, type_name: str) -> str:
    """A resource says itself what it is."""
    if type_name == "Resource" and type(value) is dict:
        said = value.get("resourceType")
        return said if type(said) is str else type_name
    return type_name
