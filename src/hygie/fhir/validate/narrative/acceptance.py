"""XHTML narrative: one well-formed <div>, with nothing in it that acts (R4 §2.4.0, txt-1, txt-2).

Read by expat with no document type allowed, so that there are no entities to expand. Elements and
attributes are those of HTML 4.0 chapters 7–11 and 15, links and images: anything else is refused,
which leaves no script, form, frame, object, event handler or external style sheet.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple
from xml.parsers import expat

XHTML: Final = "http://www.w3.org/1999/xhtml"
XML: Final = "http://www.w3.org/XML/1998/namespace"
SEPARATOR: Final = " "
ROOT: Final = f"{XHTML} div"

ELEMENT_NAMES: Final = """
    div span h1 h2 h3 h4 h5 h6 address bdo
    em strong dfn code samp kbd var cite abbr acronym blockquote q sub sup p br pre ins del
    ul ol li dl dt dd
    table caption thead tfoot tbody colgroup col tr th td
    a img map area
    tt i b big small strike s u hr font center
"""
ATTRIBUTE_NAMES: Final = """
    id class style title lang dir
    cite datetime width height align valign char charoff span
    summary border frame rules cellspacing cellpadding bgcolor background
    abbr axis headers scope rowspan colspan nowrap compact start type value clear size color face
    noshade href name hreflang charset rel rev shape coords accesskey tabindex
    src alt longdesc usemap ismap nohref
"""
ELEMENTS: Final = frozenset(f"{XHTML} {name}" for name in ELEMENT_NAMES.split())
ATTRIBUTES: Final = frozenset(ATTRIBUTE_NAMES.split()) | {f"{XML} lang", f"{XML} space"}
PARAGRAPH: Final = f"{XHTML} p"
IMAGE: Final = f"{XHTML} img"
BLOCK_NAMES: Final = ("p", "div", "ul", "ol", "table", "blockquote")
BLOCKS: Final = frozenset(f"{XHTML} {name}" for name in BLOCK_NAMES)
"""What HTML does not allow within a paragraph: a browser ends the paragraph there."""
PLAIN: Final = ELEMENTS - BLOCKS - {IMAGE}
"""Allowed wherever they stand."""
LINKS: Final = frozenset({"href", "src", "cite", "longdesc", "background"})
INERT_STARTS: Final = ("http://", "https://", "#")
ACTIVE_SCHEMES: Final = ("javascript:", "vbscript:", "data:")
PLAIN_ATTRIBUTES: Final = ATTRIBUTES - LINKS - {"style"}
"""Whatever their value."""
IMAGE_DATA: Final = "data:image/"
ACTIVE_STYLES: Final = re.compile(r"expression\(|@import|behavior:|-moz-binding|script:|\\|/\*")
"""A background image is a style like another: whoever shows narratives forbids their fetching."""


class Reason(NamedTuple):
    """Why a narrative is refused, to end a sentence."""

    fr: str
    en: str


MALFORMED: Final = Reason("ce n’est pas du XML bien formé", "it is not well-formed XML")
DOCUMENT_TYPE: Final = Reason(
    "il ne déclare ni DOCTYPE, ni entité, ni instruction de traitement",
    "it has no DOCTYPE, entity or processing instruction",
)
NOT_A_DIV: Final = Reason(
    f'sa racine est un <div xmlns="{XHTML}">', f'its root is a <div xmlns="{XHTML}">'
)
FORBIDDEN_ELEMENT: Final = Reason(
    "il contient un élément interdit (script, formulaire, cadre, objet…)",
    "it has a forbidden element (script, form, frame, object…)",
)
FORBIDDEN_ATTRIBUTE: Final = Reason(
    "il contient un attribut interdit (événement « on… », style ou lien actif)",
    "it has a forbidden attribute (“on…” event, active style or link)",
)
BLOCK_IN_PARAGRAPH: Final = Reason(
    "un paragraphe <p> y contient un bloc (div, liste, tableau, paragraphe…)",
    "a paragraph <p> in it holds a block (div, list, table, paragraph…)",
)
EMPTY_LINK: Final = Reason("il contient un lien vide", "it has an empty link")
NO_CONTENT: Final = Reason("il ne contient ni texte ni image", "it has neither text nor image")


class _UnacceptableError(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


def is_narrative(text: str) -> bool:
    return refusal_reason(text) is None


def refusal_reason(text: str) -> Reason | None:
    """Why the narrative is not acceptable, or None when it is."""
    try:
        _Reader().read(text)
    except _UnacceptableError as unacceptable:
        return unacceptable.reason
    except (expat.ExpatError, UnicodeEncodeError):
        return MALFORMED
    return None


class _Reader:
    """One reading. Raises `_UnacceptableError` at the first thing that is not allowed.

    Expat calls only what may still find something: a call costs more than most elements.
    """

    def __init__(self) -> None:
        self._parser = parser = expat.ParserCreate("utf-8", SEPARATOR)
        self._content = False
        self._in_paragraph = False
        parser.StartElementHandler = self._root
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._document_type
        parser.EntityDeclHandler = self._document_type
        parser.ProcessingInstructionHandler = self._document_type

    def read(self, text: str) -> None:
        try:
            self._parser.Parse(text, True)  # noqa: FBT003 - expat takes it by position
        finally:
            del self._parser  # which holds this reader: a cycle would outlive its use
        if not self._content:
            raise _UnacceptableError(NO_CONTENT)

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        if name != ROOT:
            raise _UnacceptableError(NOT_A_DIV)
        self._parser.StartElementHandler = self._start
        self._start(name, attributes)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in PLAIN:
            self._look(name)
        if attributes:
            for attribute, value in attributes.items():
                if attribute not in PLAIN_ATTRIBUTES:
                    _check_attribute(attribute, value)

    def _look(self, name: str) -> None:
        """An element with a rule of its own, or one that is not allowed."""
        if name not in ELEMENTS:
            raise _UnacceptableError(FORBIDDEN_ELEMENT)
        if self._in_paragraph and name in BLOCKS:
            raise _UnacceptableError(BLOCK_IN_PARAGRAPH)
        if name == PARAGRAPH:
            self._in_paragraph = True
            self._parser.EndElementHandler = self._end
        elif name == IMAGE:
            self._content = True

    def _end(self, name: str) -> None:
        if name == PARAGRAPH:
            self._in_paragraph = False
            self._parser.EndElementHandler = None

    def _characters(self, text: str) -> None:
        if not text.isspace():
            self._content = True
            self._parser.CharacterDataHandler = None

    def _document_type(self, *_: object) -> None:
        raise _UnacceptableError(DOCUMENT_TYPE)


def _check_attribute(attribute: str, value: str) -> None:
    if attribute not in ATTRIBUTES or _acts(attribute, value):
        raise _UnacceptableError(FORBIDDEN_ATTRIBUTE)
    if attribute == "href" and not value.strip():
        raise _UnacceptableError(EMPTY_LINK)


def _acts(attribute: str, value: str) -> bool:
    """Whether a link or a style would make a browser run or fetch something by itself."""
    if attribute in LINKS:
        if value.startswith(INERT_STARTS):
            return False
        target = "".join(value.split()).lower()
        is_image = attribute == "src" and target.startswith(IMAGE_DATA)
        return target.startswith(ACTIVE_SCHEMES) and not is_image
    if attribute == "style":
        return _is_active(value)
    return False


@lru_cache(maxsize=256)
def _is_active(style: str) -> bool:
    """A publisher's few styles stand on thousands of elements."""
    return ACTIVE_STYLES.search("".join(style.split()).lower()) is not None
