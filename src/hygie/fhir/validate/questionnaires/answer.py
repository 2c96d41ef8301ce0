"""One answer, as the checks of answers are handed it."""

from dataclasses import dataclass
from typing import Any

from hygie.fhir.validate.questionnaires.form import Form, Question
from hygie.fhir.validate.questionnaires.reading import shown
from hygie.fhir.validate.report import Place, Report
from hygie.refusal import Phrase, Severity


@dataclass(frozen=True, slots=True)
class Answer:
    """A value of the response, with the question that it answers."""

    question: Question
    type: str
    """As FHIRPath names it: `string`, `Coding`."""
    value: Any
    place: Place
    """Of the answer; the value stands within."""
    count: int
    """Of answers to the question, this one among them."""
    form: Form

    @property
    def where(self) -> Place:
        return (self.place, f"value.ofType({self.type})", -1)

    def refuse(self, report: Report, code: str, rule: str, phrase: Phrase, **details: str) -> None:
        """An error at the value. The sentence may use `question`, `found` and `type`."""
        self.say("error", report, code, rule, phrase, self.where, **details)

    def say(
        self,
        severity: Severity,
        report: Report,
        code: str,
        rule: str,
        phrase: Phrase,
        place: Place,
        /,
        **details: str,
    ) -> None:
        known = {"question": self.question.label, "found": shown(self.value), "type": self.type}
        rule = f"questionnaire.{rule}"
        report.say(severity, code, rule, phrase, place, **known, **details)
