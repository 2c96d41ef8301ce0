"""A document, element by element, into JSON.

Expat reads, with no document type and so without entities to expand; memory is that of the
document and of its JSON. What is wrong is said once, at its place, and kept out where JSON has no
place for it; only what is not well-formed XML, or no resource at all, ends the reading.
"""

from typing import Any, Final, NoReturn
from xml.parsers import expat

from hygie.fhir.definitions import Registry
from hygie.fhir.xml import phrases
from hygie.fhir.xml.encoding import Encoded, to_utf8
from hygie.fhir.xml.faults import UnreadableError, malformed
from hygie.fhir.xml.findings import Findings
from hygie.fhir.xml.frames import Frame
from hygie.fhir.xml.narrative import cut, missing_declarations
from hygie.fhir.xml.shapes import FHIR, SEPARATOR, XHTML, Shapes, Step, shapes_of
from hygie.limits import (
    MAX_JSON_DEPTH,
    MAX_RESOURCE_BYTES,
    MAX_XML_DEPTH,
    MAX_XML_PREFIXES,
    MAX_XML_REPEATED_BYTES,
)
from hygie.refusal import Issue, Phrase

Json = dict[str, Any]
XML_SPACE: Final = " \t\r\n"
ROOT: Final = Step("Resource", "Resource", 0, "container", "Resource", repeats=False)
"""What holds the root: any resource, as an entry of a bundle does."""


def read_xml(
    raw: bytes, registry: Registry, *, limit: int = MAX_RESOURCE_BYTES
) -> tuple[Json | None, list[Issue]]:
    """The resource in `raw` as `hygie.fhir.codec.decode` gives it, and what is wrong with the XML.

    None where it cannot be read, with a last issue that names the line and column, or the type
    that R4 does not have. Never raises for bad data. Values are not checked here: the check of
    the structure does that next. Source: R4 §2.6.1.
    """
    findings = Findings()
    try:
        return _read(raw, registry, limit, findings), findings.issues
    except UnreadableError as unreadable:
        return None, [*findings.issues, unreadable.issue]


def _read(raw: bytes, registry: Registry, limit: int, findings: Findings) -> Json | None:
    if len(raw) > limit:
        details = {"size": str(len(raw)), "limit": str(limit)}
        raise UnreadableError("xml.size", phrases.TOO_LARGE, **details)
    encoded = to_utf8(raw)
    if not encoded.raw.strip():
        raise UnreadableError("xml.empty", phrases.EMPTY)
    return _Reader(shapes_of(registry), encoded, findings).read()


class _Reader:
    """Builds one resource. Expat calls it for each tag and text."""

    def __init__(self, shapes: Shapes, encoded: Encoded, findings: Findings) -> None:
        self._shapes = shapes
        self._encoded = encoded
        self._findings = findings
        self._root = self._frame = Frame(None, ROOT, shapes.any_resource, -1)
        self._namespaces: dict[str, list[str]] = {}
        """Prefix -> the URIs it was declared for, the innermost last; those of this place."""
        self._repeated = 0
        self._leaf: Step | None = None
        """The primitive that was just opened with nothing but its value, as nearly all are: it
        needs no frame, unless something comes before its end."""
        self._passed = 0
        """Open elements of a narrative, or of what is passed over."""
        self._narrative = -1
        """Where the narrative that is being read starts, in bytes; -1 outside of one."""
        self._parser = expat.ParserCreate("utf-8", SEPARATOR)

    def read(self) -> Json | None:
        parser = self._parser
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._document_type
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartNamespaceDeclHandler = self._declare
        parser.EndNamespaceDeclHandler = self._forget
        self._attend()
        try:
            parser.Parse(self._encoded.raw, True)  # noqa: FBT003 - expat takes it by position
        except expat.ExpatError as error:
            raise malformed(error) from None
        self._findings.encoding(self._root, self._encoded)
        return self._root.members or None

    # --- elements -------------------------------------------------------------------------
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._leaf:
            self._open_leaf(self._leaf)
        frame = self._frame
        step = frame.shape.steps.get(name) or self._strange(name)
        if step is None:
            self._pass_over()
            return
        if step.position < frame.position:
            self._findings.order(frame, step)
        frame.position = step.position
        frame.after = step.name
        if step.kind == "resource":
            self._resource(step, attributes)
        elif not frame.accepts(step):
            self._findings.repeated(frame, step)
            self._pass_over()
        elif step.kind == "primitive":
            self._primitive(step, attributes)
        elif step.kind == "narrative":
            self._narrative = self._parser.CurrentByteIndex
            self._pass_over()
        else:
            self._object(step, attributes)

    def _primitive(self, step: Step, attributes: dict[str, str]) -> None:
        text = attributes.get("value")
        if text is not None:
            self._frame.keep(step, step.read(text) if step.read else text)
            if len(attributes) == 1:
                self._leaf = step
                return
        elif step.repeats:
            self._frame.keep(step, None)
        self._open_leaf(step)
        self._attributes(self._frame, attributes)

    def _open_leaf(self, step: Step) -> None:
        owner = self._frame
        index = owner.count(step) - 1 if step.repeats else -1
        self._frame = Frame(owner, step, self._shapes.primitive, index)
        self._leaf = None

    def _object(self, step: Step, attributes: dict[str, str]) -> None:
        owner = self._frame
        container = step.kind == "container"
        shape = self._shapes.any_resource if container else self._shapes.of(step.type_name)
        frame = Frame(owner, step, shape, owner.count(step))
        if frame.depth > MAX_JSON_DEPTH:
            self._too_deep()
        self._frame = frame
        owner.keep(step, frame.members)
        if attributes:
            self._attributes(frame, attributes)

    def _resource(self, step: Step, attributes: dict[str, str]) -> None:
        """The element of a resource, in what holds it."""
        container = self._frame
        if container.members:
            self._findings.repeated(container, step)
            self._pass_over()
            return
        frame = self._frame = Frame(container, step, self._shapes.of(step.type_name), -1)
        container.members["resourceType"] = step.name
        frame.members = container.members
        if attributes:
            self._attributes(frame, attributes)

    def _attributes(self, frame: Frame, attributes: dict[str, str]) -> None:
        for name, text in attributes.items():
            if name not in frame.shape.attributes:
                self._findings.attribute(frame, name)
            elif name != "value":
                frame.members[name] = text

    def _end(self, _name: str) -> None:
        if self._leaf:
            self._leaf = None
            return
        frame = self._frame
        owner = frame.parent
        if owner is None:
            raise ValueError("expat ended what it had not started")
        self._frame = owner
        if frame.ragged:
            frame.even()
        if frame.step.kind == "primitive":
            if frame.members:
                owner.keep_sibling(frame.step, frame.index, frame.members)
            else:
                owner.fill(frame.step, frame.index)

    def _text(self, text: str) -> None:
        if found := text.strip(XML_SPACE):
            if self._leaf:
                self._open_leaf(self._leaf)
            self._findings.text(self._frame, found)

    # --- what is passed over --------------------------------------------------------------
    def _pass_over(self) -> None:
        """Until the element that was just opened ends."""
        self._passed = 1
        self._parser.StartElementHandler = self._start_passed
        self._parser.EndElementHandler = self._end_passed
        self._parser.CharacterDataHandler = None

    def _attend(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def _start_passed(self, _name: str, _attributes: dict[str, str]) -> None:
        self._passed += 1
        if self._passed > MAX_XML_DEPTH:
            self._too_deep()

    def _end_passed(self, _name: str) -> None:
        self._passed -= 1
        if self._passed:
            return
        if self._narrative >= 0:
            self._frame.members["div"] = self._cut(self._narrative, self._parser.CurrentByteIndex)
            self._narrative = -1
        self._attend()

    def _cut(self, start: int, end: int) -> str:
        """The narrative between these bytes. What is declared above is repeated in each that needs
        it: without a bound, a short document grows to gigabytes."""
        outer = {prefix: uris[-1] for prefix, uris in self._namespaces.items()}
        missing = missing_declarations(self._encoded.raw, start, end, outer)
        self._repeated += len(missing)
        if self._repeated > MAX_XML_REPEATED_BYTES:
            self._unreadable("xml.namespaces", phrases.NAMESPACES)
        return cut(self._encoded.raw, start, end, missing)

    # --- namespaces -----------------------------------------------------------------------
    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self._namespaces.setdefault(prefix or "", []).append(uri or "")
        if len(self._namespaces) > MAX_XML_PREFIXES:
            self._unreadable("xml.namespaces", phrases.NAMESPACES)

    def _forget(self, prefix: str | None) -> None:
        declared = self._namespaces[prefix or ""]
        declared.pop()
        if not declared:
            del self._namespaces[prefix or ""]

    # --- faults ---------------------------------------------------------------------------
    def _strange(self, name: str) -> Step | None:
        """The step that was meant, in another namespace; None, said, when there is none."""
        frame = self._frame
        found, _, local = name.rpartition(SEPARATOR)
        for expected in (FHIR, XHTML):
            if step := frame.shape.steps.get(expected + SEPARATOR + local):
                self._findings.namespace(frame, step, found, expected, self._where())
                return step
        if frame.shape is self._shapes.any_resource:
            self._findings.unknown_resource(frame, local)
        else:
            self._findings.unknown_element(frame, local)
        return None

    def _instruction(self, target: str, _data: str) -> None:
        self._findings.instruction(self._frame, target)  # a leaf's counts for what holds it

    def _document_type(self, *_: object) -> NoReturn:
        self._unreadable("xml.doctype", phrases.DOCUMENT_TYPE)

    def _too_deep(self) -> NoReturn:
        self._unreadable("xml.depth", phrases.TOO_DEEP)

    def _unreadable(self, rule: str, phrase: Phrase) -> NoReturn:
        line, column = self._where()
        raise UnreadableError(rule, phrase, line=line, column=column)

    def _where(self) -> tuple[str, str]:
        """Line and column of what is being read."""
        return str(self._parser.CurrentLineNumber), str(self._parser.CurrentColumnNumber + 1)
