"""The answer to a check, as Parameters: R4's of $validate-code, and those of the ecosystem."""

from collections.abc import Sequence
from typing import Final

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.checking import said_of_codes
from hygie.fhir.terminology.checking.checker import Checked
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.subject import Subject
from hygie.fhir.terminology.displaying import preferred
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.reading import Json

SAYS_INACTIVE: Final = ("", "inactive")
"""Statuses that add nothing to "inactive"."""


def answered(
    subject: Subject, checked: Sequence[Checked], findings: Findings, asked: Asked
) -> Json:
    """Result, the coding that it rests on, what is said, and systems that are not known."""
    good = [each for each in checked if each.answer is Membership.IN]
    _say_statuses(checked, findings)
    shown = next(iter(good or ([] if subject.is_concept else checked)), None)
    result = bool(good) and not findings.has_errors
    parameters: list[Json] = [{"name": "result", "valueBoolean": result}]
    if shown is not None:
        parameters += _of_coding(shown, asked)
    parameters += _unknown(checked, findings, is_valid=result)
    return said(parameters, subject, findings)


def said(parameters: list[Json], subject: Subject, findings: Findings) -> Json:
    """With the message, the issues and the concept that was asked about."""
    if message := findings.message():
        parameters.append({"name": "message", "valueString": message})
    if subject.json is not None:
        parameters.append({"name": "codeableConcept", "valueCodeableConcept": subject.json})
    if any(findings):
        parameters.append({"name": "issues", "resource": findings.outcome()})
    return {"resourceType": "Parameters", "parameter": parameters}


def _of_coding(shown: Checked, asked: Asked) -> list[Json]:
    coded, learned = shown.coded, shown.learned
    name = preferred(learned.names, asked.languages) or preferred(learned.names, ())
    found: list[tuple[str, str, str | bool]] = [
        ("system", "valueUri", coded.system),
        ("code", "valueCode", coded.code),
        ("version", "valueString", learned.version or coded.version),
        ("display", "valueString", name.value if name else ""),
    ]
    if learned.concept is not None and learned.concept.code != coded.code:
        found.append(("normalized-code", "valueCode", learned.concept.code))
    if learned.is_inactive:
        found.append(("inactive", "valueBoolean", True))
    if (learned.is_inactive and learned.status not in SAYS_INACTIVE) or _is_deprecated(shown):
        found.append(("status", "valueCode", learned.status))
    return [{"name": name, kind: value} for name, kind, value in found if value]


def _unknown(checked: Sequence[Checked], findings: Findings, *, is_valid: bool) -> list[Json]:
    """Systems that are not known: why there is no answer, or why it is "no"."""
    if is_valid:
        return []
    undecided = any(each.answer is not Membership.OUT for each in checked)
    name = "x-caused-by-unknown-system" if undecided else "x-unknown-system"
    return [{"name": name, "valueCanonical": canonical} for canonical in findings.unknown]


def _say_statuses(checked: Sequence[Checked], findings: Findings) -> None:
    """Says that codes are no longer for use, though they are what they are said to be."""
    for each in checked:
        learned, place = each.learned, each.coded.path or "code"
        if learned.is_inactive:
            plain = learned.status in SAYS_INACTIVE
            sentence = said_of_codes.INACTIVE if plain else said_of_codes.RETIRED
            status = learned.status or "inactive"
        elif _is_deprecated(each):
            sentence, status = said_of_codes.DEPRECATED, learned.status
        else:
            continue
        findings.say("warning", sentence, place, told=True, code=each.coded.code, status=status)


def _is_deprecated(each: Checked) -> bool:
    return each.learned.status.lower() == "deprecated"
