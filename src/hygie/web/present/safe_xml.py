"""XML from outside, without the parts of XML that attack a parser.

A document type declaration is refused by the parser itself, whatever the encoding: without one
there are no entities to expand or to fetch.
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET
from xml.parsers import expat


class _DoctypeFoundError(Exception):
    pass


def parse_xml(raw: bytes) -> ET.Element | None:
    """The root element, names as `{namespace}name`; None for what is not plain XML."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda name, attributes: _start(builder, name, attributes)
    parser.EndElementHandler = lambda name: builder.end(_qualified(name))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - the signature of expat
        return builder.close()
    except (expat.ExpatError, _DoctypeFoundError, LookupError, ValueError):
        return None


def _start(builder: ET.TreeBuilder, name: str, attributes: Mapping[str, str]) -> None:
    builder.start(_qualified(name), {_qualified(key): value for key, value in attributes.items()})


def _qualified(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _refuse(*_: object) -> None:
    raise _DoctypeFoundError
