"""The conformance resources of R4, from the artefact built at installation."""

from functools import cache
from importlib import resources

from hygie.fhir.packages.library import Library
from hygie.fhir.packages.shelf import Shelf

ARTEFACT = "r4.lib"


@cache
def base_shelf() -> Shelf:
    """R4's own package, opened once (a few milliseconds); definitions are decoded when asked."""
    return Shelf(resources.files(__package__).joinpath(ARTEFACT).read_bytes())


@cache
def base_library() -> Library:
    """What is known before any package is added. Shared: to add to it, take a `copy`."""
    return Library(shelves=(base_shelf(),))
