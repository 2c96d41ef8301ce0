"""References that lead nowhere: never received, or deleted. Known, and counted; not a damage."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.references import walk_references
from hygie.ops import kinds
from hygie.ops.examination import Examination
from hygie.ops.sound import Sound, named
from hygie.store.database import Connection

_LOCAL: Final = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[0-9]+)?")
"""A relative reference (R4 §2.3.0.1). Others lead to other houses."""
_TARGETS: Final = """
    SELECT key, deleted FROM hygie.resource
    WHERE type = ANY($1::smallint[]) AND key = ANY($2::bigint[])
"""

Target = tuple[str, int]
"""Type, and key."""


async def check_references(
    exam: Examination, connection: Connection, sound: Sequence[Sound]
) -> None:
    """Looks up, in the slice's own snapshot, every resource that its bodies name."""
    wanted = [(one, target) for one in sound for target in _targets(exam, one)]
    codes = {exam.store.vault.types.code(type) for _, (type, _) in wanted}
    keys = {key for _, (_, key) in wanted}
    rows = await connection.fetch(_TARGETS, list(codes), list(keys))
    found = {row["key"]: row["deleted"] for row in rows}
    for one, (type, key) in wanted:
        if not found.get(key, True):
            continue
        kind = kinds.REFERENCE_DELETED if key in found else kinds.REFERENCE_UNKNOWN
        exam.findings.add(kind, f"{named(one.type, one.record)} -> {type} {key}")


def _targets(exam: Examination, one: Sound) -> Iterator[Target]:
    """Once each."""
    seen = {node["reference"] for node in walk_references(one.resource)}
    for reference in sorted(seen):
        match = _LOCAL.fullmatch(reference)
        if match and exam.store.registry.is_resource(match[1]):
            yield match[1], exam.store.keyring.reference(match[1], match[2])
