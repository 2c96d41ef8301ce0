"""Where the items of a result stand in the resource they come from.

An expression is evaluated on a copy of the resource in which every element can be told from all
others by identity: objects as they are; a primitive by the object that JSON puts beside it for its
id and extensions (`_name`, R4 §2.6.2.3), which is there for each, with one property that the
language does not see. It is the same in all of them, so that what was equal remains equal.
"""

from itertools import zip_longest
from typing import Any, Final

from hygie.fhir.path.items import Element, Item

MARK: Final = "\x00"
"""No FHIR property has this name."""


class Marked:
    """A copy of a resource, and the place of each element in it ("Patient.name[0].given[1]")."""

    def __init__(self, resource: dict[str, Any]) -> None:
        self._places: dict[int, str] = {}
        self._originals: dict[str, Any] = {}
        self.resource = self._object(resource, str(resource.get("resourceType", "")))

    def place_of(self, item: Item) -> str:
        """Empty for what is computed, or stands elsewhere."""
        if not isinstance(item, Element):
            return ""
        known = item.value if isinstance(item.value, dict) else item.sibling
        return self._places.get(id(known), "")

    def original(self, place: str) -> Any:
        """The JSON that stands there."""
        return self._originals[place]

    # --- the copy ---------------------------------------------------------------------
    def _object(self, value: dict[str, Any], place: str) -> dict[str, Any]:
        copy = self._known({}, value, place)
        for name, inner in value.items():
            if name == "resourceType":
                copy[name] = inner
            elif not name.startswith("_"):
                self._property(copy, name, inner, value.get(f"_{name}"), f"{place}.{name}")
            elif name[1:] not in value:
                copy[name] = self._beside(inner, f"{place}.{name[1:]}")
        return copy

    def _property(
        self, copy: dict[str, Any], name: str, value: Any, beside: Any, place: str
    ) -> None:
        if not isinstance(value, list):
            copy[name], sibling = self._item(value, beside, place)
            if sibling is not None:
                copy[f"_{name}"] = sibling
            return
        siblings = beside if isinstance(beside, list) else []
        siblings = siblings + [None] * (len(value) - len(siblings))
        pairs = [
            self._item(item, sibling, f"{place}[{at}]")
            for at, (item, sibling) in enumerate(zip_longest(value, siblings))
        ]
        copy[name] = [item for item, _ in pairs]
        if any(sibling is not None for _, sibling in pairs):
            copy[f"_{name}"] = [sibling for _, sibling in pairs]

    def _item(self, value: Any, beside: Any, place: str) -> tuple[Any, Any]:
        """A value and what stands beside it, by which a primitive is known."""
        sibling = self._beside(beside, place)
        if isinstance(value, dict):
            return self._object(value, place), sibling
        if isinstance(value, list) or value is None:
            return value, sibling
        known = sibling if isinstance(sibling, dict) else {}
        known[MARK] = True
        return value, self._known(known, value, place)

    def _beside(self, beside: Any, place: str) -> Any:
        """What holds ids and extensions, its own elements marked too."""
        if isinstance(beside, list):
            return [self._beside(item, f"{place}[{at}]") for at, item in enumerate(beside)]
        return self._object(beside, place) if isinstance(beside, dict) else beside

    def _known(self, copy: dict[str, Any], value: Any, place: str) -> dict[str, Any]:
        """Every copy stays part of the whole, so that no two of them have the same identity."""
        self._places[id(copy)] = place
        self._originals[place] = value
        return copy
