"""Books of small systems, written as tests need them."""

from pathlib import Path
from typing import Any

from hygie.fhir.codec import encode
from hygie.nomenclature.books import Book
from hygie.nomenclature.books.opening import Pages
from hygie.nomenclature.loading import Options, kind
from hygie.nomenclature.shelf import Loaded, Progress, Shelf

Json = dict[str, Any]
FRACTURES = "https://a.test/fractures"
TABLE = """Code;Libellé;Parent;display:en;Service;Synonyme
S72;Fracture du fémur;;;;
S72.0;Fracture du col du fémur;S72;Fracture of femoral neck;ortho;Fracture cervicale|FESF
S72.00;Fracture fermée du col du fémur;S72.0;;ortho;
S72.1;Fracture pertrochantérienne;S72;;;
S42;Fracture de l’épaule et du bras;;;;
Z00;Œdème de l'os;;;;Hépatite A
"""


def load(
    data: Path, name: str, *paths: Path, replace: bool = False, **options: str
) -> list[Loaded]:
    return Shelf(data).load(
        kind(name), paths, Options()._replace(**options), Progress(), replace=replace
    )


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fractures(data: Path, version: str = "2025") -> Book:
    path = written(data / "fractures.csv", TABLE)
    load(data, "csv", path, url=FRACTURES, version=version, title="Fractures")
    return opened(data, f"Fractures#{version}")


def book_of(data: Path, resource: Json) -> Book:
    """That of a CodeSystem resource."""
    path = written(data / "given" / "system.json", encode(resource))
    (loaded,) = load(data, "fhir", path)
    return opened(data, loaded.header.name)


def opened(data: Path, name: str) -> Book:
    return Book(Pages(Shelf(data).folder / f"{name}.book"))
