"""An answer to a question: its type, then what the question allows of it (R4 item-type)."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from hygie.fhir.validate.questionnaires import attachments, links, options, phrases, quantities
from hygie.fhir.validate.questionnaires.answer import Answer
from hygie.fhir.validate.questionnaires.bounds import check_bounds, check_decimals
from hygie.fhir.validate.questionnaires.form import Form, Question
from hygie.fhir.validate.questionnaires.texts import check_code, check_text
from hygie.fhir.validate.reading import Json, chosen
from hygie.fhir.validate.report import Place, Report

Checks = tuple[Callable[[Answer, Report], None], ...]
NUMBER: Final[Checks] = (check_bounds, check_decimals, options.check_listed)
MOMENT: Final[Checks] = (check_bounds, options.check_listed)
WORDS: Final[Checks] = (check_text, check_code, options.check_listed)
CHOICE: Final = frozenset({"Coding", "string", "integer", "date", "time", "Reference"})


class Kind(NamedTuple):
    """What is asked of the answers to one type of question."""

    types: frozenset[str]
    checks: Checks


KINDS: Final[Mapping[str, Kind]] = {
    "boolean": Kind(frozenset({"boolean"}), ()),
    "decimal": Kind(frozenset({"decimal"}), NUMBER),
    "integer": Kind(frozenset({"integer"}), NUMBER),
    "date": Kind(frozenset({"date"}), MOMENT),
    "dateTime": Kind(frozenset({"dateTime"}), MOMENT),
    "time": Kind(frozenset({"time"}), MOMENT),
    "string": Kind(frozenset({"string"}), WORDS),
    "text": Kind(frozenset({"string"}), WORDS),
    "url": Kind(frozenset({"uri"}), (check_text,)),
    "attachment": Kind(frozenset({"Attachment"}), (attachments.check_attachment,)),
    "reference": Kind(frozenset({"Reference"}), (links.check_reference,)),
    "quantity": Kind(frozenset({"Quantity"}), (quantities.check_quantity,)),
    "choice": Kind(CHOICE, (options.check_choice,)),
    "open-choice": Kind(CHOICE, (options.check_choice,)),
}
TYPES: Final = frozenset(type_ for kind in KINDS.values() for type_ in kind.types)
"""What an answer may be at all; the structure's check refuses any other."""


def check_answer(
    answer: Json, question: Question, count: int, place: Place, form: Form, report: Report
) -> None:
    """One of `count` answers to a question."""
    kind, value = KINDS.get(question.type), chosen(answer, "value")
    if kind is None or value is None or value[0] not in TYPES:
        return
    given = Answer(question, *value, place, count, form)
    if value[0] not in kind.types:
        expected = ", ".join(sorted(kind.types))
        given.refuse(report, "value", "answer-type", phrases.ANSWER_TYPE, expected=expected)
        return
    for check in kind.checks:
        check(given, report)
