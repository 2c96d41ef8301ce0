"""The PDF writer keeps to the file structure of ISO 32000-1."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hygie.demo import pdf

LINES = st.lists(
    st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=60), max_size=130
)


@given(LINES)
def test_offsets_and_pages(lines: list[str]) -> None:
    """Guards against a document that viewers repair or refuse."""
    document = pdf.document(lines)
    assert document.startswith(b"%PDF-1.4\n")
    start = int(document.split(b"startxref\n")[1].split(b"\n")[0])
    assert document[start:].startswith(b"xref\n")
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n", document[start:]), start=1):
        assert document[int(offset) :].startswith(b"%d 0 obj\n" % number)
    pages = max(1, -(-len(lines) // pdf.LINES_A_PAGE))
    assert document.count(b"/Type /Page /Parent") == pages
    for length, stream in re.findall(
        rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", document, re.S
    ):
        assert int(length) == len(stream)


def test_text_is_shown_as_written() -> None:
    """Guards against accents lost and parentheses that end a string early."""
    document = pdf.document(["# Évolution", "(à suivre) \\ Œdème", "Şirin"])
    assert "Évolution".encode("cp1252") in document
    assert b"\\(\xe0 suivre\\) \\\\ \x8cd\xe8me" in document
    assert b"(Sirin)" in document
