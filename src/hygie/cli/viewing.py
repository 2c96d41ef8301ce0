"""Running a view for `hygie view`: over files; to a file, or to a screen."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from hygie.cli.progress import Progress, progress_bar
from hygie.fhir.codec import Resource
from hygie.fhir.definitions import r4
from hygie.insight.views import ColumnType, View, read_view, schema
from hygie.insight.views.engines import Engine, EngineName, engine
from hygie.insight.views.sources import batches
from hygie.insight.views.tables import Batch
from hygie.insight.views.writers import Format, Writer, format_of, open_writer
from hygie.insight.views.writers.duckdb import DuckdbWriter
from hygie.insight.views.writers.replacing import replacing
from hygie.refusal import Refused

TABLE: Final = "rows"
"""Of a view without a name, in a database."""


class Asked(NamedTuple):
    """A view, and where its rows go."""

    definition: Resource
    engine: EngineName
    output: Path | None
    """None for standard output."""
    format: Format | None


class Done(NamedTuple):
    """What became of it: counts of resources that could not be read, and of rows."""

    rows: int
    unreadable: int


class Prepared(NamedTuple):
    view: View
    run: Engine
    columns: Sequence[ColumnType]


def prepared(asked: Asked) -> Prepared:
    """Whatever is wrong with the view is said before anything is opened."""
    view = read_view(asked.definition)
    return Prepared(view, engine(asked.engine, view, r4()), schema(view, r4()))


def run_on_files(asked: Asked, paths: Sequence[Path], tell_bad: Callable[[Refused], None]) -> Done:
    """`tell_bad` is told what cannot be read; it raises, or lets the run go on."""
    ready = prepared(asked)
    skipped = 0

    def bad(refused: Refused) -> None:
        nonlocal skipped
        tell_bad(refused)
        skipped += 1

    with progress_bar("Lecture") as progress, writing(asked, ready) as writer:
        read = batches(paths, ready.view.resource, bad, watched(paths, progress))
        rows = sum(written(writer, batch) for batch in ready.run(read))
    return Done(rows, skipped)


def written(writer: Writer, batch: Batch) -> int:
    writer.write(batch)
    rows: int = batch.num_rows
    return rows


@contextmanager
def writing(asked: Asked, ready: Prepared) -> Iterator[Writer]:
    """A writer; the file that it writes is in its place on leaving, unless by an exception."""
    if asked.output is None:
        writer = open_writer(asked.format or "ndjson", sys.stdout.buffer, ready.columns)
        yield writer
        writer.close()
        sys.stdout.buffer.flush()
        return
    form = asked.format or format_of(asked.output)
    with replacing(asked.output) as path, ExitStack() as opened:
        if form == "duckdb":
            writer = DuckdbWriter(path, ready.columns, ready.view.name or TABLE)
        else:
            writer = open_writer(form, opened.enter_context(path.open("wb")), ready.columns)
        with closing(writer):
            yield writer


def watched(paths: Iterable[Path], progress: Progress | None) -> Callable[[int], None]:
    """Tells the bar how many bytes were gone through."""
    total = sum(path.stat().st_size for path in paths) if progress else 0
    done = 0

    def read(size: int) -> None:
        nonlocal done
        done += size
        if progress:
            progress(done, total)

    return read
