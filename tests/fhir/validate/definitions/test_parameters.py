"""Guards value sets with parameters: a set that keeps nothing, whatever it is given."""

from typing import Any

from hygie.fhir.validate.definitions.parameters import EXPRESSION, PARAMETER, check_parameters
from hygie.fhir.validate.report import Report
from hygie.refusal import Issue


def said(declared: list[str], *expressions: str) -> list[Issue]:
    value_set: dict[str, Any] = {
        "extension": [
            {"url": PARAMETER, "extension": [{"url": "name", "valueCode": name}]}
            for name in declared
        ],
        "compose": {
            "include": [{}],
            "exclude": [
                {
                    "filter": [
                        {
                            "_value": {
                                "extension": [
                                    {"url": EXPRESSION, "valueExpression": {"expression": one}}
                                ]
                            }
                        }
                        for one in expressions
                    ]
                }
            ],
        },
    }
    report = Report()
    check_parameters(value_set, (None, "ValueSet", -1), report)
    assert all(issue.text("fr") and issue.text("en") for issue in report.issues)
    return report.issues


def test_a_parameter_that_is_declared_and_used_is_right() -> None:
    """A sound set refused; an expression of more than a name taken for one."""
    assert said([]) == []
    assert said(["unit"], "%unit") == []
    assert said([], "Patient.name", "%unit.exists()") == []


def test_an_undeclared_parameter_is_named_where_it_is_used() -> None:
    """A name that is misspelt, and a set that stays empty."""
    unknown, unused = said(["unit"], "%units")
    place = "ValueSet.compose.exclude[0].filter[0].value.extension[0].value.ofType(Expression)"
    assert (unknown.severity, unknown.location) == ("error", place)
    assert (unused.severity, unused.location) == ("warning", "ValueSet.extension[0]")


def test_what_is_not_of_the_form_is_left_to_the_structure() -> None:
    """A file that stops the validation of a whole folder."""
    report = Report()
    for wrong in (1, [1], {"include": [{"filter": [{"_value": 1}, {"_value": {"extension": 1}}]}]}):
        check_parameters({"compose": wrong, "extension": wrong}, (None, "ValueSet", -1), report)
    assert report.issues == []
