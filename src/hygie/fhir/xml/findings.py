"""What is wrong in a document that can be read all the same, said at its place."""

from hygie.fhir.validate import faults
from hygie.fhir.validate.report import EnoughIssuesError, Place, Report, excerpt
from hygie.fhir.xml import phrases
from hygie.fhir.xml.encoding import UTF8, Encoded
from hygie.fhir.xml.frames import Frame
from hygie.fhir.xml.shapes import SEPARATOR, Step
from hygie.refusal import Issue, Phrase, Severity


class Findings:
    """Collects issues; beyond `MAX_ISSUES` the reading goes on and no more is said."""

    def __init__(self) -> None:
        self._report = Report()
        self._enough = False
        self._namespaces: set[str] = set()

    @property
    def issues(self) -> list[Issue]:
        return self._report.issues

    def attribute(self, frame: Frame, name: str) -> None:
        found = excerpt(name.rpartition(SEPARATOR)[2])
        self._say("error", "xml.attribute", phrases.ATTRIBUTE, frame.place(), found=found)

    def text(self, frame: Frame, text: str) -> None:
        self._say("error", "xml.text", phrases.TEXT, frame.place(), found=excerpt(text))

    def instruction(self, frame: Frame, target: str) -> None:
        found = excerpt(target)
        self._say("error", "xml.instruction", phrases.INSTRUCTION, frame.place(), found=found)

    def encoding(self, root: Frame, encoded: Encoded) -> None:
        name, encoding = str(root.members.get("resourceType", "Resource")), encoded.encoding
        place: Place = (None, name, -1)
        if encoded.broken:
            line, column = encoded.broken
            details = {"encoding": encoding, "line": line, "column": column}
            self._say("error", "xml.encoding", phrases.BYTES, place, **details)
        elif encoding != UTF8:
            self._say("information", "xml.encoding", phrases.NOT_UTF8, place, encoding=encoding)

    def order(self, frame: Frame, step: Step) -> None:
        """`step` was found after a child that the definition has later."""
        details = {"name": step.name, "after": frame.after}
        self._say("error", "xml.order", phrases.ORDER, _child(frame, step), **details)

    def repeated(self, frame: Frame, step: Step) -> None:
        place = _child(frame, step)
        self._say("error", "structure.maximum", phrases.REPEATED, place, name=step.name)

    def namespace(
        self, frame: Frame, step: Step, found: str, expected: str, where: tuple[str, str]
    ) -> None:
        """Said once for each: a whole document without a namespace is one fault."""
        if found not in self._namespaces:
            self._namespaces.add(found)
            details = {"name": step.name, "found": excerpt(found), "expected": expected}
            details["line"], details["column"] = where
            place = _child(frame, step)
            self._say("error", "xml.namespace", phrases.NAMESPACE, place, **details)

    def unknown_element(self, frame: Frame, name: str) -> None:
        if self._enough:
            return
        known = [step.name for step in frame.shape.steps.values()]
        place, report = frame.place(), self._report
        try:
            faults.unknown_element(name, known, frame.shape.type_name, place, report)
        except EnoughIssuesError:
            self._enough = True

    def unknown_resource(self, frame: Frame, name: str) -> None:
        if self._enough:
            return
        place: Place = frame.place() if frame.parent else (None, name, -1)
        known = [step.name for step in frame.shape.steps.values()]
        try:
            faults.unknown_type({"resourceType": name}, known, place, self._report)
        except EnoughIssuesError:
            self._enough = True

    def _say(
        self, severity: Severity, rule: str, phrase: Phrase, place: Place, /, **details: str
    ) -> None:
        if self._enough:
            return
        try:
            self._report.say(severity, "structure", rule, phrase, place, **details)
        except EnoughIssuesError:
            self._enough = True


def _child(frame: Frame, step: Step) -> Place:
    """The place of the element that was just met, before it is kept."""
    if frame.step.name == "Resource" and frame.parent is None:
        return (None, step.name, -1)
    return (frame.place(), step.place, frame.count(step))
