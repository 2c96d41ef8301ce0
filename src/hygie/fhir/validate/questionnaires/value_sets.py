"""Whether a coding is in the value set that a question draws its answers from."""

from hygie.fhir.validate.context import Context, Membership
from hygie.fhir.validate.questionnaires.form import Form
from hygie.fhir.validate.reading import Json, text


def membership(canonical: str, coding: Json, form: Form, context: Context) -> Membership:
    """Of a value set known by its canonical, or contained beside the questionnaire (`#id`)."""
    if context.terms is None:
        return Membership.UNKNOWN
    system, code = text(coding.get("system")), text(coding.get("code"))
    holder = form.holder if canonical.startswith("#") else None
    return context.terms.member(canonical, system, code, form.package, holder)
