"""A classification in ClaML: its classes, and the codes that modifiers make of them.

A modifier adds a position to the codes that it applies to: E10 with the modifier `.0 avec coma` has
a code E10.0. It applies to the class that names it and to all below, unless they exclude it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

import msgspec

from hygie.fhir.search.normalize import normalize
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Piece
from hygie.nomenclature.loading.rubrics import SYNONYM, preferred, said

CATEGORY: Final = re.compile(r"[A-Z][0-9]{2}")
ALIKE: Final = 5
"""Letters by which a word of a label is known again in another."""
SHORT: Final = 4
"""Words of fewer letters tell nothing of what a label is about."""
AFTER: Final = "excludeOnPrecedingModifier"
"""Of a position: the modifier and the position after which it makes no code."""


class Position(NamedTuple):
    """What one value of a modifier adds to a code."""

    modifier: str
    code: str
    label: str
    usage: str
    body: Json
    not_after: frozenset[tuple[str, str]]


class Applied(NamedTuple):
    """A modifier, and those of its positions that are meant; None for all."""

    modifier: str
    valid: frozenset[str] | None


class Class(msgspec.Struct):
    """One class of the classification."""

    code: str
    kind: str
    usage: str
    label: str
    parents: tuple[str, ...]
    modified: tuple[Applied, ...]
    excluded: frozenset[str]
    body: Json


class Claml:
    """A whole classification, taken record by record, in any order."""

    def __init__(self) -> None:
        self._classes: dict[str, Class] = {}
        self._again: list[Class] = []
        """Classes whose code was there already."""
        self._positions: dict[str, list[Position]] = {}

    @property
    def is_icd10(self) -> bool:
        categories = [c.code for c in self._classes.values() if c.kind == "category"]
        return bool(categories) and all(CATEGORY.match(code) for code in categories)

    def take(self, record: Element) -> None:
        if record.tag == "Class":
            found = _class(record)
            if found.code in self._classes:
                self._again.append(found)
            else:
                self._classes[found.code] = found
        elif record.tag == "ModifierClass":
            position = _position(record)
            self._positions.setdefault(position.modifier, []).append(position)

    def pieces(self) -> Iterator[Piece]:
        """All classes, then the codes that modifiers make."""
        divided = {parent for each in self._classes.values() for parent in each.parents}
        for each in (*self._classes.values(), *self._again):
            yield Piece(each.code, self._body(each), each.parents)
        for each in self._classes.values():
            if each.code not in divided:
                yield from self._made(each, self._applied(each, ()), ())

    def _body(self, each: Class) -> Json:
        label = self._full_label(each)
        names = [{"language": "fr", "use": SYNONYM, "value": each.label}]
        had = each.body["designation"]
        return {
            **each.body,
            "display": label,
            "designation": had if label == each.label else [*names, *had],
            "property": [*_properties(each.kind, each.usage), *each.body["property"]],
        }

    def _full_label(self, each: Class) -> str:
        """`Sein`, below `Tumeur de sièges autres`, needs the label above to be understood."""
        above = self._classes.get(each.parents[0]) if each.parents and "." in each.code else None
        if above is None or _is_about(above.label, each.label):
            return each.label
        return f"{self._full_label(above)}, {each.label}"

    def _applied(self, each: Class, below: Sequence[str]) -> list[Applied]:
        """The modifiers of a class, those from above first."""
        above = self._classes.get(each.parents[0]) if each.parents else None
        inherited = []
        if above is not None and above.code not in below:
            inherited = self._applied(above, (*below, each.code))
        own = {one.modifier for one in each.modified}
        kept = (one for one in inherited if one.modifier not in own | each.excluded)
        return [*kept, *each.modified]

    def _made(
        self, each: Class, applied: Sequence[Applied], before: tuple[tuple[str, str], ...]
    ) -> Iterator[Piece]:
        """The codes of one class: modifiers that make a subcategory first, others on what it makes.

        A code that has a class of its own is left to it.
        """
        dotted = [one for one in applied if self._is_dotted(one)]
        others = [one for one in applied if not self._is_dotted(one)]
        for one in dotted or others:
            for position in self._positions.get(one.modifier, ()):
                made = self._modified(each, position)
                if made.code in self._classes or not _makes(one, position, before):
                    continue
                yield Piece(made.code, self._body(made), made.parents)
                if dotted:
                    mark = (one.modifier, position.code)
                    yield from self._made(made, others, (*before, mark))

    def _is_dotted(self, one: Applied) -> bool:
        positions = self._positions.get(one.modifier, ())
        return bool(positions) and all(each.code.startswith(".") for each in positions)

    def _modified(self, each: Class, position: Position) -> Class:
        return Class(
            each.code + position.code, "modified", position.usage or each.usage,
            f"{self._full_label(each)}, {position.label}", (each.code,), (), frozenset(),
            position.body,
        )  # fmt: skip


def _class(record: Element) -> Class:
    return Class(
        code=record.get("code", ""),
        kind=record.get("kind", ""),
        usage=record.get("usage", ""),
        label=preferred(record),
        parents=tuple(one.get("code", "") for one in record.iter("SuperClass")),
        modified=tuple(map(_applied, record.iter("ModifiedBy"))),
        excluded=frozenset(one.get("code", "") for one in record.iter("ExcludeModifier")),
        body=said(record),
    )


def _applied(modified: Element) -> Applied:
    valid = frozenset(one.get("code", "") for one in modified.iter("ValidModifierClass"))
    return Applied(modified.get("code", ""), valid or None)


def _position(record: Element) -> Position:
    notes = (
        one.get("value", "").split() for one in record.iter("Meta") if one.get("name") == AFTER
    )
    return Position(
        record.get("modifier", ""),
        record.get("code", ""),
        preferred(record),
        record.get("usage", ""),
        said(record),
        frozenset((note[0], note[1]) for note in notes if len(note) == 2),
    )


def _makes(one: Applied, position: Position, before: tuple[tuple[str, str], ...]) -> bool:
    is_valid = one.valid is None or position.code in one.valid
    return is_valid and position.not_after.isdisjoint(before)


def _properties(kind: str, usage: str) -> Iterator[Json]:
    if kind:
        yield {"code": "type", "valueCode": kind}
    if usage:
        yield {"code": "usage", "valueCode": usage}
    if kind in ("chapter", "block"):
        yield {"code": "notSelectable", "valueBoolean": True}


def _is_about(above: str, label: str) -> bool:
    """Whether a label names what the one above it is about, and so stands alone."""
    words = (word for word in normalize(above).split() if len(word) >= SHORT)
    subject = next(words, "")[:ALIKE]
    return any(word.startswith(subject) for word in normalize(label).split())
