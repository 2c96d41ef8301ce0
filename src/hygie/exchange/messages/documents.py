"""DocumentReference and Binary -> the OBX that holds a document (ORU), TXA and OBX (MDM).

CI-SIS "Transmission d'un document CDA en HL7v2": OBX-11 F for a new document, C for one that takes
the place of TXA-13, D for one that is deleted; who may not see it is told by OBX of their own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hygie.exchange.messages.places import professional
from hygie.exchange.messages.results import concept
from hygie.hl7v2.writing import components, entity, moment, segment, text

Json = dict[str, Any]
MASKING: Final = "urn:oid:1.2.250.1.213.1.1.4.13"
MASKS: Final = {
    "MASQUE_PS": ("MASQUE_PS", "Masqué aux professionnels de Santé"),
    "INVISIBLE_PATIENT": ("INVISIBLE_PATIENT", "Document Non Visible par le patient"),
    "INVISIBLE_REPRESENTANTS_LEGAUX": (
        "INVISIBLE_REP_LEGAUX", "Non visible par les représentants Légaux du patient",
    ),
}  # fmt: skip
STATUSES: Final = {"preliminary": "PA", "final": "LA", "amended": "LA"}
"""docStatus -> TXA-17 (HL7 table 0271)."""
DELETED: Final = "entered-in-error"


def event_of(document: Json, previous: Json | None) -> str:
    """T02, T10, T04; empty when a change is told by another document, or is none."""
    if document.get("status") == DELETED:
        return "" if previous is None or previous.get("status") == DELETED else "T04"
    if document.get("status") == "superseded":
        return ""
    return "T10" if previous is not None or replaced(document) else "T02"


def result_of(event: str) -> str:
    """OBX-11."""
    return {"T10": "C", "T04": "D"}.get(event, "F")


def txa(document: Json, event: str, context: Mapping[str, Json]) -> str:
    """`context`: with the document that this one replaces, by its reference."""
    number = _number(document)
    former = context.get(replaced(document), {})
    parent = _number(former) if former else number if event in ("T10", "T04") else ""
    date = moment(document.get("date"))
    authors: list[Json] = document.get("author", [])
    return segment(
        "TXA",
        {
            1: "1",
            2: _code(document),
            3: "TX" if _kind(document) == ("text", "plain") else "AP",
            4: date,
            9: professional(authors[0]) if authors else "",
            12: number,
            13: parent if event == "T10" else "",
            17: STATUSES.get(str(document.get("docStatus")), ""),
            22: professional(document.get("authenticator", {})),
        },
    )


def obx(rank: int, document: Json, data: str, status: str) -> str:
    """`data`: the Base64 of its Binary. `status`: OBX-11."""
    family, subtype = _kind(document)
    code = concept(document.get("type", {})) or components("", document.get("description", ""))
    return segment(
        "OBX",
        {
            1: str(rank),
            2: "ED",
            3: code,
            5: f"^{text(family)}^{text(subtype)}^Base64^{data}",
            11: status,
        },
    )


def masks(document: Json, first: int) -> Iterator[str]:
    """An OBX for each of those who may not see it, numbered from `first`."""
    codes = [
        coding.get("code")
        for label in document.get("securityLabel", [])
        for coding in label.get("coding", [])
        if coding.get("system") == MASKING and coding.get("code") in MASKS
    ]
    for rank, code in enumerate(codes, start=first):
        fields = {1: str(rank), 2: "CWE", 3: components(*MASKS[str(code)]), 5: "Y", 11: "F"}
        yield segment("OBX", fields)


def binary_of(document: Json) -> str:
    """The reference of what it holds; empty when it lies elsewhere."""
    for one in document.get("content", []):
        url = str(one.get("attachment", {}).get("url", ""))
        if url.startswith("Binary/"):
            return url
    return ""


def replaced(document: Json) -> str:
    """The reference of what it replaces; empty for nothing."""
    for one in document.get("relatesTo", []):
        if one.get("code") == "replaces":
            return str(one.get("target", {}).get("reference", ""))
    return ""


def _number(document: Json) -> str:
    """EI: its master identifier, another, or its id."""
    known = [document.get("masterIdentifier", {}), *document.get("identifier", [])]
    for one in known:
        if one.get("value"):
            return entity(str(one["value"]), str(one.get("system", "")))
    return entity(str(document.get("id", "")), "urn:hygie:authority:HYGIE")


def _code(document: Json) -> str:
    codings = document.get("type", {}).get("coding", [])
    return text(codings[0].get("code", "")) if codings else ""


def _kind(document: Json) -> tuple[str, str]:
    content = document.get("content", [{}])[0].get("attachment", {})
    family, _, subtype = str(content.get("contentType", "")).partition("/")
    return family or "application", subtype or "octet-stream"
