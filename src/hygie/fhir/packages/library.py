"""The conformance resources that are known, several versions of each side by side."""

from collections.abc import Iterable

from hygie.fhir.packages.definition import Definition, canonical_parts


class Library:
    """Finds a conformance resource by its canonical URL. Grows only before it is shared."""

    def __init__(self, definitions: Iterable[Definition] = ()) -> None:
        self._found: dict[str, dict[str, list[Definition]]] = {}
        for definition in definitions:
            self.add(definition)

    def add(self, definition: Definition) -> None:
        """Of two with one kind, URL, version and package, the last is kept."""
        same = self._found.setdefault(definition.kind, {}).setdefault(definition.url, [])
        same[:] = [other for other in same if _identity(other) != _identity(definition)]
        same.append(definition)

    def find(self, kind: str, canonical: str, near: str = "") -> Definition | None:
        """The definition of a canonical, `url` or `url|version`; None when there is none.

        Without a version, that of package `near` and of its dependencies comes first, then the
        newest.
        """
        url, version = canonical_parts(canonical)
        found = self._found.get(kind, {}).get(url, [])
        if version:
            found = [definition for definition in found if definition.version == version]
        found = [definition for definition in found if definition.package == near] or found
        return found[-1] if found else None


def _identity(definition: Definition) -> tuple[str, str]:
    return definition.version, definition.package
