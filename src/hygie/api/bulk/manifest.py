"""The manifest of an export (Bulk Data Access 2.0, “Complete Status”; pages as in 3.0). Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hygie.exchange.bulk.exports import Progress
from hygie.exchange.bulk.rows import File
from hygie.limits.bulk import MAX_MANIFEST_FILES
from hygie.store.bodies.placing import instant

FILE: Final = "$export-file"
STATUS: Final = "$export-poll-status"


def status_url(base: str, job: object, page: int = 1) -> str:
    more = f"&page={page}" if page > 1 else ""
    return f"{base}/{STATUS}?_jobId={job}{more}"


def pages(progress: Progress) -> int:
    """How many pages are full; once the export is finished, how many there are."""
    numbers = [file.number for file in progress.files]
    full = max(numbers, default=0) // MAX_MANIFEST_FILES
    return max(1, -(-max(numbers, default=0) // MAX_MANIFEST_FILES)) if progress.finished else full


def manifest(progress: Progress, base: str, page: int = 1) -> dict[str, Any]:
    """Of all files, or of those of one page for who allowed partial manifests."""
    export, files = progress.export, progress.files
    if export.asked.partial:
        first = (page - 1) * MAX_MANIFEST_FILES
        files = [one for one in files if first < one.number <= first + MAX_MANIFEST_FILES]
    whole: dict[str, Any] = {
        "transactionTime": instant(export.moment),
        "request": export.asked.url,
        "requiresAccessToken": True,
        "output": _listed(files, "output", base, export.id),
        "deleted": _listed(files, "deleted", base, export.id),
        "error": _listed(files, "error", base, export.id),
    }
    if export.asked.partial and (page < pages(progress) or not progress.finished):
        link = {"relation": "next", "url": status_url(base, export.id, page + 1)}
        whole["link"] = [link]
    return whole


def _listed(files: Sequence[File], kind: str, base: str, job: object) -> list[dict[str, Any]]:
    found: Iterable[File] = (file for file in files if file.kind == kind and file.count)
    return [
        {
            "type": "Bundle" if kind == "deleted" else file.type,
            "url": f"{base}/{FILE}?_jobId={job}&part={file.number}",
            "count": file.count,
        }
        for file in found
    ]
