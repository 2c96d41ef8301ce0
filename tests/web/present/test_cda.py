"""Guards against active or hostile content in documents from outside."""

import pytest

from hygie.web.present.cda import read_cda

HEAD = '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>T</title><component>'
TAIL = "</component></ClinicalDocument>"


def document(text: str) -> bytes:
    body = f"<structuredBody><component><section><title>S</title><text>{text}</text></section>"
    return (HEAD + body + "</component></structuredBody>" + TAIL).encode()


def test_narrative_becomes_text_in_order() -> None:
    """A paragraph out of its place changes what a letter says."""
    found = read_cda(
        document("Avant <content>mot</content><paragraph>un</paragraph>après<list><item>a</item>"
                 "<item>b</item></list><table><tr><th>CRP</th><td>184</td></tr></table>")
    )  # fmt: skip
    assert found is not None
    (section,) = found.sections
    assert [block.text for block in section.blocks if not block.rows] == [
        "Avant mot", "un", "après", "– a", "– b",
    ]  # fmt: skip
    assert section.blocks[-1].rows == (("CRP", "184"),)


def test_markup_of_the_document_never_survives() -> None:
    """A script in a letter would run in a clinician's session."""
    found = read_cda(document('<paragraph onclick="x">&lt;script&gt;a&lt;/script&gt;</paragraph>'))
    assert found is not None
    assert found.sections[0].blocks[0].text == "<script>a</script>"  # escaped when rendered


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    """Nested entities fill the memory; external ones read files."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert read_cda(f'<?xml version="1.0" encoding="{encoding}"?>{bomb}'.encode(encoding)) is None


@pytest.mark.parametrize("raw", [b"", b"<a/>", b"<ClinicalDocument/>", b"\xff\xfe", b"<a><b></a>"])
def test_what_is_no_cda_is_not_shown_as_one(raw: bytes) -> None:
    """A broken document must be offered as a file, not break the page."""
    assert read_cda(raw) is None


def test_an_enclosed_pdf_is_found() -> None:
    """Half of French documents are a PDF in a CDA."""
    raw = HEAD + '<nonXMLBody><text mediaType="application/pdf">JVBERg==</text></nonXMLBody>' + TAIL
    found = read_cda(raw.encode())
    assert found is not None
    assert (found.enclosed, found.enclosed_type) == (b"%PDF", "application/pdf")
