"""The French reference sets (NOS): code systems (TRE) and value sets (JDV) -> one package.

They are some hundred small resources that refer to each other: a package of definitions holds them
as they are, and everything that knows packages knows them.
"""

import gzip
import io
import tarfile
from collections.abc import Iterable, Sequence
from typing import Final

from hygie.fhir.codec import encode
from hygie.fhir.terminology.reading import Json, text
from hygie.nomenclature.loading.fhir import resources_of
from hygie.nomenclature.loading.given import Given
from hygie.nomenclature.loading.reading import Reading, other_kind, require_version

KINDS: Final = frozenset({"CodeSystem", "ValueSet", "ConceptMap"})
OF_NOS: Final = ("mos.esante.gouv.fr/", "smt.esante.gouv.fr/", "interop.esante.gouv.fr/")
NAME: Final = "fr.esante.nos"
TITLE: Final = "Nomenclatures des objets de santé (TRE, JDV)"
WANTED: Final = "TRE, JDV (CodeSystem, ValueSet)"


def read(_: Given) -> Sequence[Reading]:
    """No book: see `package`."""
    return ()


def package(given: Given) -> bytes:
    """A FHIR package (`.tgz`) of all definitions in the files; its version is the newest day in
    them, 2026.5.5. The same files give the same bytes. Raises `Refused`."""
    files = given.named(".json", ".xml")
    found = [one for file in files for one in resources_of(file) if _is_one(one)]
    if not found:
        raise other_kind("nos", WANTED, given.sources[0].name if given.sources else "")
    days = (text(one, "date")[:10] for one in found)
    newest = max(days).replace("-0", ".").replace("-", ".")
    version = require_version(given.options.version or newest, given, given.sources[0].name)
    manifest = {
        "name": NAME, "version": version, "title": TITLE, "fhirVersions": ["4.0.1"],
        "canonical": "https://mos.esante.gouv.fr/NOS", "type": "Conformance",
        "license": "etalab-2.0", "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
    }  # fmt: skip
    return _archive([("package.json", manifest), *_named(found)])


def _is_one(resource: Json) -> bool:
    url = text(resource, "url").partition("://")[2]
    return text(resource, "resourceType") in KINDS and url.startswith(OF_NOS)


def _named(found: Iterable[Json]) -> list[tuple[str, Json]]:
    """Each definition once, by what tells it apart."""
    kept = {(text(r, "resourceType"), text(r, "url"), text(r, "version")): r for r in found}
    return [(f"{n:05}-{key[0]}.json", kept[key]) for n, key in enumerate(sorted(kept))]


def _archive(files: Sequence[tuple[str, Json]]) -> bytes:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as unpacked,
        tarfile.open(fileobj=unpacked, mode="w") as archive,
    ):
        for name, resource in files:
            content = encode(resource)
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()
