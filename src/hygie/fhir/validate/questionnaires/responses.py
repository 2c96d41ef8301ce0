"""A QuestionnaireResponse against its questionnaire (R4 §5.4, questionnaireresponse.html).

Each item is looked at once, in the order of the document: a response of n items costs n.
"""

from typing import Final

from hygie.fhir.validate.questionnaires import phrases
from hygie.fhir.validate.questionnaires.answers import check_answer
from hygie.fhir.validate.questionnaires.bounds import LEAST_OFTEN, MOST_OFTEN
from hygie.fhir.validate.questionnaires.enabling import Enabling
from hygie.fhir.validate.questionnaires.finding import check_state, find_form
from hygie.fhir.validate.questionnaires.form import Form, Question
from hygie.fhir.validate.questionnaires.tree import Given, Level, read
from hygie.fhir.validate.reading import Json, text
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.limits import MAX_QUESTIONS_CHECKED
from hygie.refusal import Phrase, Severity

COMPLETE: Final = frozenset({"completed", "amended"})
"""States of a response in which what is required must be there."""
NO_ANSWER: Final = frozenset({"group", "question", "display"})
"""Types of items that are not answered; `question` is abstract in R4."""


def check_questionnaire_response(value: Json, place: Place, report: Report) -> None:
    """A response whose structure has been checked."""
    form = find_form(value, place, report)
    if form is None:
        return
    source = report.source
    url, version = text(form.resource.get("url")), text(form.resource.get("version"))
    report.source = f"{url}|{version}" if url and version else url or source
    try:
        check_state(value, form, place, report)
        _Checking(value, form, place, report).run()
    finally:
        report.source = source


class _Checking:
    def __init__(self, response: Json, form: Form, place: Place, report: Report) -> None:
        self._form = form
        self._report = report
        self._tree = read(response, form, place)
        self._enabling = Enabling(form, self._tree)
        self._spent = 0
        self._stopped = False
        complete = text(response.get("status")) in COMPLETE
        self._missing: Severity = "error" if complete else "warning"

    def run(self) -> None:
        for given in self._tree.items:
            if given.above:
                self._check_item(given, given.above)
            for level in given.levels:
                self._check_level(level)

    # --- one item ---------------------------------------------------------------------------
    def _check_item(self, given: Given, above: Given) -> None:
        question = given.question
        words = text(given.value.get("text"))
        if words and words not in question.texts:
            details = {
                "found": excerpt(words),
                "expected": excerpt(text(question.item.get("text"))),
            }
            self._fault("invalid", "text", phrases.OTHER_TEXT, given, **details)
        enabled = self._enabling.enabled(question, above)
        if enabled is False and (given.value.get("answer") or given.value.get("item")):
            self._fault("business-rule", "not-enabled", phrases.NOT_ENABLED, given)
        if question.type in NO_ANSWER:
            self._check_unanswered(given)
        else:
            self._check_answered(given, required=question.required and enabled is True)

    def _check_unanswered(self, given: Given) -> None:
        """A group or a text."""
        kind, items = given.question.type, given.value.get("item")
        if given.answers:
            if kind == "display":
                self._fault("structure", "display-answer", phrases.DISPLAY_ANSWERED, given)
            else:
                self._fault("structure", "group-answer", phrases.GROUP_ANSWERED, given)
        if kind == "display" and items:
            self._fault("structure", "display-item", phrases.DISPLAY_ITEMS, given)
        if kind == "group" and given.question.required and not items:
            self._lacks("group-empty", phrases.EMPTY_GROUP, given.question, given.place)

    def _check_answered(self, given: Given, *, required: bool) -> None:
        answers, question = given.answers, given.question
        if given.value.get("item"):
            self._fault("structure", "item-place", phrases.ITEMS_BESIDE_ANSWER, given)
        if not answers and required:
            self._lacks("required", phrases.NOT_ANSWERED, question, given.place)
        if len(answers) > 1 and not question.repeats:
            self._fault("invalid", "repeats", phrases.ANSWERS, given, count=str(len(answers)))
        for index, answer in answers:
            where = (given.place, "answer", index)
            check_answer(answer, question, len(answers), where, self._form, self._report)

    # --- items that stand together ------------------------------------------------------------
    def _check_level(self, level: Level) -> None:
        for link_id in level.unknown:
            details = {"found": excerpt(link_id)}
            rule = "questionnaire.link-id"
            self._report.add("not-found", rule, phrases.UNKNOWN_ITEM, level.place, **details)
        beside: dict[Question, list[Given]] = {}
        last = -1
        for given in level.items:
            if given.misplaced:
                self._stray("place", phrases.MISPLACED, given, level)
                continue
            if given.question.position < last:
                self._stray("order", phrases.OUT_OF_ORDER, given, level)
            last = given.question.position
            beside.setdefault(given.question, []).append(given)
        for question, items in beside.items():
            self._check_repetitions(question, items, level.place)
        self._check_absent(level, beside)

    def _check_repetitions(self, question: Question, items: list[Given], place: Place) -> None:
        details = {"question": question.label, "count": str(len(items))}
        if len(items) > 1 and not question.repeats:
            rule = "questionnaire.repeats"
            self._report.add("invalid", rule, phrases.REPEATED, place, **details)
        elif len(items) > 1 and question.type not in NO_ANSWER:
            rule = "questionnaire.repeated-item"
            self._report.say("warning", "structure", rule, phrases.APART, place, **details)
        is_group = question.type in NO_ANSWER
        count = len(items) if is_group else sum(len(given.answers) for given in items)
        where = items[0].place if len(items) == 1 else place
        details = {"question": question.label, "count": str(count)}
        minimum, maximum = question.whole(LEAST_OFTEN), question.whole(MOST_OFTEN)
        if minimum is not None and count < minimum:
            rule, details["limit"] = "questionnaire.minimum-occurs", str(minimum)
            self._report.say(self._missing, "required", rule, phrases.TOO_FEW, where, **details)
        if maximum is not None and count > maximum:
            rule, details["limit"] = "questionnaire.maximum-occurs", str(maximum)
            self._report.add("invalid", rule, phrases.TOO_MANY, where, **details)

    def _check_absent(self, level: Level, beside: dict[Question, list[Given]]) -> None:
        """What is required, enabled, and not there."""
        expected = level.given.question.required_children
        self._spent += len(expected)
        if self._spent > MAX_QUESTIONS_CHECKED:
            self._stop_looking(level.place)
            return
        for question in expected:
            if question not in beside and self._enabling.enabled(question, level.given):
                self._lacks("required", phrases.ABSENT, question, level.place)

    def _stop_looking(self, place: Place) -> None:
        if self._stopped:
            return
        self._stopped = True
        rule, limit = "questionnaire.too-costly", str(MAX_QUESTIONS_CHECKED)
        phrase = phrases.NOT_ALL_CHECKED
        self._report.say("warning", "too-costly", rule, phrase, place, limit=limit)

    # --- saying it ------------------------------------------------------------------------------
    def _fault(self, code: str, rule: str, phrase: Phrase, given: Given, /, **details: str) -> None:
        """An error at an item."""
        details["question"] = given.question.label
        self._report.add(code, f"questionnaire.{rule}", phrase, given.place, **details)

    def _stray(self, rule: str, phrase: Phrase, given: Given, level: Level) -> None:
        """An error about where an item stands."""
        details = {"question": given.question.label}
        self._report.add("structure", f"questionnaire.{rule}", phrase, level.place, **details)

    def _lacks(self, rule: str, phrase: Phrase, question: Question, place: Place) -> None:
        rule = f"questionnaire.{rule}"
        self._report.say(self._missing, "required", rule, phrase, place, question=question.label)
