"""Whether a coding is in the value set that a question draws its answers from."""

from hygie.fhir.validate.context import Context, Membership
from hygie.fhir.validate.questionnaires.form import Form
from hygie.fhir.validate.questionnaires.reading import Json, objects, text

IN, OUT, UNKNOWN = Membership.IN, Membership.OUT, Membership.UNKNOWN


def membership(canonical: str, coding: Json, form: Form, context: Context) -> Membership:
    """Of a value set known by its canonical, or contained in the questionnaire (`#id`)."""
    if canonical.startswith("#"):
        value_set = form.contained.get(canonical[1:])
        return _contains(value_set, coding, form, context) if value_set else UNKNOWN
    return _known(canonical, coding, form, context)


def _known(canonical: str, coding: Json, form: Form, context: Context) -> Membership:
    if context.terms is None:
        return UNKNOWN
    system, code = text(coding.get("system")), text(coding.get("code"))
    return context.terms.member(canonical, system, code, form.package)


def _contains(value_set: Json, coding: Json, form: Form, context: Context) -> Membership:
    """By its compose, or by its expansion where it has none (R4 §4.9.5)."""
    compose = value_set.get("compose")
    if not isinstance(compose, dict):
        listed = _key(coding) in form.codes(value_set.get("expansion"))
        return IN if listed else OUT if "expansion" in value_set else UNKNOWN
    included = _any(compose.get("include"), coding, form, context)
    excluded = _any(compose.get("exclude"), coding, form, context)
    if included is OUT or excluded is IN:
        return OUT
    return UNKNOWN if UNKNOWN in (included, excluded) else IN


def _any(parts: object, coding: Json, form: Form, context: Context) -> Membership:
    found = [_included(part, coding, form, context) for _, part in objects(parts)]
    return IN if IN in found else UNKNOWN if UNKNOWN in found else OUT


def _included(part: Json, coding: Json, form: Form, context: Context) -> Membership:
    """A code is of a part when it is of its system and in each of the value sets it names."""
    found = [_listed(part, coding, form, context)] if "system" in part else []
    names = part.get("valueSet")
    for name in names if isinstance(names, list) else ():
        # one contained value set in another is not followed: they may go round in circles
        inner = text(name).startswith("#")
        found.append(UNKNOWN if inner else _known(text(name), coding, form, context))
    return OUT if OUT in found else UNKNOWN if UNKNOWN in found or not found else IN


def _listed(part: Json, coding: Json, form: Form, context: Context) -> Membership:
    """A coding without a system is told by its code alone."""
    system, code = text(part.get("system")), text(coding.get("code"))
    if text(coding.get("system")) not in ("", system):
        return OUT
    if "concept" in part:
        return IN if ("", code) in form.codes(part) else OUT
    if "filter" in part or context.terms is None:
        return UNKNOWN
    return context.terms.known(system, code, text(part.get("version")))


def _key(coding: Json) -> tuple[str, str]:
    return text(coding.get("system")), text(coding.get("code"))
