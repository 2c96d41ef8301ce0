"""A Coding's system, code and display; a Quantity's unit (R4 §2.24.0.6, §2.24.0.10, §4.1.4)."""

import re
from typing import Any, Final

from hygie.fhir.path.items import UCUM
from hygie.fhir.terminology import Membership, SystemKind, Verdict
from hygie.fhir.validate.codings import phrases
from hygie.fhir.validate.codings.units import meant_unit
from hygie.fhir.validate.report import Place, Report, excerpt

ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:", re.ASCII)
Members = tuple[str, str, str, str]
"""System, code, display and version of a coding, "" for what it does not give."""


def check_code_of_coding(value: Any, place: Place, report: Report) -> None:
    """Reports a code that its system does not have, a system that is none, a wrong display.

    Nothing without terminologies. Cost when all is well: 0.3 µs.
    """
    terms = report.context.terms
    if terms is None:
        return
    get = value.get
    members = get("system", ""), get("code", ""), get("display", ""), get("version", "")
    try:
        verdict = terms.verdict(*members)
    except TypeError:  # an array or an object, which the structure's check has reported
        return
    if verdict is not None:
        _report(verdict, members, place, report)


def check_unit_of_quantity(value: Any, place: Place, report: Report) -> None:
    """Reports a code that is no unit of UCUM, or not of the system that is given."""
    terms = report.context.terms
    if terms is None or "code" not in value or "system" not in value:
        return
    members = value["system"], value["code"], "", ""
    try:
        verdict = terms.verdict(*members)
    except TypeError:
        return
    if verdict is not None:
        _report(verdict, members, place, report)


def _report(verdict: Verdict, members: Members, place: Place, report: Report) -> None:
    system, code, display, _ = members
    if not system:
        _no_system(code, place, report)
    elif verdict.kind in (SystemKind.WHOLE, SystemKind.PART):
        _report_code(verdict, members, (place, "code", -1), report)
        if verdict.displays:
            _display(verdict, code, display, (place, "display", -1), report)
    else:
        _report_system(verdict, system, (place, "system", -1), report)


def _no_system(code: str, place: Place, report: Report) -> None:
    found = excerpt(code)
    report.say("warning", "code-invalid", "coding.no-system", phrases.NO_SYSTEM, place, found=found)


def _report_code(verdict: Verdict, members: Members, place: Place, report: Report) -> None:
    system, code, _, _ = members
    found = excerpt(code)
    if verdict.code is Membership.OUT:
        if system == UCUM:
            _unit(code, place, report)
            return
        version = f" ({excerpt(verdict.version)})" if verdict.version else ""
        details = {"found": found, "system": excerpt(system), "version": version}
        phrase = phrases.FORM if verdict.kind is SystemKind.PART else phrases.UNKNOWN_CODE
        report.add("code-invalid", "coding.unknown-code", phrase, place, **details)
    if verdict.retired:
        report.say(
            "warning", "business-rule", "coding.retired", phrases.RETIRED, place, found=found
        )
    if verdict.abstract:
        report.say(
            "warning", "business-rule", "coding.abstract", phrases.ABSTRACT, place, found=found
        )


def _unit(code: str, place: Place, report: Report) -> None:
    meant = meant_unit(code)
    phrase = phrases.UNIT_MEANT if meant else phrases.UNIT
    details = {"found": excerpt(code), "meant": meant}
    report.add("code-invalid", "quantity.unit", phrase, place, **details)


def _display(verdict: Verdict, code: str, display: str, place: Place, report: Report) -> None:
    shown = ", ".join(f"« {excerpt(one)} »" for one in verdict.displays)
    report.say(
        "warning",
        "value",
        "coding.display",
        phrases.DISPLAY,
        place,
        found=excerpt(display),
        code=excerpt(code),
        displays=shown,
    )


def _report_system(verdict: Verdict, system: str, place: Place, report: Report) -> None:
    if ("system", system) in report.told:
        return
    found = excerpt(system)
    if verdict.kind is SystemKind.VALUE_SET:
        report.add("invalid", "coding.system-value-set", phrases.A_VALUE_SET, place, found=found)
    elif verdict.kind is SystemKind.SUPPLEMENT:
        report.add(
            "not-found", "coding.system-supplement", phrases.A_SUPPLEMENT, place, found=found
        )
    elif not ABSOLUTE.match(system):
        report.add("code-invalid", "coding.system-relative", phrases.RELATIVE, place, found=found)
    elif verdict.meant:
        details = {"found": found, "meant": excerpt(verdict.meant)}
        report.add("code-invalid", "coding.system-misspelt", phrases.MEANT, place, **details)
    else:
        report.told.add(("system", system))
        report.say(
            "information",
            "not-found",
            "coding.system-unknown",
            phrases.SYSTEM_UNKNOWN,
            place,
            found=found,
        )
