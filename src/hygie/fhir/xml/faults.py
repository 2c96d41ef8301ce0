"""What ends the reading of a document, as issues."""

from xml.parsers import expat

from hygie.fhir.xml import phrases
from hygie.refusal import Issue, Phrase


class UnreadableError(Exception):
    """Ends the reading: nothing of the document can be trusted."""

    def __init__(self, rule: str, phrase: Phrase, **details: str) -> None:
        super().__init__(rule)
        self.issue = Issue(
            severity="fatal", code="structure", rule=rule, phrase=phrase, details=details
        )


def malformed(error: expat.ExpatError) -> UnreadableError:
    """What expat refuses."""
    reason = phrases.REASONS.get(error.code, phrases.ANOTHER_REASON)
    details = {"line": str(error.lineno), "column": str(error.offset + 1)}
    return UnreadableError(
        "xml.syntax", phrases.NOT_WELL_FORMED, reason=reason.fr, reason_en=reason.en, **details
    )


def line_and_column(before: str) -> tuple[str, str]:
    """Of what comes after this text, from 1."""
    return str(before.count("\n") + 1), str(len(before) - before.rfind("\n"))
