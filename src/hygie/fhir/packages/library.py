"""The conformance resources that are known, several versions of each side by side."""

from collections.abc import Iterable, Iterator

from hygie.fhir.packages.definition import Definition, canonical_parts
from hygie.fhir.packages.manifest import Manifest
from hygie.fhir.packages.shelf import Entry, Shelf
from hygie.fhir.packages.versions import age, matches

Place = tuple[str, str, Definition | tuple[Shelf, Entry]]
"""Version, package, and the definition or where it stands."""


class Library:
    """Finds a conformance resource by its canonical URL. Grows only before it is shared."""

    def __init__(
        self, definitions: Iterable[Definition] = (), shelves: Iterable[Shelf] = ()
    ) -> None:
        self._loose: dict[tuple[str, str], list[Definition]] = {}
        self._shelves: list[Shelf] = []
        self._packages: dict[str, Manifest] = {}
        self._places: dict[tuple[str, str], list[Place]] = {}
        self._ways: dict[str, list[str]] = {}
        for shelf in shelves:
            self.put(shelf)
        for definition in definitions:
            self.add(definition)

    def copy(self) -> "Library":
        """One that can grow without this one: it shares what both hold."""
        copied = Library(shelves=self._shelves)
        copied._packages = dict(self._packages)
        copied._loose = {key: list(same) for key, same in self._loose.items()}
        return copied

    def add(self, definition: Definition) -> None:
        """Of two with one kind, URL, version and package, the last is kept."""
        key = definition.kind, definition.url
        same = self._loose.setdefault(key, [])
        same[:] = [other for other in same if _identity(other) != _identity(definition)]
        same.append(definition)
        self._places.pop(key, None)

    def put(self, shelf: Shelf, manifest: Manifest | None = None) -> None:
        """Adds a package; of two with one name and version, the last is kept."""
        known = manifest or shelf.manifest
        self._shelves = [s for s in self._shelves if s.manifest.id != known.id] + [shelf]
        self.know(known)
        self._places.clear()

    def know(self, manifest: Manifest) -> None:
        """Says which package `near` names, for definitions that were added one by one."""
        self._packages[manifest.id] = manifest
        self._ways.clear()

    @property
    def packages(self) -> tuple[Manifest, ...]:
        """Those that are here, in the order in which they came."""
        return tuple(self._packages.values())

    def find(self, kind: str, canonical: str, near: str = "") -> Definition | None:
        """The definition of a canonical, `url` or `url|version`; None when there is none.

        A version may have wildcards (`1.2.x`). Of several, that of package `near` comes first,
        then that of the packages it depends on, nearest first, then the newest.
        """
        url, version = canonical_parts(canonical)
        places = self._at(kind, url)
        if version:
            exact = [place for place in places if place[0] == version]
            places = exact or [place for place in places if matches(version, place[0])]
        if not places:
            return None
        return _taken(places[-1] if len(places) == 1 or not near else self._nearest(places, near))

    def versions(self, kind: str, url: str) -> tuple[str, ...]:
        """The versions of a canonical that are here, oldest first."""
        return tuple(dict.fromkeys(version for version, _, _ in self._at(kind, url)))

    def urls(self, kind: str) -> tuple[str, ...]:
        """Every canonical URL of a resource type, sorted; nothing is decoded."""
        loose = {url for of_kind, url in self._loose if of_kind == kind}
        return tuple(sorted(loose.union(*(s.contents.get(kind, ()) for s in self._shelves))))

    def all(self, kind: str) -> Iterator[Definition]:
        """Every definition of a resource type, decoded one by one."""
        for url in self.urls(kind):
            yield from (_taken(place) for place in self._at(kind, url))

    def _at(self, kind: str, url: str) -> list[Place]:
        """Oldest version first; of one version, in the order in which they came."""
        key = kind, url
        places = self._places.get(key)
        if places is None:
            places = [
                (entry.version, shelf.manifest.id, (shelf, entry))
                for shelf in self._shelves
                for entry in shelf.versions(kind, url)
            ]
            places += [(d.version, d.package, d) for d in self._loose.get(key, ())]
            places.sort(key=lambda place: age(place[0]))
            if places:
                # What is not known is not remembered: names come from outside, without end.
                self._places[key] = places
        return places

    def _nearest(self, places: list[Place], near: str) -> Place:
        for package in self._way(near):
            for place in reversed(places):
                if place[1] == package:
                    return place
        return places[-1]

    def _way(self, near: str) -> list[str]:
        """A package and those it depends on, nearest first; cycles do no harm."""
        way = self._ways.get(near)
        if way is None:
            way = [near]
            for package in way:  # grows while it is walked
                known = self._packages.get(package)
                for name, wanted in known.dependencies.items() if known else ():
                    best = self._best(name, wanted)
                    if best and best not in way:
                        way.append(best)
            if near in self._packages:
                self._ways[near] = way
        return way

    def _best(self, name: str, wanted: str) -> str:
        """The newest package of a name that satisfies a dependency; "" when none does."""
        fit = [p for p in self._packages.values() if p.name == name and matches(wanted, p.version)]
        return max(fit, key=lambda package: age(package.version)).id if fit else ""


def missing_dependencies(library: Library) -> dict[str, tuple[str, ...]]:
    """Package -> what it depends on and is not here, `name#version` as it asks for it.

    Another version of what is asked for is not what is asked for: it is used, and named here.
    """
    missing = {}
    for package in library.packages:
        absent = tuple(
            f"{name}#{wanted}"
            for name, wanted in package.dependencies.items()
            if not any(p.name == name and matches(wanted, p.version) for p in library.packages)
        )
        if absent:
            missing[package.id] = absent
    return missing


def _taken(place: Place) -> Definition:
    held = place[2]
    return held if isinstance(held, Definition) else held[0].read(held[1])


def _identity(definition: Definition) -> tuple[str, str]:
    return definition.version, definition.package
