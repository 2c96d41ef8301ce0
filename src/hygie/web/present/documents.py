"""Documents of the record: letters, reports, images of paper."""

from collections.abc import Iterable
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from hygie.web.present.dates import Moment, read_moment
from hygie.web.present.read import (
    Json,
    child,
    concept_text,
    has_code,
    objects,
    reference_id,
    reference_text,
    text,
)

Form = Literal["pdf", "cda", "text", "other", "absent"]
FORMS: dict[str, Form] = {
    "application/pdf": "pdf", "text/plain": "text", "text/xml": "cda", "application/xml": "cda",
    "application/hl7-cda+xml": "cda",
}  # fmt: skip
FORM_WORDS: dict[Form, str] = {
    "pdf": "PDF", "cda": "CDA", "text": "Texte", "other": "Fichier", "absent": "Sans contenu",
}  # fmt: skip
STATES = {"superseded": "remplacé", "entered-in-error": "annulé"}
MASKS = {
    "MASQUE_PS": "masqué aux professionnels dans le DMP",
    "INVISIBLE_PATIENT": "non visible du patient",
    "INVISIBLE_REPRESENTANTS_LEGAUX": "non visible des représentants légaux",
}
"""ANS masking codes (OID 1.2.250.1.213.1.1.4.13): who else may not see it."""
DOC_STATES = {"preliminary": "provisoire", "amended": "modifié"}


class Attachment(msgspec.Struct, frozen=True):
    """Where the bytes are: inline Base64, or a Binary of this store."""

    form: Form = "absent"
    media_type: str = ""
    inline: str = ""
    binary: str = ""


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    kind: str
    at: Moment | None
    author: str
    state: str
    masks: tuple[str, ...]
    attachment: Attachment

    @property
    def form_words(self) -> str:
        return FORM_WORDS[self.attachment.form]


def read_documents(resources: Iterable[Json], zone: ZoneInfo) -> tuple[DocumentView, ...]:
    """DocumentReference resources, the latest first."""
    views = [read_document(resource, zone) for resource in resources]
    return tuple(sorted(views, key=lambda v: v.at.at.timestamp() if v.at else 0.0, reverse=True))


def read_document(resource: Json, zone: ZoneInfo) -> DocumentView:
    holder = child(child(resource, "content"), "attachment")
    kind = concept_text(child(resource, "type")) or concept_text(child(resource, "category"))
    period = child(child(resource, "context"), "period")
    written = text(resource, "date") or text(holder, "creation") or text(period, "start")
    title = text(holder, "title") or text(resource, "description") or kind
    state = STATES.get(text(resource, "status"), "")
    return DocumentView(
        id=text(resource, "id"),
        title=title or "Document sans titre",
        kind=kind if kind != title else "",
        at=read_moment(written, zone),
        author=", ".join(filter(None, map(reference_text, objects(resource.get("author"))))),
        state=state or DOC_STATES.get(text(resource, "docStatus"), ""),
        masks=_masks(resource),
        attachment=read_attachment(holder),
    )


def _masks(resource: Json) -> tuple[str, ...]:
    labels = list(objects(resource.get("securityLabel")))
    return tuple(
        words for code, words in MASKS.items() if any(has_code(label, code) for label in labels)
    )


def read_attachment(holder: Json) -> Attachment:
    media_type = text(holder, "contentType").partition(";")[0].strip().lower()
    inline = text(holder, "data")
    binary = reference_id({"reference": text(holder, "url")}, "Binary")
    if not inline and not binary:
        return Attachment(media_type=media_type)
    return Attachment(FORMS.get(media_type, "other"), media_type, inline, binary)
