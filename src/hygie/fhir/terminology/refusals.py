"""Refusals of terminology, by the kinds that its ecosystem gives to problems."""

from collections.abc import Mapping
from typing import Final

from hygie.refusal import Category, Issue, Phrase, Refusal, Refused

TX_ISSUE: Final = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"
"""Kinds of problems with codes: `not-found`, `vs-invalid`, `invalid-display`… (HL7 tools)."""


def refuse_as(
    kind: str,
    phrase: Phrase,
    *,
    code: str,
    category: Category = Category.UNPROCESSABLE,
    location: str = "",
    details: Mapping[str, str] | None = None,
    **more: str,
) -> Refused:
    """A refusal of one issue, ready to raise; `kind` is a tx-issue-type, "" for none of them.

    `details` and `more` fill in the phrase.
    """
    issue = Issue(
        code=code,
        rule=f"terminology.{kind or code}",
        phrase=phrase,
        location=location,
        details={**(details or {}), **more},
        kind=(TX_ISSUE, kind) if kind else ("", ""),
    )
    return Refused(Refusal(category, (issue,)))
