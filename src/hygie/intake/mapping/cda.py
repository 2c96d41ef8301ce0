"""The header of a CDA R2 document: what filing it needs, and no more.

No DTD is read and no entity is expanded (CDA needs none). Source: CI-SIS, structuration minimale.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import msgspec

from hygie.hl7v2.timestamps import date_time, day
from hygie.identity.ins import is_ins_oid, matricule
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.status import Reliability, Status
from hygie.identity.traits import Traits
from hygie.intake.mapping import concepts, phrases
from hygie.limits import MAX_XML_DEPTH
from hygie.refusal import Category, Phrase, Refused, refuse

_LOINC_OID: Final = "2.16.840.1.113883.6.1"
_GENDERS: Final = {"M": "male", "F": "female", "U": "unknown", "UN": "unknown"}
_PROLOGUE = re.compile(rb"<(?:\w+:)?ClinicalDocument[\s>]")
_NS = {"": "urn:hl7-org:v3"}


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Elements of FHIR, ready to use; empty when the document does not say."""

    id: str
    """"root^extension", or the root alone."""
    replaces: str = ""
    code: dict[str, Any]
    title: str
    date: str
    authors: tuple[str, ...]
    confidentiality: str
    person: Person


def looks_like_cda(raw: bytes) -> bool:
    """By its root element, near the beginning."""
    return _PROLOGUE.search(raw, 0, 8192) is not None


def read_header(raw: bytes, zone: ZoneInfo) -> Header:
    """The header; refuses what is not well-formed, or has no patient or no identifier."""
    root = _document(_parse(raw))
    identity = _instance(root.find("id", _NS))
    if not identity:
        raise _refused("cda.no-id", phrases.CDA_NO_ID, "/ClinicalDocument/id")
    moment = _attribute(root, "effectiveTime", "value")
    confidentiality = _attribute(root, "confidentialityCode", "code")
    return Header(
        id=identity,
        replaces=_replaced(root),
        code=_code(root.find("code", _NS)),
        title=_text(root.find("title", _NS)),
        date=date_time(moment, zone, "/ClinicalDocument/effectiveTime") if moment else "",
        authors=tuple(_authors(root)),
        confidentiality=confidentiality if confidentiality in ("N", "R", "V") else "",
        person=_person(root),
    )


def try_header(raw: bytes, zone: ZoneInfo) -> Header | None:
    """The header of a document that travels inside a message: None when it cannot be read."""
    try:
        return read_header(raw, zone)
    except Refused:
        return None


def is_well_formed(raw: bytes) -> bool:
    try:
        _parse(raw)
    except Refused:
        return False
    return True


class _Builder(ET.TreeBuilder):
    """Builds a tree of bounded depth; a document type declaration ends it."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> ET.Element:
        self._depth += 1
        if self._depth > MAX_XML_DEPTH:
            raise _refused("cda.depth", phrases.XML_TOO_DEEP, "")
        return super().start(tag, attributes)

    def end(self, tag: str) -> ET.Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, name: str, public: str | None, system: str | None) -> None:  # noqa: ARG002
        raise _refused("cda.doctype", phrases.XML_DOCTYPE, "")


def _parse(raw: bytes) -> ET.Element:
    parser = ET.XMLParser(target=_Builder())  # noqa: S314 - doctype refused, depth bounded
    try:
        parser.feed(raw)
        root: ET.Element = parser.close()
    except (ET.ParseError, LookupError, ValueError):
        raise _refused("cda.syntax", phrases.XML_SYNTAX, "") from None
    return root


def _document(root: ET.Element) -> ET.Element:
    """The ClinicalDocument: the root, or inside the stylesheet of one that presents itself."""
    if root.tag == f"{{{_NS['']}}}ClinicalDocument":
        return root
    found = root.find(".//ClinicalDocument", _NS)
    if found is None:
        raise _refused("cda.no-document", phrases.CDA_NO_DOCUMENT, "")
    return found


def _person(root: ET.Element) -> Person:
    role = root.find("recordTarget/patientRole", _NS)
    patient = role.find("patient", _NS) if role is not None else None
    if role is None or patient is None:
        raise _refused("cda.no-patient", phrases.CDA_NO_PATIENT, "/ClinicalDocument/recordTarget")
    place = "/ClinicalDocument/recordTarget/patientRole/id"
    ids = [(item.get("root", ""), item.get("extension", "")) for item in role.findall("id", _NS)]
    ins = next((pair for pair in ids if is_ins_oid(pair[0]) and pair[1]), None)
    return Person(
        local=tuple(
            LocalIdentifier(f"urn:oid:{oid}", value, place)
            for oid, value in ids
            if value and oid and not oid.startswith("1.2.250.1.213.1.4.")
        ),
        ins=matricule(ins[1], ins[0], place) if ins else None,
        ins_place=place,
        reliability=Reliability(Status.QUAL) if ins else Reliability(known=False),
        traits=_traits(patient),
    )


def _traits(patient: ET.Element) -> Traits:
    """Qualifier BR is the birth name or first birth given name, CL what is used; the given name
    without qualifier is the list of birth given names."""
    families: dict[str, str] = {}
    givens: dict[str, str] = {}
    for name in patient.findall("name", _NS):
        families |= {item.get("qualifier", ""): _text(item) for item in name.findall("family", _NS)}
        givens |= {item.get("qualifier", ""): _text(item) for item in name.findall("given", _NS)}
    born = _attribute(patient, "birthTime", "value")
    return Traits(
        birth_name=families.get("BR") or families.get("", ""),
        given=givens.get("BR") or givens.get("", "").split(" ")[0],
        given_list=givens.get("", "") if "BR" in givens else "",
        used_name=families.get("CL") or families.get("SP", ""),
        used_given=givens.get("CL", ""),
        birth_date=day(born, "/ClinicalDocument/recordTarget//birthTime") if born else "",
        gender=_GENDERS.get(_attribute(patient, "administrativeGenderCode", "code"), ""),
        birth_place=_text(patient.find("birthplace/place/addr/county", _NS)),
    )


def _replaced(root: ET.Element) -> str:
    for related in root.findall("relatedDocument", _NS):
        if related.get("typeCode") == "RPLC":
            return _instance(related.find("parentDocument/id", _NS))
    return ""


def _authors(root: ET.Element) -> Iterator[str]:
    for author in root.findall("author/assignedAuthor", _NS):
        name = author.find("assignedPerson/name", _NS)
        if name is not None:
            parts = (_text(name.find(tag, _NS)) for tag in ("prefix", "given", "family"))
            yield " ".join(part for part in parts if part)


def _code(element: ET.Element | None) -> dict[str, Any]:
    if element is None or not element.get("code"):
        return {}
    oid = element.get("codeSystem", "")
    system = concepts.LOINC if oid == _LOINC_OID else f"urn:oid:{oid}"
    coding = {"system": system, "code": element.get("code", "")}
    display = element.get("displayName", "")
    return {"coding": [coding | ({"display": display} if display else {})]}


def _instance(element: ET.Element | None) -> str:
    if element is None:
        return ""
    root, extension = element.get("root", ""), element.get("extension", "")
    return f"{root}^{extension}" if extension else root


def _attribute(element: ET.Element, path: str, name: str) -> str:
    found = element.find(path, _NS)
    return found.get(name, "") if found is not None else ""


def _text(element: ET.Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _refused(rule: str, phrase: Phrase, place: str) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="structure", location=place)
