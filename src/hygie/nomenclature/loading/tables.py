"""Tables of text: lines and cells, in the encodings of those who publish them."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from hygie.limits.nomenclatures import MAX_NOMENCLATURE_LINE_CHARACTERS
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import at, fault
from hygie.nomenclature.loading.given import BLOCK, File

MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SEPARATORS: Final = ";\t,|"


class Row(NamedTuple):
    """One line of a table with a head."""

    line: int
    cells: Mapping[str, str]

    def cell(self, name: str) -> str:
        """A cell, without the space around it; "" where there is none."""
        return self.cells.get(name, "").strip()


def encoding_of(file: File) -> str:
    """By its mark; else UTF-8 if it is that to the end; else Windows-1252.

    One bad byte in a file of UTF-8 is refused at its line: read otherwise, every accent would be
    two wrong letters.
    """
    start = file.start(4)
    for mark, encoding in MARKS.items():
        if start.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, accents = 1, False
    with file.open() as stream:
        while True:
            block = stream.read(BLOCK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                if accents or not good.isascii():
                    place = at(file.shown, lines + good.count(b"\n"))
                    raise fault("nomenclature.encoding", phrases.MIXED_ENCODING, place) from None
                return _single_byte(file)
            if not block:
                return "utf-8"
            accents = accents or not text.isascii()
            lines += text.count("\n")


def _single_byte(file: File) -> str:
    decoder = codecs.getincrementaldecoder("cp1252")()
    with file.open() as stream:
        while block := stream.read(BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                shown = file.shown
                raise fault("nomenclature.encoding", phrases.UNKNOWN_ENCODING, shown) from None
    return "cp1252"


def lines_of(file: File, encoding: str) -> Iterator[str]:
    """Each with its end. Raises `Refused` for one that is longer than any can be."""
    with file.open() as stream:
        text = io.TextIOWrapper(stream, encoding, newline="")
        number = 0
        while line := _next(text, file, number + 1):
            number += 1
            if len(line) > MAX_NOMENCLATURE_LINE_CHARACTERS:
                limit = str(MAX_NOMENCLATURE_LINE_CHARACTERS)
                place = at(file.shown, number)
                raise fault("nomenclature.line", phrases.LONG_LINE, place, limit=limit)
            yield line


def _next(text: io.TextIOWrapper, file: File, number: int) -> str:
    try:
        return text.readline(MAX_NOMENCLATURE_LINE_CHARACTERS + 1)
    except UnicodeDecodeError:
        place = at(file.shown, number)
        raise fault("nomenclature.encoding", phrases.UNKNOWN_ENCODING, place) from None


def cells_of(file: File, separator: str, *, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not blank, with their numbers. `quoted`: a cell may be in quotes, and
    then hold anything."""
    lines = lines_of(file, encoding_of(file))
    if quoted:
        reader = csv.reader(lines, delimiter=separator, strict=True)
    else:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place, reason = at(file.shown, reader.line_num), str(error)
            raise fault("nomenclature.table", phrases.BAD_TABLE, place, reason=reason) from None
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def separator_of(file: File) -> str:
    """The one that the head has most of."""
    head = next(lines_of(file, encoding_of(file)), "")
    return max(SEPARATORS, key=head.count)


def rows_of(file: File, separator: str, needed: Sequence[str], *, quoted: bool) -> Iterator[Row]:
    """The lines below the head. Raises `Refused` when it lacks a column, or a line has fewer cells
    than the last of those needed."""
    lines = cells_of(file, separator, quoted=quoted)
    _, head = next(lines, (0, []))
    names = [name.strip().lstrip("\ufeff") for name in head]
    for wanted in needed:
        if wanted not in names:
            found = ", ".join(names[:20])
            place = at(file.shown, 1)
            raise fault(
                "nomenclature.columns", phrases.NO_COLUMNS, place, wanted=wanted, found=found
            )
    least = max((names.index(wanted) for wanted in needed), default=0) + 1
    for line, cells in lines:
        if len(cells) < least:
            raise few_cells(file, line, len(cells), least)
        yield Row(line, dict(zip(names, cells, strict=False)))


def few_cells(file: File, line: int, found: int, wanted: int) -> Exception:
    place = at(file.shown, line)
    return fault(
        "nomenclature.cells", phrases.FEW_CELLS, place, found=str(found), wanted=str(wanted)
    )
