"""XML of any length, record by record: what lies right under the root, each as a small tree.

Expat reads, with no document type of the file's own and so without entities to expand; a DTD that
is only named is never fetched. Memory is that of one record.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from hygie.limits import MAX_XML_DEPTH
from hygie.limits.nomenclatures import MAX_NOMENCLATURE_RECORD_BYTES
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import at, fault
from hygie.nomenclature.loading.given import File

BLOCK: Final = 64 * 1024
SEPARATOR: Final = "}"
"""Between a namespace and a name; ElementTree writes `{namespace}name`."""
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def records_of(file: File) -> Iterator[Element]:
    """The root, without its content; then each element in it, in order.

    Raises `Refused` for what is not well-formed, declares entities, or is deeper or longer than
    any concept.
    """
    reader = _Reader(file)
    with file.open() as stream:
        while block := stream.read(BLOCK):
            yield from reader.read(block)
        yield from reader.read(b"", last=True)


class _Reader:
    """Expat calls it for each tag and text."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._parser = parser = expat.ParserCreate(None, SEPARATOR)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._document_type
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._depth = 0
        self._began = 0
        self._fed = 0
        self._builder: TreeBuilder | None = None
        self._found: list[Element] = []

    def read(self, block: bytes, *, last: bool = False) -> list[Element]:
        """The records that end in a block."""
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            place = at(self._file.shown, error.lineno)
            reason = expat.ErrorString(error.code) or str(error.code)
            raise fault("nomenclature.xml", phrases.BAD_XML, place, reason=reason) from None
        self._fed += len(block)
        begun = self._began if self._depth > 1 else self._parser.CurrentByteIndex
        if self._fed - begun > MAX_NOMENCLATURE_RECORD_BYTES:
            raise self._too_long()
        found, self._found = self._found, []
        return found

    def _start(self, expanded: str, given: dict[str, str]) -> None:
        name, attributes = _named(expanded), {_named(key): text for key, text in given.items()}
        self._depth += 1
        if self._depth == 1:
            self._found.append(Element(name, attributes))
            return
        if self._depth == 2:
            self._builder = TreeBuilder()
            self._began = self._parser.CurrentByteIndex
        if self._depth > MAX_XML_DEPTH:
            raise self._too_long()
        if self._builder:
            self._builder.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._builder:
            self._builder.end(_named(name))
            if self._depth == 1:
                self._found.append(self._builder.close())
                self._builder = None

    def _text(self, text: str) -> None:
        if self._builder:
            self._builder.data(text)

    def _document_type(
        self, _name: str, _system: str | None, _public: str | None, has_own: int
    ) -> None:
        if has_own:
            self._entity()

    def _entity(self, *_: object) -> None:
        place = at(self._file.shown, self._parser.CurrentLineNumber)
        raise fault("nomenclature.entities", phrases.ENTITIES, place)

    def _too_long(self) -> Exception:
        limits = {"limit": str(MAX_NOMENCLATURE_RECORD_BYTES), "depth": str(MAX_XML_DEPTH)}
        place = at(self._file.shown, self._parser.CurrentLineNumber)
        return fault("nomenclature.record", phrases.LONG_RECORD, place, **limits)


def _named(expanded: str) -> str:
    return "{" + expanded if SEPARATOR in expanded else expanded
