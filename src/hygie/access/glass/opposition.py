"""What a patient said of bris de glace (PAM-FR 2.11, ZFA-6 and ZFA-7), as intake keeps it. Pure."""

from typing import Any, Final

from hygie.access.glass.model import Reason

DMP: Final = "urn:hygie:dmp"
OPPOSED: Final[dict[str, frozenset[Reason]]] = {
    "opposed-break-glass": frozenset({"continuity", "other"}),
    "opposed-emergency-centre": frozenset({"regulation"}),
}
"""Parts of the extension -> the reasons that the patient does not accept. A life in danger stays
one, and so does the patient who is there and asks: that is an agreement of today."""


def opposed(patient: dict[str, Any]) -> frozenset[Reason]:
    """Reasons for which this patient opposed that anybody break the glass."""
    parts = (
        part
        for extension in patient.get("extension", ()) if extension.get("url") == DMP
        for part in extension.get("extension", ())
    )  # fmt: skip
    found: frozenset[Reason] = frozenset()
    for part in parts:
        if part.get("valueBoolean") is True:
            found |= OPPOSED.get(part.get("url", ""), frozenset())
    return found
