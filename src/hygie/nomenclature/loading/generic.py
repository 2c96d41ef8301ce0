"""Any table of codes with a head: `code;display;parent;definition;…`, a local list for example."""

from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.search.normalize import normalize
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import fault
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.tables import Row, rows_of, separator_of

COLUMNS: Final = {
    "code": "code", "display": "display", "libelle": "display", "label": "display",
    "parent": "parent", "pere": "parent", "definition": "definition", "inactive": "inactive",
    "inactif": "inactive", "synonym": "synonym", "synonyme": "synonym", "synonymes": "synonym",
}  # fmt: skip
"""Names of columns, without case or accents. `display:en` is a designation in English; any other
column is a property of its name."""
YES: Final = frozenset({"1", "true", "oui", "yes", "vrai", "o", "y", "x"})
WITHIN: Final = "|"
"""Between several values of one cell."""


def read(given: Given) -> Sequence[Reading]:
    """One system, of one file; its URL is given, its version too."""
    files = given.named(".csv", ".tsv", ".txt")
    if len(files) != 1:
        raise other_kind("csv", "1 × .csv (code;display;parent;…)", _place(given))
    (file,) = files
    options = given.options
    if not options.url:
        raise fault("nomenclature.url", phrases.NO_URL, file.shown)
    version = require_version(options.version, given, file.shown)
    heads = _Heads(file)
    title = options.title or options.url.rstrip("/").rpartition("/")[2]
    json = code_system(
        options.url, version, title, title,
        property=[declared("inactive", "boolean"), *(declared(n, "string") for n in heads.others)],
        **({"language": options.language} if options.language else {}),
    )  # fmt: skip
    return [Reading(Header(kind="csv", json=json), heads.pieces)]


class _Heads:
    """The columns of one table."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._separator = separator_of(file)
        first = next(iter(self._rows()), None)
        names = list(first.cells) if first else []
        self._known = {name: COLUMNS.get(normalize(name), "") for name in names}
        if "code" not in self._known.values():
            found = ", ".join(names[:20])
            raise fault(
                "nomenclature.columns", phrases.NO_COLUMNS, file.shown, wanted="code", found=found
            )
        self._languages = {n: n.partition(":")[2] for n in names if normalize(n)[:8] == "display:"}
        self.others = [
            name for name in names if not self._known[name] and name not in self._languages
        ]

    def pieces(self) -> Iterator[Piece]:
        for row in self._rows():
            said = {kind: row.cell(name) for name, kind in self._known.items() if kind}
            parents = tuple(filter(None, map(str.strip, said.get("parent", "").split(WITHIN))))
            yield Piece(said["code"], self._body(row, said), parents)

    def _rows(self) -> Iterator[Row]:
        return rows_of(self._file, self._separator, (), quoted=True)

    def _body(self, row: Row, said: dict[str, str]) -> Json:
        synonyms = (name.strip() for name in said.get("synonym", "").split(WITHIN))
        names = [{"value": name} for name in synonyms if name]
        names += (
            {"language": language, "value": row.cell(name)}
            for name, language in self._languages.items()
            if row.cell(name)
        )
        properties: list[Json] = [
            {"code": name, "valueString": row.cell(name)} for name in self.others if row.cell(name)
        ]
        if said.get("inactive", "").lower() in YES:
            properties.append({"code": "inactive", "valueBoolean": True})
        members = {
            "display": said.get("display"), "definition": said.get("definition"),
            "designation": names, "property": properties,
        }  # fmt: skip
        return {name: value for name, value in members.items() if value}


def _place(given: Given) -> str:
    return given.sources[0].name if given.sources else ""
