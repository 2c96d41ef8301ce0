"""ORU^R01 and MDM: reports, results and documents, with the versions they correct or replace."""

from collections.abc import Iterator, Sequence
from functools import partial

from hygie.hl7v2.message import Message
from hygie.intake.filing import late
from hygie.intake.filing.bearers import bearer_of
from hygie.intake.filing.numbers import numbers_of
from hygie.intake.filing.successions import keep_late, placed
from hygie.intake.filing.work import Work
from hygie.intake.mapping import cda, documents, phrases, results
from hygie.intake.mapping.documents import Document
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.microbiology import is_related, keep_members, relate
from hygie.intake.mapping.results import Bearer, Group
from hygie.intake.mapping.specimens import of_source, specimens
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.contract import Resource


async def file_results(work: Work, message: Message) -> None:
    rooms, context, said = work.rooms, work.context(message), work.said(message)
    found, masks = results.groups(message), documents.masks_of(message.all("OBX"))
    ids = [results.report_id(group, rooms.ids) for group in found]
    bearer = await bearer_of(
        work, message, [("report", one) for one in ids], partial(_known, work, found)
    )
    reports = [(group, *_split(results.report(group, bearer, context))) for group in found]
    work.warnings += relate([(group, observations) for group, _, observations in reports])
    for group, report, observations in reports:
        stored = await work.read("DiagnosticReport", report["id"])
        _check_subject(stored, bearer, group.obr.place(3), phrases.REPORT_OF_ANOTHER)
        found_here = documents.of_group(group, masks, bearer, rooms.zone, rooms.ids)
        kept = [one for one in found_here if await _file(work, one, bearer, said)]
        taken = _specimens(group, report, bearer, context)
        _refer(report, observations, taken)
        numbers = numbers_of(group.obr, group.order)
        if based_on := await numbers.based_on(work, bearer.subject):
            report["basedOn"] = based_on
        told = late.timely(stored, report, observations, said)
        if told.late:
            late.warn_of_results(work, group.obr)
        if is_related(group.obr):
            await _keep_members(work, told.observations)
        work.put(*taken, _combined(stored or {}, report, told.report, kept), *told.observations)


def _known(work: Work, groups: Sequence[Group], subject: str) -> Iterator[tuple[str, str]]:
    """What may be known of the reports and of their orders."""
    for group in groups:
        yield "DiagnosticReport", results.report_id(group, work.rooms.ids)
        for order in numbers_of(group.obr, group.order).orders(work, subject):
            yield "ServiceRequest", order


def _split(made: Sequence[Resource]) -> tuple[Resource, list[Resource]]:
    return made[0], list(made[1:])


def _specimens(group: Group, report: Resource, bearer: Bearer, context: Context) -> list[Resource]:
    owner = f"DiagnosticReport/{report['id']}"
    if group.specimens:
        return list(specimens(group.specimens, owner, bearer.subject, context))
    return list(of_source(group.obr, owner, bearer.subject, context))


def _refer(report: Resource, observations: Sequence[Resource], taken: Sequence[Resource]) -> None:
    """The report to all its specimens; a result only where there is no doubt which."""
    if taken:
        report["specimen"] = [{"reference": f"Specimen/{item['id']}"} for item in taken]
    if len(taken) == 1:
        for observation in observations:
            observation["specimen"] = {"reference": f"Specimen/{taken[0]['id']}"}


async def _keep_members(work: Work, observations: Sequence[Resource]) -> None:
    for observation in observations:
        keep_members(observation, await work.read("Observation", observation["id"]) or {})


async def file_notification(work: Work, message: Message) -> None:
    """MDM with content: T02, T04, T06, T08, T10."""
    bearer = await bearer_of(work, message)
    found = list(documents.of_notification(work.context(message), bearer))
    if not found:
        raise refuse(
            Category.INVALID, "document.missing", phrases.NO_DOCUMENT, code="required",
            location="OBX-5",
        )  # fmt: skip
    for document in found:
        await _file(work, document, bearer, work.said(message))


async def file_notified_status(work: Work, message: Message) -> None:
    """MDM without content, about a document that is known: T03, T07, T11."""
    bearer, context = await bearer_of(work, message), work.context(message)
    said = work.said(message)
    identity, place = documents.notified(context), message.require("TXA").place(12)
    await work.tx.guard("document", identity)
    stored = await work.read("DocumentReference", identity)
    _check_subject(stored, bearer, place, phrases.DOCUMENT_OF_ANOTHER)
    if stored is None:
        raise _unknown(place)
    if not late.document_is_late(work, stored, said, place):
        work.put(late.dated(documents.changed_status(stored, context), said))


async def file_cda(work: Work, raw: bytes) -> None:
    """A CDA document that came as a file."""
    header = cda.read_header(raw, work.rooms.zone)
    bearer = Bearer(await work.identify(header.person))
    await _file(work, documents.of_cda(raw, header, bearer, work.rooms.ids), bearer, "")
    await work.finish()


async def _file(work: Work, document: Document, bearer: Bearer, said: str) -> bool:
    """False when something newer is known of the document: then nothing is written of it, but for
    what it replaces. `said`: when it was, empty of what does not tell."""
    await work.tx.guard("document", document.id)
    stored = await work.read("DocumentReference", document.id)
    _check_subject(stored, bearer, document.place, phrases.DOCUMENT_OF_ANOTHER)
    work.warnings += document.warnings
    if stored and said and late.document_is_late(work, stored, said, document.place):
        await keep_late(work, document, bearer, stored)
        return False
    if document.action == "delete":
        _delete(work, document, stored, said)
        return True
    reference = await placed(work, document, bearer, stored)
    work.put(document.binary, late.dated(reference, said))
    return True


def _delete(work: Work, document: Document, stored: Resource | None, said: str) -> None:
    """Logical: the document stays, marked as entered in error. One that is not known is filed so:
    its original may come later, and must not stand."""
    if stored is None:
        work.put(document.binary)
        work.warnings.append(
            late.warning("document.deleted-unknown", phrases.DELETED_UNKNOWN, document.place)
        )
    ended = {"status": "entered-in-error", "docStatus": "entered-in-error"}
    work.put(late.dated({**(stored or document.reference), **ended}, said))


def _unknown(place: str) -> Refused:
    return refuse(
        Category.NOT_FOUND, "document.unknown", phrases.UNKNOWN_DOCUMENT, code="not-found",
        location=place,
    )  # fmt: skip


def _combined(
    stored: Resource, report: Resource, told: Resource, kept: Sequence[Document]
) -> Resource:
    """A correction may hold only what changed: the rest of the report stays in it."""
    combined = dict(told)
    forms = _forms(stored, kept)
    combined["presentedForm"] = forms
    earlier = stored.get("result", [])
    added = [item for item in report.get("result", []) if item not in earlier]
    combined["result"] = [*earlier, *added]
    if kept and not forms and not combined["result"]:
        combined["status"] = "entered-in-error"
    return {name: value for name, value in combined.items() if value != []}


def _forms(stored: Resource, kept: Sequence[Document]) -> list[Resource]:
    """The documents the report is presented by: without those deleted, with those brought. The
    element id is that of the DocumentReference, so that a correction finds its form."""
    ours = {document.id for document in kept}
    forms = [form for form in stored.get("presentedForm", []) if form.get("id") not in ours]
    for document in kept:
        if document.action != "delete":
            attachment = document.reference["content"][0]["attachment"]
            forms.append({"id": document.id, **attachment})
    return forms


def _check_subject(stored: Resource | None, bearer: Bearer, place: str, phrase: Phrase) -> None:
    if stored is not None and stored.get("subject", {}).get("reference") != bearer.subject:
        raise _of_another(phrase, place)


def _of_another(phrase: Phrase, place: str) -> Refused:
    return refuse(
        Category.CONFLICT, "report.of-another", phrase, code="business-rule", location=place
    )
