"""The ids, links and language of a narrative, read without judging it."""

from typing import Final, NamedTuple
from xml.parsers import expat

XML: Final = "http://www.w3.org/XML/1998/namespace"
LINKS: Final = ("href", "src")
NAMES: Final = ("id", "name")
SEPARATOR: Final = " "


class Read(NamedTuple):
    """Empty for a text that is not well-formed."""

    names: frozenset[str]
    """What a link within the text can lead to: ids, and names of anchors."""
    links: tuple[str, ...]
    """Values of `href` and `src`, in order."""
    language: str
    """That of the root: of `lang`, or else `xml:lang`; "" when it says none."""


NOTHING: Final = Read(frozenset(), (), "")


def read(text: str) -> Read:
    names: set[str] = set()
    links: dict[str, None] = {}
    language: list[str] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        names.update(attributes[name] for name in NAMES if name in attributes)
        links.update((attributes[name], None) for name in LINKS if name in attributes)
        if not language:
            xml_language = attributes.get(f"{XML}{SEPARATOR}lang", "")
            language.append(attributes.get("lang") or xml_language)

    parser = expat.ParserCreate("utf-8", SEPARATOR)
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat takes its last argument by position
    except (expat.ExpatError, UnicodeEncodeError, ValueError):
        return NOTHING
    return Read(frozenset(names), tuple(links), language[0] if language else "")


def _refuse(*_: object) -> None:
    """A document type may hold entities that never end: it is read no further."""
    raise ValueError
