"""What a StructureDefinition says of one element, as far as a check is compiled from it.

Read strictly: a definition comes from a package that somebody gave, and may be anything.
Source: R4 ElementDefinition (elementdefinition.html).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from hygie.fhir.definitions.invariants import BEST_PRACTICE
from hygie.fhir.definitions.model import Invariant
from hygie.fhir.validate.profiles import phrases
from hygie.refusal import Category, Phrase, Refused, refuse

Json = dict[str, Any]
UNDECLARED: Final = -1


class Extension(msgspec.Struct, frozen=True, rename="camel"):
    """One of those that say more of a rule."""

    url: str = ""
    value_boolean: bool = False


class Typed(msgspec.Struct, frozen=True, rename="camel"):
    code: str = ""
    profile: tuple[str, ...] = ()
    target_profile: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()
    versioning: str = ""


class Discriminator(msgspec.Struct, frozen=True):
    type: str
    path: str = "$this"


class Slicing(msgspec.Struct, frozen=True):
    discriminator: tuple[Discriminator, ...] = ()
    ordered: bool = False
    rules: str = "open"


class Constraint(msgspec.Struct, frozen=True):
    key: str
    severity: Literal["error", "warning"] = "error"
    human: str = ""
    expression: str = ""
    extension: tuple[Extension, ...] = ()

    def invariant(self, path: str) -> Invariant:
        """The rule, as what checks the base's own takes it."""
        best = any(e.url == BEST_PRACTICE and e.value_boolean for e in self.extension)
        expression = self.expression
        return Invariant(self.key, self.severity, self.human, expression, (path,), best)


class Said(msgspec.Struct, frozen=True, rename="camel"):
    """One ElementDefinition."""

    path: str
    slice_name: str = ""
    min: int = 0
    max: str = ""
    """Empty where it is not said."""
    type: tuple[Typed, ...] = ()
    slicing: Slicing | None = None
    binding: Json | None = None
    constraint: tuple[Constraint, ...] = ()
    max_length: int = UNDECLARED
    content_reference: str = ""
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """`fixedCode`, `patternCoding`, `minValueDate`… as they stand."""
    further: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """What extensions limit, by the name of the extension (`maxSize`), as it stands."""

    @property
    def maximum(self) -> int | None:
        """None: no limit that is known."""
        return int(self.max) if self.max.isascii() and self.max.isdigit() else None

    def value(self, stem: str) -> tuple[str, Any] | None:
        """Of `fixed`, `pattern`, `minValue`…: the type as in JSON (`Code`), and the value."""
        found = ((name[len(stem) :], v) for name, v in self.values.items() if name.startswith(stem))
        return next(found, None)


STEMS: Final = ("fixed", "pattern", "minValue", "maxValue")
CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
LIMITS: Final = frozenset({"maxSize", "maxDecimalPlaces", "minLength", "regex"})
"""Extensions of R4 that limit the values of an element."""


def read(elements: Any) -> list[Said]:
    """The elements of a snapshot. Refused where they are malformed."""
    if type(elements) is not list or not elements:
        raise unusable(phrases.NO_SNAPSHOT)
    return [_read(element) for element in elements]


def _read(element: Any) -> Said:
    try:
        said = msgspec.convert(element, Said)
    except msgspec.ValidationError:
        path = element.get("path") if type(element) is dict else ""
        raise unusable(phrases.MALFORMED, str(path)[:80]) from None
    stated = {name: v for name, v in element.items() if name.startswith(STEMS)}
    further = dict(_further(element.get("extension")))
    if not stated and not further:
        return said
    return msgspec.structs.replace(said, values=stated, further=further)


def _further(extensions: Any) -> Iterator[tuple[str, Any]]:
    for extension in extensions if type(extensions) is list else ():
        url = extension.get("url") if type(extension) is dict else None
        name = url.removeprefix(CORE) if type(url) is str else ""
        if name in LIMITS:
            yield name, next((v for k, v in extension.items() if k.startswith("value")), None)


def unusable(reason: Phrase, where: str = "") -> Refused:
    """A profile that cannot be compiled: the reason, ready to raise."""
    fr, en = reason.fr.format(where=where), reason.en.format(where=where)
    return refuse(Category.UNPROCESSABLE, "profile.unusable", Phrase(fr, en), code="invalid")
