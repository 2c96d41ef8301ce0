"""$validate-code of value sets and of code systems, and of several codes at once."""

from collections.abc import Iterator
from typing import Final

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import said_of_requests
from hygie.fhir.terminology.checking.answer import answered, said
from hygie.fhir.terminology.checking.checker import Checker
from hygie.fhir.terminology.checking.findings import Findings, outcome_of, refusal
from hygie.fhir.terminology.checking.languages import check_languages, language_of
from hygie.fhir.terminology.checking.prepared import (
    Preparation,
    Prepared,
    UnknownImportError,
)
from hygie.fhir.terminology.checking.standing import say_standing
from hygie.fhir.terminology.checking.subject import Subject, subject_of_set, subject_of_system
from hygie.fhir.terminology.checking.systems import Systems
from hygie.fhir.terminology.expansion import subject_of
from hygie.fhir.terminology.parts import expansion_parameters
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, text
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.value_set import ValueSet
from hygie.limits import MAX_CODES_CHECKED_AT_ONCE
from hygie.refusal import Category, Refused

OVER_ALL: Final = ("validation", "tx-resource")
"""Parameters of a batch that are not for each of its validations."""


def validate_code(catalogue: Catalogue, asked: Asked) -> Json:
    """ValueSet/$validate-code (R4): Parameters with `result`, and what was found.

    Refused: nothing to check, a value set that is not known, or one that cannot be asked.
    """
    check_languages(asked)
    resolver = Resolver(catalogue, asked)
    value_set = subject_of(resolver, None, asked)
    subject = subject_of_set(asked)
    if subject is None:
        raise refusal(said_of_requests.NOTHING_TO_CHECK)
    asked = asked.defaulting(_said_by(value_set, asked))
    resolver.require(value_set)
    findings = Findings(language_of(asked))
    systems = Systems(resolver, asked, findings)
    try:
        prepared = Preparation(resolver).prepare(value_set)
    except UnknownImportError as unknown:
        findings.say("error", said_of_requests.UNKNOWN_VALUE_SET, value_set=str(unknown))
        return said([{"name": "result", "valueBoolean": False}], subject, findings)
    _use_supplements(resolver, prepared)
    say_standing(findings, value_set.resource, value_set.resource)
    checker = Checker(asked, systems, findings, prepared)
    return answered(subject, checker.check(subject), findings, asked)


def validate_code_of_system(catalogue: Catalogue, asked: Asked) -> Json:
    """CodeSystem/$validate-code (R4): whether codes are in a system."""
    check_languages(asked)
    subject = subject_of_system(asked)
    if subject is None or not subject.codings:
        raise refusal(said_of_requests.NOTHING_TO_CHECK, Category.INVALID)
    resolver = Resolver(catalogue, asked)
    findings = Findings(language_of(asked))
    systems = Systems(resolver, asked, findings)
    prepared = Preparation(resolver).prepare(_all_of(subject, asked))
    _use_supplements(resolver, prepared)
    checker = Checker(asked, systems, findings, prepared, is_of_system=True)
    return answered(subject, checker.check(subject), findings, asked)


def validate_codes(catalogue: Catalogue, asked: Asked) -> Json:
    """$batch-validate-code: each `validation` with the parameters of the whole; answers in order.

    What cannot be checked is answered with an OperationOutcome in its place.
    """
    each = asked.structures("validation")
    if len(each) > MAX_CODES_CHECKED_AT_ONCE:
        raise refusal(
            said_of_requests.TOO_MANY, Category.TOO_LARGE, limit=str(MAX_CODES_CHECKED_AT_ONCE)
        )
    answers = [_one(catalogue, asked.within(one, OVER_ALL)) for one in each]
    parameters = [{"name": "validation", "resource": answer} for answer in answers]
    return {"resourceType": "Parameters", "parameter": parameters}


def _one(catalogue: Catalogue, asked: Asked) -> Json:
    go_on()
    try:
        catalogue = catalogue.over(asked.resources) if asked.resources else catalogue
        is_of_set = asked.text("url") or asked.structure("valueSet") is not None
        return (validate_code if is_of_set else validate_code_of_system)(catalogue, asked)
    except Refused as refused:
        return outcome_of(refused, language_of(asked))


def _said_by(value_set: ValueSet, asked: Asked) -> Iterator[tuple[str, object]]:
    """What a set says of how it is to be used; its own language is that of displays, where the
    request asks for none."""
    yield from expansion_parameters(value_set)
    language = text(value_set.resource, "language")
    if language and not asked.display_language:
        yield "displayLanguage", language


def _all_of(subject: Subject, asked: Asked) -> ValueSet:
    """The set of all codes of the system that is asked, as it would be written."""
    first = subject.codings[0]
    given = asked.structure("codeSystem")
    url = asked.text("url") or text(given, "url") or first.system
    include = {"system": url}
    if version := asked.text("version") or text(given, "version"):
        include["version"] = version
    return ValueSet(
        {"resourceType": "ValueSet", "url": f"{url}/vs", "compose": {"include": [include]}}
    )


def _use_supplements(resolver: Resolver, prepared: Prepared) -> None:
    """Refuses when a supplement that is required adds to no system of the set."""
    if resolver.unmet():
        for each in prepared.includes:
            resolver.exact(each.part.system, each.part.version, prepared.value_set.resource)
        resolver.check_supplements()
