"""Small packages made for tests."""

import gzip
import io
import json
import tarfile
from typing import Any

MANIFEST = {"name": "test.guide", "version": "1.0.0", "fhirVersions": ["4.0.1"]}


def definition(name: str, /, **members: Any) -> dict[str, Any]:
    url = f"https://example.org/StructureDefinition/{name}"
    return {"resourceType": "StructureDefinition", "id": name, "url": url, **members}


def tar_of(files: dict[str, Any], *members: tarfile.TarInfo) -> bytes:
    """A tar of these files, their contents as bytes or as JSON to be, and of other members."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
        for member in members:
            archive.addfile(member)
    return written.getvalue()


def tgz(files: dict[str, Any], *members: tarfile.TarInfo, **manifest: Any) -> bytes:
    """A package with a manifest."""
    said = MANIFEST | manifest
    return gzip.compress(tar_of({"package/package.json": said, **files}, *members))
