"""Refusals: a sentence in each language, nothing of the data in the exception's own text."""

from hygie.fhir.outcome import operation_outcome
from hygie.refusal import Category, Issue, Phrase, has_errors, refuse

PHRASE = Phrase(fr="La valeur « {value} » ne convient pas.", en="Value “{value}” does not fit.")


def test_an_issue_speaks_both_languages() -> None:
    """Guards: a refusal that its reader cannot understand."""
    issue = Issue(code="value", rule="r", phrase=PHRASE, details={"value": "x"})
    assert issue.text("fr") == "La valeur « x » ne convient pas."
    assert issue.text("en") == "Value “x” does not fit."


def test_braces_in_a_value_are_not_a_template() -> None:
    """Guards: a value from outside being interpreted by the formatter."""
    issue = Issue(code="value", rule="r", phrase=PHRASE, details={"value": "{value.__class__}"})
    assert "{value.__class__}" in issue.text("fr")


def test_the_exception_text_holds_no_data() -> None:
    """Guards: health data in a traceback or log."""
    refused = refuse(Category.INVALID, "some.rule", PHRASE, value="DUPONT")
    assert "DUPONT" not in str(refused)
    assert "some.rule" in str(refused)


def test_an_outcome_gives_place_rule_and_sentence() -> None:
    """Guards: a refusal that does not say where."""
    issue = Issue(code="value", rule="r", phrase=PHRASE, location="Patient.name[0]")
    outcome = operation_outcome([issue], "fr")
    assert outcome["issue"][0]["expression"] == ["Patient.name[0]"]
    assert outcome["issue"][0]["details"]["coding"][0]["code"] == "r"


def test_only_errors_count_as_errors() -> None:
    """Guards: a warning that refuses a resource."""
    warning = Issue(severity="warning", code="value", rule="r", phrase=PHRASE)
    assert not has_errors([warning])
    assert has_errors([warning, Issue(code="value", rule="r", phrase=PHRASE)])
