"""Where a resource comes from: one Provenance for each message that was filed.

It leads both ways: from a resource by `Provenance?target=`, from a message by its id, which follows
from the inbox entry. A message that is filed again writes the next version of the same Provenance.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from hygie.store.contract import Resource

ENTRY: Final = "urn:hygie:inbox"
"""System of the number of an inbox entry."""
SOURCE: Final = "urn:hygie:source"
"""System of the name of a declared source."""
_PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"


def provenance(
    id_: str, entry: int, source: str, event: str, targets: Sequence[str], at: datetime
) -> Resource:
    """That the resources `targets` ("Type/id") say what the message says, at `at`."""
    return {
        "resourceType": "Provenance",
        "id": id_,
        "target": [{"reference": target} for target in targets],
        "recorded": at.isoformat(timespec="seconds"),
        "activity": {"coding": [{"system": _OPERATION, "code": "UPDATE"}], "text": event},
        "agent": [{
            "type": {"coding": [{"system": _PARTICIPANT, "code": "enterer"}]},
            "who": {"identifier": {"system": SOURCE, "value": source}},
        }],
        "entity": [{
            "role": "source",
            "what": {"identifier": {"system": ENTRY, "value": str(entry)}},
        }],
    }  # fmt: skip


def entry_of(resource: Resource) -> int:
    """The inbox entry that a Provenance names; 0 when it names none."""
    for entity in resource.get("entity", []):
        identifier = entity.get("what", {}).get("identifier", {})
        if identifier.get("system") == ENTRY:
            return int(identifier["value"])
    return 0


def targets_of(resource: Resource) -> Iterable[str]:
    """The references of what a Provenance vouches for."""
    return [target["reference"] for target in resource.get("target", [])]
