"""Guards prefetch templates: they read what they say, and nothing by the way."""

import pytest

from hygie.exchange.hooks.filling import Wanted, read_template
from hygie.refusal import Refused

TOKENS = {"context.patientId": "p1", "context.userId": "Practitioner/dr", "context.encounterId": ""}


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("Patient/{{context.patientId}}", Wanted("Patient", id="p1")),
        ("{{context.userId}}", Wanted("Practitioner", id="dr")),
        (
            "Observation?patient={{ context.patientId }}&category=laboratory",
            Wanted("Observation", query="patient=p1&category=laboratory"),
        ),
    ],
)
def test_templates_are_read(template: str, wanted: Wanted) -> None:
    """Guards: a service that is sent nothing of what it asked for."""
    assert read_template(template, TOKENS) == wanted


@pytest.mark.parametrize(
    "template",
    [
        "", "Patient", "Patient/", "Patient/p1/_history", "Patient/p1/$everything", "$export",
        "https://other.example/Patient/p1", "../Patient/p1", "Patient/{{context.medication.id}}",
        "Encounter/{{context.encounterId}}", "Patient/{{context}}", "patient/p1", "Patient?",
        "Patient/p1\nX: y", "Observation?" + "x" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_template_is_refused(template: str) -> None:
    """Guards: operations, other servers, and half-filled searches that find everybody."""
    with pytest.raises(Refused, match="template"):
        read_template(template, TOKENS)
