"""Every code system, value set and concept map that is known, whatever brought it."""

from collections.abc import Iterable, Iterator

from hygie.fhir.packages import Library
from hygie.fhir.packages.definition import canonical_parts
from hygie.fhir.packages.versions import age
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.concept_map import ConceptMap
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.layers import Loose, Packaged
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.value_set import ValueSet
from hygie.fhir.terminology.versions import fits, is_exact


class Catalogue:
    """Finds definitions in layers: the first that has one wins, whatever the next hold.

    Without a version, the newest of that layer is meant; with one that has wildcards (`1.x`), the
    newest that fits. A system of which a layer says only that it exists (its content is "not
    present", or an example) does not hide one of the next layers that has its codes.
    Never changes once made; what it gives is the same object as long as the definition is.
    """

    def __init__(self, *layers: Layer) -> None:
        self._layers = layers

    @classmethod
    def of(cls, resources: Iterable[Json] = (), library: Library | None = None) -> "Catalogue":
        """Of loose resources before the packages of a library."""
        return cls(Loose(resources), *([Packaged(library)] if library else ()))

    def over(self, resources: Iterable[Json]) -> "Catalogue":
        """This one behind the resources that a request brings."""
        return Catalogue(Loose(resources), *self._layers)

    def system(self, url: str, version: str = "") -> CodeSystem | None:
        """None when it is not known; a supplement too is found by its own URL."""
        thin: CodeSystem | None = None
        for layer in self._layers:
            for found in self._systems(layer, url, version):
                if found.content not in ("not-present", "example"):
                    return found
                thin = thin or found
        return thin

    def supplements(self, url: str, version: str = "") -> Iterator[CodeSystem]:
        """Those known to add to a version of a system; of each, the first met."""
        seen = set()
        for found in (each for layer in self._layers for each in layer.supplements(url)):
            meant = canonical_parts(found.supplements)[1]
            if found.url not in seen and (not meant or not version or fits(meant, version)):
                seen.add(found.url)
                yield found

    def value_set(self, canonical: str, version: str = "") -> ValueSet | None:
        """Of `url` or `url|version`; None when it is not known."""
        url, named = canonical_parts(canonical)
        wanted = named or version
        for layer in self._layers:
            for exact in _fitting(layer, "ValueSet", url, wanted):
                if found := layer.value_set(url, exact):
                    return found
        return None

    def concept_maps(self) -> Iterator[ConceptMap]:
        """All; one that a layer has hides those of the same URL and version in the next.

        Cost: as many as there are.
        """
        seen: set[str] = set()
        for layer in self._layers:
            found = [each for each in layer.concept_maps() if each.canonical not in seen]
            yield from found
            seen.update(filter(None, (each.canonical for each in found)))

    def concept_map(self, canonical: str, version: str = "") -> ConceptMap | None:
        """The newest of `url` or `url|version`; None when it is not known."""
        url, named = canonical_parts(canonical)
        wanted = named or version
        found = [
            each
            for each in self.concept_maps()
            if each.url == url and (not wanted or fits(wanted, each.version))
        ]
        return max(found, key=lambda each: age(each.version), default=None)

    def system_of(self, value_set: str) -> str:
        """URL of the system that a value set is all of, as the system says; "" if none does."""
        return next(filter(None, (layer.system_of(value_set) for layer in self._layers)), "")

    def urls(self, kind: str) -> tuple[str, ...]:
        """Every canonical of a resource type that is known, sorted."""
        return tuple(sorted({url for layer in self._layers for url in layer.urls(kind)}))

    def versions(self, kind: str, url: str) -> tuple[str, ...]:
        """Those of any layer, oldest first; "" for a definition that has none."""
        known = {version for layer in self._layers for version in layer.versions(kind, url)}
        return tuple(sorted(known, key=lambda version: (age(version), version)))

    def _systems(self, layer: Layer, url: str, version: str) -> Iterator[CodeSystem]:
        for exact in _fitting(layer, "CodeSystem", url, version):
            if found := layer.system(url, exact):
                yield found


def _fitting(layer: Layer, kind: str, url: str, wanted: str) -> list[str]:
    """The versions that one layer has of what is wanted, newest first."""
    known = layer.versions(kind, url)
    if wanted and is_exact(wanted):
        return [wanted] if wanted in known else []
    fit = [version for version in known if not wanted or fits(wanted, version)]
    return sorted(fit, key=lambda version: (age(version), version), reverse=True)
