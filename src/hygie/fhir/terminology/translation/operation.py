"""ConceptMap/$translate (R4): Parameters with `result`, and a `match` for each code found."""

from hygie.fhir.packages.definition import canonical_parts
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking.languages import language_of
from hygie.fhir.terminology.concept_map import ConceptMap, products_of
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.translation import phrases
from hygie.fhir.terminology.translation.matching import Match, Matcher
from hygie.fhir.terminology.translation.scope import Scopes
from hygie.fhir.terminology.translation.wanted import Wanted, wanted_of
from hygie.refusal import Category


def translate(catalogue: Catalogue, asked: Asked) -> Json:
    """What codes become by the maps that apply: the one named, or all that go between what is
    asked.

    Refused: nothing to translate, a map that is named and not known. Asked in R5's words
    (`sourceCode`…), it is answered in them.
    """
    wanted = wanted_of(asked)
    if not wanted.codes:
        raise refuse_as(
            "invalid-data",
            phrases.NOTHING_TO_TRANSLATE,
            code="required",
            category=Category.INVALID,
        )
    matcher = Matcher(catalogue, wanted, Scopes(catalogue, asked))
    matches = matcher.matches(_candidates(catalogue, asked, wanted))
    result = any(match.is_one for match in matches)
    parameters: list[Json] = [{"name": "result", "valueBoolean": result}]
    if not result:
        parameters.append({"name": "message", "valueString": _message(asked, wanted)})
    parameters += [_shown(match, wanted) for match in matches]
    return {"resourceType": "Parameters", "parameter": parameters}


def _candidates(catalogue: Catalogue, asked: Asked, wanted: Wanted) -> list[ConceptMap]:
    if given := asked.resource("conceptMap", "ConceptMap"):
        return [ConceptMap(given)]
    if wanted.url:
        found = catalogue.concept_map(wanted.url, wanted.version)
        if found is None:
            raise refuse_as(
                "not-found",
                phrases.NO_MAP,
                code="not-found",
                category=Category.NOT_FOUND,
                url=f"{wanted.url}|{wanted.version}" if wanted.version else wanted.url,
            )
        return [found]
    known = catalogue.concept_maps()
    return [each for each in known if not each.is_retired and _applies(each, wanted)]


def _applies(each: ConceptMap, wanted: Wanted) -> bool:
    """Whether a map is between the value sets that are asked, where it and the request say so.

    Reversed, source and target change places (R4 $translate, `reverse`); R5 keeps them.
    """
    scopes = wanted.source, wanted.target
    source, target = scopes[::-1] if wanted.is_reverse and not wanted.is_r5 else scopes
    return _same_scope(source, each.source) and _same_scope(target, each.target)


def _same_scope(asked: str, of_map: str) -> bool:
    if not asked or not of_map:
        return True
    (url, version), (own_url, own_version) = canonical_parts(asked), canonical_parts(of_map)
    return url == own_url and (not version or not own_version or version == own_version)


def _message(asked: Asked, wanted: Wanted) -> str:
    phrase = phrases.NO_TRANSLATION
    template = phrase.fr if language_of(asked) == "fr" else phrase.en
    codes = ", ".join(f"{each.system}#{each.code}" for each in wanted.codes)
    return template.format_map({"codes": codes})


def _shown(match: Match, wanted: Wanted) -> Json:
    """R4 tells the map as `source`; R5 as `originMap`, and `source` is the code mapped from."""
    found = match.source if wanted.is_reverse and not wanted.is_r5 else match.target
    parts: list[Json] = []
    if match.equivalence:
        parts.append({"name": "equivalence", "valueCode": match.equivalence})
    if found:
        parts.append({"name": "concept", "valueCoding": found})
    for element, coding in products_of(match.detail):
        inner = [
            {"name": "element", "valueUri": element},
            {"name": "concept", "valueCoding": coding},
        ]
        parts.append({"name": "product", "part": inner})
    if wanted.is_r5 and wanted.is_reverse:
        parts.append({"name": "source", "valueCoding": match.source})
    if match.origin:
        name, kind = ("originMap", "valueCanonical") if wanted.is_r5 else ("source", "valueUri")
        parts.append({"name": name, kind: match.origin})
    return {"name": "match", "part": parts}
