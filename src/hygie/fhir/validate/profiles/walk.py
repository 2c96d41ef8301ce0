"""What a profile says at the end of a discriminator's path, through the profiles of its types."""

from collections.abc import Callable, Iterator

from hygie.fhir.packages import canonical_parts
from hygie.fhir.validate.profiles.model import CORE, Said, Typed
from hygie.fhir.validate.profiles.paths import Step
from hygie.fhir.validate.profiles.tree import Spec, whole

Find = Callable[[str], Spec | None]
"""A canonical -> the tree of its snapshot; None where it is not known, or cannot be read."""


class Walk:
    def __init__(self, find: Find) -> None:
        self._find = find

    def at(self, slice_: Spec, path: tuple[Step, ...]) -> list[Spec]:
        """What is said of the items there: by the slice, and by the profiles of the types."""
        specs = [slice_]
        for step in path:
            specs = [found for spec in specs for found in self._step(spec, step)]
        return specs

    def _step(self, spec: Spec, step: Step) -> Iterator[Spec]:
        match step.kind:
            case "element":
                yield from self._children(spec, step.name)
            case "type":
                yield from self._of_type(spec, step.name)
            case "resolve":
                yield from self._targets(spec)
            case "extension":
                yield from self._extensions(spec, step.name)

    def _children(self, spec: Spec, name: str) -> Iterator[Spec]:
        for holder in (spec, *self._profiles(spec)):
            child = holder.children.get(name)
            if child is not None:
                yield child
                yield from (whole(s, child) for s in child.slices.values() if s.said.min > 0)

    def _profiles(self, spec: Spec) -> Iterator[Spec]:
        """What its one profile says of its type."""
        urls = [url for type_ in spec.said.type for url in type_.profile]
        found = self._find(urls[0]) if len(urls) == 1 else None
        if found is not None:
            yield found

    def _of_type(self, spec: Spec, name: str) -> Iterator[Spec]:
        if name in codes_of(spec) or not spec.said.type:
            yield spec
        yield from (whole(s, spec) for s in spec.slices.values() if name in codes_of(s))

    def _targets(self, spec: Spec) -> Iterator[Spec]:
        """The resource that a reference names, as an element that has the targets for types."""
        urls = [url for type_ in spec.said.type for url in type_.target_profile]
        types = tuple(self._typed(url) for url in urls)
        if types:
            yield Spec(Said(path="resolve()", type=types))

    def _typed(self, url: str) -> Typed:
        found = self._find(url)
        code = found.said.path if found else url.partition("|")[0].removeprefix(CORE)
        return Typed(code=code, profile=(url,))

    def _extensions(self, spec: Spec, url: str) -> Iterator[Spec]:
        holder = spec.children.get("extension")
        for slice_ in holder.slices.values() if holder else ():
            if url in (canonical_parts(profile)[0] for profile in profiles_of(slice_)):
                yield slice_
        definition = self._find(url)
        if definition is not None:
            yield definition


def codes_of(spec: Spec) -> list[str]:
    return [type_.code for type_ in spec.said.type if type_.code]


def profiles_of(spec: Spec) -> list[str]:
    """The profiles a value may follow; that of the type itself where none is named."""
    return [
        url
        for type_ in spec.said.type
        for url in (type_.profile or ((CORE + type_.code,) if type_.code else ()))
    ]
