"""Documents that take the place of others (TXA-13; relatedDocument of a CDA): which of them stand,
in whatever order they come.

A successor names its predecessor in `relatesTo` even when nobody knows that one yet: what comes
later finds by it that it was replaced already.
"""

from typing import Final

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Criterion, Query, ReferenceValue
from hygie.intake.filing.bearers import is_of, of_another
from hygie.intake.filing.late import warning
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.documents import Document
from hygie.intake.mapping.results import Bearer
from hygie.refusal import Issue
from hygie.store.contract import Resource

_TYPE: Final = "DocumentReference"
_MAX_SUCCESSORS: Final = 50
"""Addenda and successors of one document that are looked at."""


async def placed(
    work: Work, document: Document, bearer: Bearer, stored: Resource | None
) -> Resource:
    """The document among those it replaces and is replaced by; its predecessor is superseded."""
    related = await _related(work, document, bearer, stored)
    made = {**document.reference, **({"relatesTo": related} if related else {})}
    if stored is None and document.action == "replace" and not document.replaces:
        work.warnings.append(_unknown(document))
    if document.is_named and await _is_replaced(work, document.id, bearer.subject):
        made["status"] = "superseded"
        work.warnings.append(
            warning("document.replaced-already", phrases.REPLACED_ALREADY, document.place)
        )
    return made


async def keep_late(work: Work, document: Document, bearer: Bearer, stored: Resource) -> None:
    """Of a document that is known newer: what this version of it replaced is replaced all the
    same."""
    related = await _related(work, document, bearer, stored)
    if related != stored.get("relatesTo", []):
        work.put({**stored, "relatesTo": related})


async def _related(
    work: Work, document: Document, bearer: Bearer, stored: Resource | None
) -> list[Resource]:
    """All that one version or another of it has replaced, or was added to."""
    known: list[Resource] = (stored or {}).get("relatesTo", [])
    if not document.replaces:
        return known
    relation = await _relation(work, document, bearer)
    return known if relation in known else [*known, relation]


async def _relation(work: Work, document: Document, bearer: Bearer) -> Resource:
    await work.tx.guard("document", document.replaces)
    former = await work.read(_TYPE, document.replaces)
    if former is None:
        work.warnings.append(_unknown(document))
    elif not is_of(former, bearer.subject):
        raise of_another("report.of-another", phrases.DOCUMENT_OF_ANOTHER, document.place)
    elif not document.appends and former["status"] == "current":
        work.put({**former, "status": "superseded"})
    code = "appends" if document.appends else "replaces"
    return {"code": code, "target": {"reference": f"{_TYPE}/{document.replaces}"}}


async def _is_replaced(work: Work, id_: str, subject: str) -> bool:
    """By a document of the same patient; what became of that one later does not matter."""
    condition = Criterion(work.rooms.parameter(_TYPE, "relatesto"), (ReferenceValue(_TYPE, id_),))
    query = Query(type=_TYPE, conditions=(condition,), count=_MAX_SUCCESSORS)
    found = [decode(match.body) for match in (await work.tx.search(query)).matches]
    target = f"{_TYPE}/{id_}"
    return any(
        relation["code"] == "replaces" and relation["target"].get("reference") == target
        for one in found if is_of(one, subject)
        for relation in one.get("relatesTo", ())
    )  # fmt: skip


def _unknown(document: Document) -> Issue:
    return Issue(
        severity="warning", code="not-found", rule="document.replaced-unknown",
        phrase=phrases.REPLACED_UNKNOWN, location=document.place,
    )  # fmt: skip
