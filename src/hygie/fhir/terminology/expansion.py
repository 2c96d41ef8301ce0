"""The codes of a value set, listed (ValueSet/$expand, R4 §4.9.10)."""

from collections.abc import Iterator
from typing import Final

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.contains import Contents
from hygie.fhir.terminology.members import Members
from hygie.fhir.terminology.nesting import keeps_hierarchy, nested
from hygie.fhir.terminology.notes import Notes
from hygie.fhir.terminology.paging import Page, page_of
from hygie.fhir.terminology.parts import Composition, Parts, expansion_parameters
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.texts import Texts
from hygie.fhir.terminology.value_set import ValueSet
from hygie.refusal import Category

KEPT: Final = (
    "resourceType", "id", "meta", "language", "url", "identifier", "version", "name", "title",
    "status", "experimental", "date", "useContext", "jurisdiction", "immutable",
)  # fmt: skip
"""Elements of the definition that its expansion repeats, unless it is asked for whole."""

FLAGS: Final = (
    "excludeNested", "activeOnly", "includeDesignations", "includeDefinition", "excludeNotForUI",
    "excludePostCoordinated",
)  # fmt: skip
"""Parameters that the expansion repeats where the request gives them."""


def expand(
    catalogue: Catalogue,
    value_set: Json | None,
    asked: Asked,
    *,
    identifier: str = "",
    timestamp: str = "",
) -> Json:
    """The ValueSet with its expansion, in R4; `catalogue` has what the request brings in front.

    Of `value_set`, or where that is None of the one that the request brings (`valueSet`) or names
    (`url`, `valueSetVersion`). A page when `count` or `offset` asks for one; whole otherwise, and
    refused with what is known of the count beyond MAX_EXPANSION_CODES. With a text, the codes most
    like it come first. `identifier` (a URI) and `timestamp` are for who gives the answer
    away: R4 wants the second.

    Cost: of the codes up to the end of the page, and of counting MAX_COUNTED_CODES.
    """
    resolver = Resolver(catalogue, asked)
    subject = subject_of(resolver, value_set, asked)
    asked = asked.defaulting(expansion_parameters(subject))
    notes, contents = Notes(subject), Contents(asked)
    parts = Parts(resolver, asked, notes)
    composition = parts.of(subject)
    page, entries = _entries(Members(parts, asked), composition, asked, contents)
    resolver.check_supplements()
    notes.all.update(dict.fromkeys(resolver.ruled))
    echoed = _echoed(asked, merges=composition.merges)
    found = {
        "extension": [*notes.unclosed(), *contents.declarations()],
        "identifier": identifier,
        "timestamp": timestamp,
        "total": page.total,
        "offset": page.offset,
        "parameter": [*echoed, *notes.parameters()],
        "contains": entries,
    }
    expansion = {name: value for name, value in found.items() if value not in (None, "", [])}
    return {**_definition(subject, asked), "expansion": expansion}


def subject_of(resolver: Resolver, value_set: Json | None, asked: Asked) -> ValueSet:
    """The set that a request is about; refused when it names none, or one that is not known."""
    given = value_set or asked.resource("valueSet", "ValueSet")
    if given is not None:
        return ValueSet(given, holder=given)
    url, version = asked.text("url"), asked.text("valueSetVersion")
    if not url:
        raise refuse_as(
            "invalid-data",
            phrases.NOTHING_ASKED,
            code="required",
            category=Category.INVALID,
            expected="url, valueSet",
        )
    found = resolver.value_set(f"{url}|{version}" if version and "|" not in url else url)
    if found is None:
        raise refuse_as(
            "not-found",
            phrases.NO_VALUE_SET,
            code="not-found",
            url=f"{url}|{version}" if version else url,
        )
    return found


def _entries(
    members: Members, composition: Composition, asked: Asked, contents: Contents
) -> tuple[Page, list[Json]]:
    """The codes of the page as they are shown; below each other where the whole set is there."""
    texts = Texts(asked.text("filter"))
    page = page_of(members.of(composition.value_set, texts), composition, asked, texts)
    versioned = composition.versioned
    entries = [contents.show(m, with_version=m.system.url in versioned) for m in page.members]
    if page.is_whole and not asked.flag("excludeNested") and keeps_hierarchy(composition, texts):
        return page, nested(page.members, entries)
    return page, entries


def _definition(subject: ValueSet, asked: Asked) -> Json:
    if asked.flag("includeDefinition"):
        return {key: value for key, value in subject.resource.items() if key != "expansion"}
    return {key: subject.resource[key] for key in KEPT if key in subject.resource}


def _echoed(asked: Asked, *, merges: bool) -> Iterator[Json]:
    """The parameters that shaped the expansion, as they were asked for."""
    if merges:
        yield {"name": "versionsMatch", "valueBoolean": True}
    if text := asked.text("filter"):
        yield {"name": "filter", "valueString": text}
    if asked.display_language:
        yield {"name": "displayLanguage", "valueCode": asked.display_language}
    for designation in asked.texts("designation"):
        yield {"name": "designation", "valueString": designation}
    for system in asked.texts("exclude-system"):
        yield {"name": "exclude-system", "valueUri": system}
    for name in FLAGS:
        if (flag := asked.flag(name)) is not None:
            yield {"name": name, "valueBoolean": flag}
    for name in ("offset", "count"):
        if (number := asked.number(name)) is not None:
            yield {"name": name, "valueInteger": number}
