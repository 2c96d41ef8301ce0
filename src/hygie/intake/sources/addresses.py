"""Where a source that posts sends its messages."""

from typing import Final

MESSAGING: Final = "/fhir/$process-message"


def hl7v2_address(name: str) -> str:
    return f"/hl7v2/{name}"


def posted_to(name: str) -> str:
    """Both addresses; the second asks for the scope that names the source."""
    return f"{hl7v2_address(name)}, {MESSAGING} (message/{name})"
