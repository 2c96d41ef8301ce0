"""A questionnaire against those it derives from (derivedFrom; extension derivationType).

One that `extends` another may add items; one that `compliesWith` it may not; in both, a question
may ask less than in the other, never more. `inspiredBy` promises nothing.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from hygie.fhir.validate.questionnaires import form
from hygie.fhir.validate.questionnaires import form_phrases as phrases
from hygie.fhir.validate.questionnaires.form import Form, Question
from hygie.fhir.validate.questionnaires.reading import extension_values, key_of, shown
from hygie.fhir.validate.reading import Json, chosen, objects, text
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Phrase

TYPE: Final = "http://hl7.org/fhir/StructureDefinition/questionnaire-derivationType"
SYSTEM: Final = "http://hl7.org/fhir/questionnaire-derivationType"


class Base(NamedTuple):
    form: Form
    url: str
    closed: bool
    """Whether no items may be added."""


class Derivations:
    """What one questionnaire derives from; says what of it is not known."""

    def __init__(self, questionnaire: Json, place: Place, report: Report) -> None:
        self._report = report
        self._bases = list(self._read(questionnaire, place))

    def check(self, question: Question, place: Place) -> None:
        for base in self._bases:
            same = base.form.by_link.get(question.link_id)
            if same:
                _Comparison(question, same, base, place, self._report).run()
            elif base.closed:
                details = {"question": question.label, "base": excerpt(base.url)}
                rule, phrase = "questionnaire.derived-item", phrases.NOT_IN_BASE
                self._report.add("not-found", rule, phrase, place, **details)

    def _read(self, questionnaire: Json, place: Place) -> Iterator[Base]:
        urls = questionnaire.get("derivedFrom")
        beside = dict(objects(questionnaire.get("_derivedFrom")))
        for index, url in enumerate(urls if isinstance(urls, list) else ()):
            where = (place, "derivedFrom", index)
            definition = self._report.context.library.find("Questionnaire", text(url))
            if definition is None:
                self._doubt("derived-unknown", phrases.UNKNOWN_BASE, where, base=excerpt(url))
                continue
            way = self._way(beside.get(index), text(url), where)
            if way in ("extends", "compliesWith"):
                known_form = form.kept(definition.resource, definition.package)
                yield Base(known_form, text(url), way == "compliesWith")

    def _way(self, sibling: Any, url: str, place: Place) -> str:
        """How it derives; "" when nothing is to be compared."""
        values = extension_values(sibling, TYPE)
        if not values:
            self._doubt("derivation-type", phrases.NO_DERIVATION_TYPE, place, base=excerpt(url))
            return ""
        coding = values[0][1] if isinstance(values[0][1], dict) else {}
        way = text(coding.get("code")) if coding.get("system") == SYSTEM else ""
        if way not in ("extends", "compliesWith", "inspiredBy"):
            found = shown(coding)
            self._doubt("derivation-type", phrases.OTHER_DERIVATION_TYPE, place, found=found)
        return way

    def _doubt(self, rule: str, phrase: Phrase, place: Place, /, **details: str) -> None:
        rule = f"questionnaire.{rule}"
        self._report.say("warning", "business-rule", rule, phrase, place, **details)


class _Comparison:
    """One item with the same item of a questionnaire that this one derives from."""

    def __init__(
        self, question: Question, same: Question, base: Base, place: Place, report: Report
    ) -> None:
        self._item = question.item
        self._question = question
        self._same = same
        self._place = place
        self._report = report
        self._details = {"question": question.label, "base": excerpt(base.url)}

    def run(self) -> None:
        item, same = self._item, self._same
        if same.type and item.get("type") not in (None, same.type):
            found = {"found": excerpt(self._question.type), "expected": excerpt(same.type)}
            self._refuse(phrases.BASE_TYPE, (self._place, "type", -1), **found)
        if not same.repeats and self._question.repeats:
            self._refuse(phrases.BASE_REPEATS, (self._place, "repeats", -1))
        if same.required and item.get("required") is False:
            self._refuse(phrases.BASE_REQUIRED, (self._place, "required", -1))
        definition = text(same.item.get("definition"))
        if definition and item.get("definition") != definition:
            rule, phrase = "questionnaire.derived", phrases.BASE_DEFINITION
            details = {**self._details, "expected": excerpt(definition)}
            self._report.say("information", "business-rule", rule, phrase, self._place, **details)
        self._check_length()
        self._check_options()

    def _check_length(self) -> None:
        limit, length = self._same.item.get("maxLength"), self._item.get("maxLength")
        if isinstance(limit, int) and not (isinstance(length, int) and length <= limit):
            where = (self._place, "maxLength", -1) if "maxLength" in self._item else self._place
            self._refuse(phrases.BASE_LENGTH, where, expected=str(limit))

    def _check_options(self) -> None:
        """Options may be dropped, not added; a value set stays one."""
        listed, drawn = "answerOption" in self._item, "answerValueSet" in self._item
        replaced = self._same.options and (drawn or not listed)
        if replaced or ("answerValueSet" in self._same.item and listed):
            self._refuse(phrases.BASE_OPTIONS, self._place)
        elif self._same.options:
            for index, option in objects(self._item.get("answerOption")):
                value = chosen(option, "value")
                if value and key_of(value) not in self._same.option_keys:
                    where = (self._place, "answerOption", index)
                    self._refuse(phrases.BASE_OPTION, where, found=shown(value[1]))

    def _refuse(self, phrase: Phrase, place: Place, /, **details: str) -> None:
        rule = "questionnaire.derived"
        self._report.add("business-rule", rule, phrase, place, **self._details, **details)
