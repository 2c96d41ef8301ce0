"""Lines of text as PDF 1.4: Helvetica, A4, as many pages as the lines ask.

Only what a letter needs: no compression, no image; the bytes depend on the text alone. Characters
outside the PDF's Latin set lose their diacritics. Source: ISO 32000-1 §7.5, annex D.2.
"""

import unicodedata
from collections.abc import Sequence

LINES_A_PAGE = 50
_LEADING = 14
_TOP = 780
_LEFT = 64
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica%s /Encoding /WinAnsiEncoding >>"


def document(lines: Sequence[str]) -> bytes:
    """A PDF; a line that starts with `#` is a heading."""
    pages = [lines[i : i + LINES_A_PAGE] for i in range(0, len(lines), LINES_A_PAGE)] or [[]]
    first = 5
    kids = b" ".join(b"%d 0 R" % (first + 2 * rank) for rank in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        _FONT % b"",
        _FONT % b"-Bold",
    ]
    for rank, page in enumerate(pages):
        objects += _page(page, first + 2 * rank + 1)
    return _file(objects)


def _page(lines: Sequence[str], content: int) -> tuple[bytes, bytes]:
    drawn = b"\n".join(map(_line, lines))
    stream = b"BT\n%d TL\n%d %d Td\n%s\nET" % (_LEADING, _LEFT, _TOP, drawn)
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
        b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % content
    )
    return page, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)


def _line(text: str) -> bytes:
    heading = text.startswith("#")
    font = b"/F2 12 Tf" if heading else b"/F1 10 Tf"
    return b"%s (%s) Tj T*" % (font, _string(text.lstrip("# ") if heading else text))


def _string(text: str) -> bytes:
    try:
        encoded = text.encode("cp1252")
    except UnicodeEncodeError:
        encoded = b"".join(map(_character, text))
    return encoded.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _character(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFD", character)[:1]
        return plain.encode("cp1252", "replace")


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, objects, cross-reference table with the offset of each, trailer."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)
