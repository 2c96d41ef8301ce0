"""`hygie terminology`: the nomenclatures of the house, loaded from the files that are published."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click
import msgspec

from hygie.cli import language
from hygie.cli.options import as_json, data
from hygie.cli.progress import Progress as Bar
from hygie.cli.progress import progress_bar
from hygie.insight.quality.installed import Packages
from hygie.nomenclature.books import Note
from hygie.nomenclature.loading import KINDS, Given, Kind, Options, given, kind, nos
from hygie.nomenclature.phrases import NOTES
from hygie.nomenclature.shelf import Loaded, Progress, Shelf, Shelved
from hygie.settings import load as load_settings

_WORDS: Final = {"added": "chargé", "unchanged": "inchangé", "replaced": "remplacé"}
_FILE: Final = click.Path(exists=True, path_type=Path)
SHOWN_EXAMPLES: Final = 5


@click.group()
def terminology() -> None:
    """Nomenclatures: CIM-10, CCAM, LOINC… loaded from the files that their publishers give.

    Kept in the folder nomenclatures of the data directory, one file a version. Nothing is
    downloaded, and nothing under licence is shipped: `hygie terminology kinds` says where to get
    each. A running server sees a new one by itself.
    """


@terminology.command()
@click.argument("kind_", metavar="KIND")
@click.argument("files", nargs=-1, metavar="[FILE]…", type=_FILE)
@click.option("--expect-version", default="", help="Refuse files of another version.")
@click.option("--version", "version_", default="", help="Of files that do not say theirs.")
@click.option("--url", default="", help="Of the system, for files that do not say it.")
@click.option("--title", default="", help="Of the system, for files that do not say it.")
@click.option("--language", "language_", default="", help="Of the displays: fr, for example.")
@click.option("--replace", is_flag=True, help="Take this content for a version that has another.")
@as_json
@data
def load(
    kind_: str,
    files: tuple[Path, ...],
    replace: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    data: Path | None,
    **said: str,
) -> None:
    """Load a nomenclature from its files: as published, zipped, or in a folder.

    All of it or nothing. Interrupted, the same command goes on from where it was. What is doubtful
    in the files is told.
    """
    options = Options(
        said["expect_version"], said["url"], said["version_"], said["title"], said["language_"]
    )
    if kind_ == "nos":
        _load_package(given(files, options), data, replace=replace, as_json=as_json)
        return
    with _bars() as progress:
        loaded = _shelf(data).load(kind(kind_), files, options, progress, replace=replace)
    for one in loaded:
        if as_json:
            click.echo(msgspec.json.encode(_said(one)))
        else:
            click.echo(f"{_WORDS[one.state]:<10}{one.header.name}  {one.header.concepts} codes")
            _tell(one.header.notes)


@terminology.command("list")
@click.option("--examine", is_flag=True, help="Read each to its end: is it as it was made?")
@as_json
@data
def list_(examine: bool, as_json: bool, data: Path | None) -> None:  # noqa: FBT001
    """Name and version, codes, licence, and the files that each was made from."""
    for one in _shelf(data).listed(examined=examine):
        click.echo(msgspec.json.encode(_listed(one)) if as_json else _readable(one))


@terminology.command()
@click.argument("nomenclature", metavar="NAME#VERSION")
@data
def remove(nomenclature: str, data: Path | None) -> None:
    """Remove a nomenclature. What was coded with it stays, and is no longer checked."""
    _shelf(data).remove(nomenclature)


@terminology.command()
@as_json
def kinds(as_json: bool) -> None:  # noqa: FBT001
    """What can be loaded: which files, where to get them, and under which licence."""
    for one in KINDS:
        click.echo(msgspec.json.encode(_of_kind(one)) if as_json else _kind(one))


def _load_package(given: Given, data: Path | None, *, replace: bool, as_json: bool) -> None:
    """Sets of codes and values that are kept together, as guides are."""
    with TemporaryDirectory() as folder:
        archive = Path(folder) / f"{nos.NAME}.tgz"
        archive.write_bytes(nos.package(given))
        packages = Packages(load_settings(data=data).data)
        for one in packages.add([archive], replace=replace):
            said = {"package": one.manifest.id, "state": one.state}
            human = f"{_WORDS[one.state]:<10}{one.manifest.id}  (hygie packages list)"
            click.echo(msgspec.json.encode(said) if as_json else human)


def _shelf(data: Path | None) -> Shelf:
    return Shelf(load_settings(data=data).data)


class _Bars(Progress):
    """A bar for what is read, then one for each book that is made."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._label = ""
        self._bar: Bar | None = None

    def read(self, done: int, total: int) -> None:
        self._show("Lecture", done, total)

    def written(self, done: int, total: int) -> None:
        self._show("Mise en index", done, total)

    def close(self) -> None:
        self._stack.close()

    def _show(self, label: str, done: int, total: int) -> None:
        if label != self._label:
            self._stack.close()
            self._label = label
            self._bar = self._stack.enter_context(progress_bar(label))
        if self._bar:
            self._bar(done, total)


@contextmanager
def _bars() -> Iterator[Progress]:
    bars = _Bars()
    try:
        yield bars
    finally:
        bars.close()


def _tell(notes: Sequence[Note]) -> None:
    for note in notes:
        click.echo(f"  {_note(note)}", err=True)


def _note(note: Note) -> str:
    shown = ", ".join(note.examples[:SHOWN_EXAMPLES])
    more = ", …" if note.count > SHOWN_EXAMPLES else ""
    phrase = NOTES[note.rule]
    template = phrase.fr if language() == "fr" else phrase.en
    return template.format(count=note.count, examples=shown + more)


def _said(one: Loaded) -> dict[str, Any]:
    header = one.header
    notes = [{"rule": n.rule, "count": n.count, "text": _note(n)} for n in header.notes]
    return {
        "nomenclature": header.name, "state": one.state, "url": header.url,
        "version": header.version, "concepts": header.concepts, "notes": notes,
    }  # fmt: skip


def _listed(one: Shelved) -> dict[str, Any]:
    known = {"nomenclature": one.name, "bytes": one.bytes, "readable": one.header is not None}
    if one.header is None:
        return known
    header = one.header
    return {
        **known, "kind": header.kind, "url": header.url, "version": header.version,
        "aliases": header.aliases, "title": header.json.get("title"), "concepts": header.concepts,
        "licence": header.licence, "made": header.made, "sources": header.sources,
    }  # fmt: skip


def _readable(one: Shelved) -> str:
    if one.header is None:
        return f"{one.name:<36}  illisible : retirez-la, et chargez de nouveau ses fichiers"
    header = one.header
    files = ", ".join(source.name for source in header.sources[:SHOWN_EXAMPLES])
    title = header.json.get("title", "")
    return f"{one.name:<36}{header.concepts:>8}  {title}  [{header.licence}]  ({files})"


def _of_kind(one: Kind) -> dict[str, str]:
    files = one.files.fr if language() == "fr" else one.files.en
    return {
        "kind": one.name, "title": one.title, "files": files, "source": one.source,
        "licence": one.licence,
    }  # fmt: skip


def _kind(one: Kind) -> str:
    said = _of_kind(one)
    return (
        f"{one.name:<8} {one.title}\n         {said['files']}\n"
        f"         {one.source}\n         {one.licence}"
    )
