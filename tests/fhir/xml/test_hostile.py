"""Documents that mean harm, or are broken, end in an issue with its line and column."""

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.xml import read_xml
from hygie.limits import MAX_ISSUES
from hygie.refusal import Issue

XMLNS = 'xmlns="http://hl7.org/fhir"'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
EXTERNAL = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def fatal(raw: bytes) -> Issue:
    resource, issues = read_xml(raw, r4())
    assert resource is None
    assert issues[-1].severity == "fatal"
    assert issues[-1].text("fr")
    return issues[-1]


def place(raw: bytes) -> tuple[str, str, str]:
    issue = fatal(raw)
    return issue.rule, issue.details["line"], issue.details["column"]


@pytest.mark.parametrize("doctype", [LAUGHS, EXTERNAL, "<!DOCTYPE Patient>"])
def test_document_types(doctype: str) -> None:
    """Danger: entities that grow without end, or that read files of the server."""
    raw = f"{doctype}<Patient {XMLNS}><gender value='&b;'/></Patient>"
    assert place(raw.encode())[:2] == ("xml.doctype", "1")


@pytest.mark.parametrize(
    ("raw", "line", "column"),
    [
        (b"<Patient>\n</Patent>", "2", "3"),
        (b'<Patient xmlns="http://hl7.org/fhir">\n  <a value="&eacute;"/></Patient>', "2", "3"),
        (b"<Patient", "1", "1"),
        (b"<Patient/>\n<Patient/>", "2", "1"),
        (b"<f:Patient/>", "1", "1"),
        (b"<Patient a='1' a='2'/>", "1", "16"),
        (b'{"resourceType": "Patient"}', "1", "1"),
        (b"<Patient>\x00</Patient>", "1", "10"),
    ],
)
def test_not_well_formed(raw: bytes, line: str, column: str) -> None:
    """Danger: a supplier cannot find what to mend."""
    assert place(raw) == ("xml.syntax", line, column)


@pytest.mark.parametrize("raw", [b"", b" \n", codecs.BOM_UTF8], ids=["nothing", "space", "mark"])
def test_nothing(raw: bytes) -> None:
    """Danger: an empty file passes for a resource."""
    assert fatal(raw).rule == "xml.empty"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("head", [b"", b'<?xml version="1.0" encoding="utf-8"?>'])
def test_utf_8(mark: bytes, head: bytes) -> None:
    """Danger: what Windows writes before a document makes it unreadable."""
    text = f'<Patient {XMLNS}><name><family value="É"/></name></Patient>'
    resource, issues = read_xml(mark + head + text.encode(), r4())
    assert resource
    assert resource["name"] == [{"family": "É"}]
    assert issues == []


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1", "iso-8859-15", "windows-1252"])
def test_other_encodings_are_read_and_said(encoding: str) -> None:
    """Danger: accents of a name read wrong from an older export."""
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = f'{declared}<Patient {XMLNS}><name><family value="É"/></name></Patient>'
    resource, issues = read_xml(text.encode(encoding), r4())
    assert resource
    assert resource["name"] == [{"family": "É"}]
    assert [(issue.severity, issue.rule) for issue in issues] == [("information", "xml.encoding")]


@pytest.mark.parametrize(
    "raw",
    [
        b'<?xml version="1.0" encoding="EBCDIC"?><Patient/>',
        b'<?xml version="1.0" encoding="utf-16"?><Patient/>',
        codecs.BOM_UTF8 + b'<?xml version="1.0" encoding="latin1"?><Patient/>',
        '<?xml version="1.0" encoding="utf-8"?><Patient/>'.encode("utf-16"),
    ],
)
def test_encodings_that_lie(raw: bytes) -> None:
    """Danger: two readers read two names in one document."""
    assert place(raw) == ("xml.encoding", "1", "31")


def test_broken_bytes_are_an_error_and_the_rest_is_read() -> None:
    """Danger: one byte of Latin-1 hides all the other faults of a document."""
    text = f'<Patient {XMLNS}>\n<name><family value="?"/></name><gendre value="a"/></Patient>'
    raw = text.encode().replace(b"?", b"\xc9")
    resource, issues = read_xml(raw, r4())
    assert resource
    broken = issues[-1]
    assert (broken.severity, broken.rule) == ("error", "xml.encoding")
    assert (broken.details["line"], broken.details["column"]) == ("2", "22")
    assert issues[0].rule == "structure.unknown-element"


def test_extensions_nested_500_deep() -> None:
    """Danger: nesting that exhausts the stack of what comes after."""
    opened = '<extension url="a">' * 500
    raw = f"<Patient {XMLNS}>{opened}{'</extension>' * 500}</Patient>"
    assert fatal(raw.encode()).rule == "xml.depth"


@pytest.mark.parametrize("name", ["div", "unknown"])
def test_what_is_passed_over_is_bounded_too(name: str) -> None:
    """Danger: a narrative whose nesting exhausts the stack of its readers."""
    inside = f'<{name} xmlns="http://www.w3.org/1999/xhtml">' + "<p>" * 500 + "</p>" * 500
    raw = f"<Patient {XMLNS}><text>{inside}</{name}></text></Patient>"
    assert fatal(raw.encode()).rule == "xml.depth"


def test_more_faults_than_are_said() -> None:
    """Danger: an issue for each of a million faults."""
    raw = f"<Patient {XMLNS}>{'<a/>text<?a?>' * 10_000}</Patient>"
    resource, issues = read_xml(raw.encode(), r4())
    assert resource == {"resourceType": "Patient"}
    assert len(issues) == MAX_ISSUES + 1
    assert issues[-1].rule == "structure.more"


def test_too_large() -> None:
    """Danger: memory for a document that no one would read."""
    resource, issues = read_xml(b"<Patient/>" * 10, r4(), limit=99)
    assert (resource, issues[0].rule) == (None, "xml.size")


def test_time_follows_size() -> None:
    """Danger: quadratic time on a list of 50,000 primitives, each with a sibling."""
    inside = '<given id="a" value="b"/>' * 50_000
    raw = f"<Patient {XMLNS}><name>{inside}</name></Patient>"
    start = time.process_time()
    resource, issues = read_xml(raw.encode(), r4())
    assert time.process_time() - start < 10
    assert issues == []
    assert resource
    assert len(resource["name"][0]["_given"]) == 50_000


PIECES = st.sampled_from(
    [
        f"<Patient {XMLNS}>", "</Patient>", "<name>", "</name>", '<given value="a"/>', "<given>",
        "</given>", '<extension url="u">', "</extension>", "<text>", "</text>", "</div>", "<div>",
        '<div xmlns="http://www.w3.org/1999/xhtml">', "<contained>", "</contained>", "<Basic>",
        "</Basic>", "&amp;", "&#0;", "<![CDATA[", "]]>", "<!--", "-->", "<?a", "?>", "\ud800", "é",
        '<valueDecimal value="1e400"/>', "<f:a xmlns:f='http://hl7.org/fhir'>", "</f:a>", "'", '"',
        '<?xml version="1.0" encoding="latin1"?>', "<!DOCTYPE a>", "\ufeff", "<h:div/>",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=24).map("".join))
def test_any_pieces(text: str) -> None:
    """Danger: a document that ends in an exception instead of an issue."""
    resource, issues = read_xml(text.encode(errors="surrogatepass"), r4())
    assert resource is not None or issues


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    """Danger: the same, of bytes."""
    resource, issues = read_xml(b"<Patient " + XMLNS.encode() + b">" + raw, r4())
    assert resource is not None or issues


XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
NARRATIVE = f"<contained><Patient><text><div {XHTML}>a0:</div></text></Patient></contained>"
PREFIXES = " ".join(f'xmlns:a{number}="u"' for number in range(3_000))


@pytest.mark.parametrize(
    "declared", [PREFIXES, f'xmlns:a0="{"u" * 50_000}"'], ids=["many prefixes", "a long name"]
)
def test_namespaces_for_each_narrative(declared: str) -> None:
    """Danger: half a megabyte keeps a processor busy for twenty seconds, or becomes a gigabyte."""
    began = time.process_time()
    raw = f"<Patient {XMLNS} {declared}>{NARRATIVE * 1_000}</Patient>"
    assert place(raw.encode())[0] == "xml.namespaces"
    assert time.process_time() - began < 1


def test_namespaces_one_after_the_other_are_no_fault() -> None:
    """Danger: a document whose elements each declare their own is refused."""
    names = "".join(f'<contact xmlns:a{number}="u"/>' for number in range(100))
    resource, _ = read_xml(f"<Patient {XMLNS}>{names}</Patient>".encode(), r4())
    assert resource is not None
