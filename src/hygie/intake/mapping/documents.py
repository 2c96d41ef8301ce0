"""Documents to DocumentReference and Binary: MDM (TXA, OBX) and the ED results of ORU^R01.

CI-SIS "Transmission d'un document CDA en HL7v2": OBX-11 says F (new), C (replaces) or D (delete);
OBX named after DMP and MSSanté (MASQUE_PS…) say who may see the document and where it goes next.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from hygie.hl7v2.message import Segment
from hygie.hl7v2.timestamps import field_date_time
from hygie.intake.mapping import cda, concepts, phrases
from hygie.intake.mapping.content import Content, read_content
from hygie.intake.mapping.engine import Context, Ids
from hygie.intake.mapping.identifiers import entity
from hygie.intake.mapping.results import Bearer, Group
from hygie.refusal import Issue, Phrase

Resource = dict[str, Any]
Action = Literal["new", "replace", "delete"]

MASKING: Final = "urn:oid:1.2.250.1.213.1.1.4.13"
CONFIDENTIALITY: Final = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_MASKS: Final = {
    "MASQUE_PS": "MASQUE_PS",
    "INVISIBLE_PATIENT": "INVISIBLE_PATIENT",
    "INVISIBLE_REP_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
    "INVISIBLE_REPRESENTANTS_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
}
_TRANSPORT: Final = frozenset(
    ("CONNEXION_SECRETE", "MODIF_CONF_CODE", "MODIF_CONFIDENTIALITYCODE", "DESTDMP",
     "DESTMSSANTEPS", "DESTMSSANTEPAT", "CORPSMAIL_PS", "ACK_RECEPTION", "ACK_LECTURE_MSS",
     "ACK_LECTURE", "COMP_LOT")
)  # fmt: skip
_MAIL_SUBJECT: Final = "XDM/1.0/DDM"
_ACTIONS: Final[dict[str, Action]] = {"C": "replace", "D": "delete"}


_ADDENDA: Final = ("T05", "T06")
_CANCELLED: Final = "T11"
_AVAILABILITY: Final = {"CA": "entered-in-error", "OB": "superseded"}
"""TXA-19 (HL7 table 0273): deleted, obsolete."""
_STANDING: Final = ("docStatus", "authenticator", "date")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One document of a message, ready to be filed."""

    action: Action
    id: str
    """Id of its DocumentReference."""
    replaces: str = ""
    """Id of the DocumentReference it replaces, or is added to, when that is another."""
    appends: bool = False
    """True of an addendum (T06): the other one stays as it is."""
    is_named: bool = False
    """True when another may name it as the one it replaces: it has a number of its own."""
    reference: Resource
    binary: Resource
    place: str
    warnings: tuple[Issue, ...] = ()


def is_metadata(obx: Segment) -> bool:
    """True for the OBX that tell where a document goes and who sees it, and for mail bodies."""
    code = obx.text(3)
    return code in _MASKS or code in _TRANSPORT or obx.text(3, 2).startswith(_MAIL_SUBJECT)


def of_group(
    group: Group, masks: Resource, bearer: Bearer, zone: ZoneInfo, ids: Ids
) -> Iterator[Document]:
    """The documents of one OBR of an ORU, under the masks of the message. A corrected one is a new
    version of the same."""
    number = group.obr.field(3) if group.obr.text(3) else group.obr.field(2)
    base = {
        "date": field_date_time(group.obr, 22, zone) or field_date_time(group.obr, 7, zone),
        "identifier": [entity(number)] if number.text(1) else [],
        **masks,
    }
    kept = [obx for obx in group.documents if not is_metadata(obx)]
    for rank, obx in enumerate(kept, start=1):
        key = f"{group.key}|{obx.text(3)}|{rank}"
        yield _document(obx, key, base, bearer, zone, ids)


def of_notification(context: Context, bearer: Bearer) -> Iterator[Document]:
    """The documents of an MDM: TXA says what they are, each OBX of type ED holds one."""
    message, zone, ids = context.message, context.zone, context.ids
    txa = message.require("TXA")
    number = txa.require(12)
    base = context.map_segment("TXA", txa) | masks_of(message.all("OBX"))
    kept = [o for o in message.all("OBX") if o.text(2).upper() == "ED" and not is_metadata(o)]
    for rank, obx in enumerate(kept, start=1):
        suffix = f"|{rank}" if rank > 1 else ""
        key = f"{message.sender}|{number}{suffix}"
        parent = txa.text(13)
        replaced = f"{message.sender}|{parent}{suffix}" if parent and parent != number else ""
        yield msgspec.structs.replace(
            _document(obx, key, base, bearer, zone, ids),
            replaces=ids("DocumentReference", replaced) if replaced else "",
            appends=bool(replaced) and message.event in _ADDENDA,
            is_named=True,
        )


def changed_status(stored: Resource, context: Context) -> Resource:
    """MDM without content (T03, T07, T11): the stored document, its standing as TXA says it now."""
    txa = context.message.require("TXA")
    said = context.map_segment("TXA", txa)
    standing = "entered-in-error" if context.message.event == _CANCELLED else ""
    status = standing or _AVAILABILITY.get(txa.text(19).upper(), "")
    made = dict(stored)
    made |= {name: said[name] for name in _STANDING if name in said}
    if status:
        made["status"] = status
    if status == "entered-in-error":
        made["docStatus"] = status
    return made


def notified(context: Context) -> str:
    """Id of the DocumentReference that TXA-12 names."""
    number = context.message.require("TXA").require(12)
    return context.ids("DocumentReference", f"{context.message.sender}|{number}")


def of_cda(raw: bytes, header: cda.Header, bearer: Bearer, ids: Ids) -> Document:
    """A CDA received as a file."""
    content, key = Content(raw, "text/xml"), cda_key(header.id)
    identity = ids("DocumentReference", key)
    binary = _binary(content, bearer, ids("Binary", f"{key}|{_digest(raw)}"))
    reference = _reference(identity, content, bearer, {}, binary["id"]) | _of_header(header)
    return Document(
        action="replace" if header.replaces else "new",
        id=identity,
        replaces=ids("DocumentReference", cda_key(header.replaces)) if header.replaces else "",
        is_named=True,
        reference=_filled(reference | {"type": header.code}),
        binary=binary,
        place="/ClinicalDocument",
    )


def cda_key(identity: str) -> str:
    """A CDA document received as a file is known by its own identifier."""
    return f"cda|{identity}"


def _document(
    obx: Segment, key: str, base: Resource, bearer: Bearer, zone: ZoneInfo, ids: Ids
) -> Document:
    content = read_content(obx)
    identity = ids("DocumentReference", key)
    binary = _binary(content, bearer, ids("Binary", f"{key}|{_digest(content.data)}"))
    header, warnings = _look_inside(content, zone, obx)
    reference = _reference(identity, content, bearer, base, binary["id"])
    reference["type"] = concepts.concept(obx.field(3))
    reference["description"] = obx.text(3, 2)
    if header is not None:
        reference = _with_header(reference, header)
    return Document(
        action=_ACTIONS.get(obx.text(11).upper(), "new"),
        id=identity,
        reference=_filled(reference),
        binary=binary,
        place=obx.where,
        warnings=warnings,
    )


def _look_inside(
    content: Content, zone: ZoneInfo, obx: Segment
) -> tuple[cda.Header | None, tuple[Issue, ...]]:
    """The CDA header when there is one; warnings when XML is announced and is not there, and when
    nothing shows that the content is whole."""
    found = [_warning("document.unpadded", phrases.UNPADDED, obx)] if content.unpadded else []
    if cda.looks_like_cda(content.data) and (header := cda.try_header(content.data, zone)):
        return header, tuple(found)
    if content.is_xml and not cda.is_well_formed(content.data):
        found.append(_warning("document.not-xml", phrases.NOT_XML, obx))
    return None, tuple(found)


def _warning(rule: str, phrase: Phrase, obx: Segment) -> Issue:
    return Issue(severity="warning", code="value", rule=rule, phrase=phrase, location=obx.place(5))


def _reference(
    identity: str, content: Content, bearer: Bearer, base: Resource, binary: str
) -> Resource:
    moment = base.get("date", "")
    context = {"encounter": [{"reference": bearer.encounter}]} if bearer.encounter else {}
    digest = hashlib.sha1(content.data, usedforsecurity=False)  # R4 §2.24.0.11 asks for SHA-1
    attachment = {
        "contentType": content.content_type,
        "url": f"Binary/{binary}",
        "size": len(content.data),
        "hash": base64.b64encode(digest.digest()).decode(),
    }
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        **base,
        "status": "current",
        "subject": {"reference": bearer.subject},
        "date": moment if len(moment) > 10 else "",
        "content": [{"attachment": attachment}],
        "context": context,
    }


def _with_header(reference: Resource, header: cda.Header) -> Resource:
    """What the CDA says of itself wins, save the masks, which only the message carries."""
    found = _of_header(header)
    labels = [*found.pop("securityLabel", []), *reference.get("securityLabel", [])]
    identifiers = [*found.pop("identifier", []), *reference.get("identifier", [])]
    return {
        **reference,
        **_filled(found),
        "masterIdentifier": reference.get("masterIdentifier", found["masterIdentifier"]),
        "identifier": identifiers,
        "securityLabel": labels,
    }


def _of_header(header: cda.Header) -> Resource:
    label = {"coding": [{"system": CONFIDENTIALITY, "code": header.confidentiality}]}
    identifier = _identifier(header.id)
    return {
        "masterIdentifier": identifier,
        "identifier": [identifier],
        "description": header.title,
        "date": header.date if len(header.date) > 10 else "",
        "author": [{"display": name} for name in header.authors],
        "securityLabel": [label] if header.confidentiality else [],
    }


def _identifier(identity: str) -> Resource:
    """Of an instance identifier of CDA, "root^extension": a root alone is itself the identifier."""
    root, _, extension = identity.partition("^")
    if extension:
        return {"system": f"urn:oid:{root}", "value": extension}
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{root}"}


def _binary(content: Content, bearer: Bearer, identity: str) -> Resource:
    return {
        "resourceType": "Binary",
        "id": identity,
        "contentType": content.content_type,
        "securityContext": {"reference": bearer.subject},
        "data": base64.b64encode(content.data).decode(),
    }


def masks_of(every: Iterable[Segment]) -> Resource:
    """Labels of the flags that say Y."""
    flagged = [
        _MASKS[obx.text(3)] for obx in every if obx.text(3) in _MASKS and obx.text(5).upper() == "Y"
    ]
    labels = [{"coding": [{"system": MASKING, "code": code}]} for code in flagged]
    return {"securityLabel": labels} if labels else {}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _filled(elements: Resource) -> Resource:
    return {name: item for name, item in elements.items() if item not in ("", [], {}, None)}
