"""The snapshot of any definition of a library: the one it came with, or one worked out here."""

from typing import Final
from weakref import WeakKeyDictionary

from hygie.fhir.packages.definition import Definition, Json, canonical_parts
from hygie.fhir.packages.library import Library
from hygie.fhir.packages.snapshots.faults import fault
from hygie.fhir.packages.snapshots.generating import generated
from hygie.fhir.packages.snapshots.phrases import (
    CYCLE,
    NO_BASE,
    NO_DIFFERENTIAL,
    OTHER_TYPE,
    TOO_FAR,
)
from hygie.fhir.packages.snapshots.shape import elements_of, require_form
from hygie.fhir.packages.snapshots.tree import Node, tree_of
from hygie.limits import MAX_PROFILE_BASES
from hygie.refusal import Refused

KIND: Final = "StructureDefinition"
Key = tuple[str, str, str]


def with_snapshot(definition: Definition, library: Library) -> Definition:
    """The definition with a snapshot whose members are of the types that R4 gives them.

    One that has a snapshot is returned as it is; else it is worked out once for each library, with
    what it starts from. Raises `Refused` when it cannot be.
    """
    return _snapshots_of(library).complete(definition)


def regenerated(definition: Definition, library: Library) -> Definition:
    """The definition with a snapshot made from its differential, whatever it came with."""
    return _snapshots_of(library).generated(definition)


class _Snapshots:
    """Those of one library, each worked out once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[Key, tuple[Json, Definition | Refused]] = {}
        self._trees: dict[Key, tuple[Json, Node]] = {}
        self._open: list[Key] = []
        """What is being worked out now, each for the sake of the one before it."""

    def complete(self, definition: Definition) -> Definition:
        key = _key(definition)
        found = self._known.get(key)
        # Two definitions may have one name: that of a file given by itself, and of a package.
        if found is None or found[0] is not definition.resource:
            found = self._known[key] = definition.resource, self._completed(definition)
        if isinstance(found[1], Refused):
            raise found[1]
        return found[1]

    def _completed(self, definition: Definition) -> Definition | Refused:
        try:
            require_form(definition)
            if elements_of(definition, "snapshot"):
                return definition
            return self.generated(definition)
        except Refused as refused:
            return refused

    def generated(self, definition: Definition) -> Definition:
        require_form(definition)
        if not elements_of(definition, "differential"):
            raise fault(definition, "differential", NO_DIFFERENTIAL)
        key = _key(definition)
        if key in self._open:
            raise fault(definition, "cycle", CYCLE)
        if len(self._open) >= MAX_PROFILE_BASES:
            raise fault(definition, "depth", TOO_FAR, limit=str(MAX_PROFILE_BASES))
        self._open.append(key)
        try:
            elements = generated(definition, self._base(definition), self)
        finally:
            self._open.pop()
        resource = {**definition.resource, "snapshot": {"element": elements}}
        return Definition(resource, definition.package)

    def tree(self, canonical: str, near: str) -> Node | None:
        """The tree of a type or profile; None when it is not known or cannot be worked out.

        Another version does where the one that is asked for is not here: the elements that a
        profile writes out are checked by that profile itself.
        """
        url, _ = canonical_parts(canonical)
        found = self._library.find(KIND, canonical, near) or self._library.find(KIND, url, near)
        try:
            return self._tree(found) if found else None
        except Refused:
            # What it is used for falls back on the type: the fault is told where it is asked for.
            return None

    def _base(self, definition: Definition) -> Node:
        said = definition.resource.get("baseDefinition") or ""
        found = self._library.find(KIND, said, definition.package)
        if found is None:
            raise fault(definition, "base", NO_BASE, base=said)
        root = self._tree(found)
        type_ = definition.resource["type"]
        if definition.resource.get("derivation") != "specialization" and (
            type_.rpartition("/")[2] != root.name
        ):
            raise fault(definition, "other-type", OTHER_TYPE, type=type_, base=root.name)
        return root

    def _tree(self, definition: Definition) -> Node:
        key = _key(definition)
        if key in self._trees and self._trees[key][0] is definition.resource:
            return self._trees[key][1]
        root = tree_of(elements_of(self.complete(definition), "snapshot"))
        self._trees[key] = definition.resource, root
        return root


def _key(definition: Definition) -> Key:
    return definition.url, definition.version, definition.package


def _snapshots_of(library: Library) -> _Snapshots:
    found = _SNAPSHOTS.get(library)
    if found is None:
        found = _SNAPSHOTS[library] = _Snapshots(library)
    return found


_SNAPSHOTS: Final[WeakKeyDictionary[Library, _Snapshots]] = WeakKeyDictionary()
