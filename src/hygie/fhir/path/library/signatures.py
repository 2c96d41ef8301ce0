"""The table of all functions: what the compiler, the checker and the interpreter go by."""

from collections.abc import Mapping
from typing import Final

from hygie.fhir.path.library import (
    aggregates,
    boundaries,
    collections,
    conversion,
    dates,
    encoding,
    iteration,
    mathematics,
    navigation,
    patterns,
    references,
    strings,
    terminology,
    types,
)
from hygie.fhir.path.library.signature import Signature

SIGNATURES: Final[Mapping[str, Signature]] = {
    signature.name: signature
    for module in (
        collections,
        iteration,
        types,
        navigation,
        references,
        terminology,
        conversion,
        strings,
        encoding,
        patterns,
        mathematics,
        boundaries,
        dates,
        aggregates,
    )
    for signature in module.FUNCTIONS
}
