"""Resources whose every personal or free-text value is replaced by chance.

What a compression dictionary is trained on must not hold what the establishment keeps secret, even
though the dictionary itself is sealed. What stays is decided from the definitions, everything else
is replaced: names of elements, booleans, and of these few kinds of strings, codes (FHIR type
`code`), systems, displays, units, URLs of extensions and profiles. Of those, only strings that
occur with at least `MIN_PATIENTS` patients, and in which no word of a person's name, address,
telephone number or identifier occurs.

Replacements are made at random, of the same shape: they say nothing, and keep the frequencies of
digits and letters as compression will meet them.
"""

import random
import re
import string
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID

from hygie.fhir.definitions import Registry
from hygie.store.contract import Resource

MIN_PATIENTS: Final = 5
MAX_TEXT: Final = 120
"""Characters of a replacement: beyond, chance teaches nothing more."""
_KEPT: Final = frozenset(
    {
        ("Coding", "system"), ("Coding", "version"), ("Coding", "display"), ("Extension", "url"),
        ("Quantity", "system"), ("Quantity", "unit"), ("Identifier", "system"), ("Meta", "profile"),
        ("Meta", "versionId"), ("Reference", "type"),
    }
)  # fmt: skip
_PERSONAL: Final = frozenset({"HumanName", "Address", "ContactPoint", "Identifier"})
_ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_PREFIX: Final = re.compile(r"urn:uuid:|#|[A-Z][A-Za-z]+/")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD: Final = re.compile(r"\w{3,}")
Change = Callable[[str, str, str, Any], Any]
"""From the type that holds it, the element's name, its own type and its value, another value."""


class Blanker:
    """Sees a sample whole (`learn`), then blanks it (`blank`). One use, one sample."""

    def __init__(self, registry: Registry, chance: random.Random) -> None:
        self._registry = registry
        self._chance = chance
        self._owners: defaultdict[str, set[int]] = defaultdict(set)
        self._personal: set[str] = set()
        self._elements = cache(self._elements_of)

    def learn(self, resource: Resource, patient: int) -> None:
        """Takes note of what may stay, and of the words that may not."""

        def note(owner: str, name: str, kind: str, value: Any) -> Any:
            if isinstance(value, str):
                if self._may_stay(owner, name, kind):
                    self._owners[value].add(patient)
                elif owner in _PERSONAL:
                    self._personal.update(_WORD.findall(value.casefold()))
            return value

        self._changed(resource, resource["resourceType"], note)

    def blank(self, resource: Resource) -> Resource:
        """A copy that holds nothing of a person, and no free text."""
        copy: Resource = self._changed(resource, resource["resourceType"], self._replaced)
        return copy

    def stays(self, value: str) -> bool:
        """True of a string that is frequent enough, and names nobody."""
        return len(self._owners.get(value, ())) >= MIN_PATIENTS and self._personal.isdisjoint(
            _WORD.findall(value.casefold())
        )

    # --- deciding -----------------------------------------------------------------------------

    def _may_stay(self, owner: str, name: str, kind: str) -> bool:
        if kind == "code":
            return True
        base = self._registry.types[owner].base
        return (owner, name) in _KEPT or (base, name) in _KEPT

    def _replaced(self, owner: str, name: str, kind: str, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        if not isinstance(value, str):
            return type(value)(Decimal(self._at_random(str(value), "E")))
        if self._may_stay(owner, name, kind) and self.stays(value):
            return value
        if kind in ("date", "dateTime", "instant", "time"):
            zone = _ZONE.search(value)
            end = zone.start() if zone else len(value)
            return self._at_random(value[:end], "T") + value[end:]
        if (owner, name) == ("Reference", "reference") and (prefix := _PREFIX.match(value)):
            return prefix[0] + self._at_random(value[prefix.end() :])
        return self._at_random(value[:MAX_TEXT])

    def _at_random(self, text: str, kept: str = "") -> str:
        """Digits for digits, letters for letters, another UUID for a UUID."""
        if _UUID.fullmatch(text):
            return str(UUID(int=self._chance.getrandbits(128)))
        return "".join(one if one in kept else self._like(one) for one in text)

    def _like(self, character: str) -> str:
        if character.isdigit():
            return self._chance.choice("123456789")
        if character.isalpha():
            letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
            return self._chance.choice(letters)
        return character

    # --- walking ------------------------------------------------------------------------------

    def _elements_of(self, kind: str) -> dict[str, str]:
        """JSON property -> type, of one type."""
        found: dict[str, str] = {}
        for element in self._registry.types[kind].elements:
            for name, reference in element.json_names().items():
                found[name] = reference.name
                if self._registry.types[reference.name].kind == "primitive":
                    found[f"_{name}"] = "Element"
        return found

    def _changed(self, value: dict[str, Any], kind: str, change: Change) -> dict[str, Any]:
        """What the definitions do not know is left out."""
        kind = value["resourceType"] if kind == "Resource" else kind
        elements = self._elements(kind)
        copy = {"resourceType": kind} if "resourceType" in value else {}
        for name, item in value.items():
            if name in elements:
                copy[name] = self._member(item, kind, name, elements[name], change)
        return copy

    def _member(self, item: Any, owner: str, name: str, kind: str, change: Change) -> Any:
        if isinstance(item, list):
            return [self._member(one, owner, name, kind, change) for one in item]
        if isinstance(item, dict):
            return self._changed(item, kind, change)
        return item if item is None else change(owner, name, kind, item)
