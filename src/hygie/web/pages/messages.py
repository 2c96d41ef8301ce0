"""/messages: everything that came in, found by what one knows of it; each message explained.

What is looked for travels in the body of a POST: no identifier, name or source reaches an address.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from starlette.responses import Response

from hygie.intake.values import Entry, Filters
from hygie.sight import ALL, Sight
from hygie.web.desk import Desk, Visit
from hygie.web.pages.patients import Search, understand
from hygie.web.present.editing import editable
from hygie.web.present.fhir_message import read_head
from hygie.web.present.inbox import STATES, read_entry, read_reasons
from hygie.web.present.message import VIEWS, Shown, read_answer, read_content, read_story
from hygie.web.present.numbers import MAX_NUMBER, read_number
from hygie.web.present.quarantine import read_acts
from hygie.web.present.read import text
from hygie.web.present.resources import say_type
from hygie.web.present.searched import EVENTS, Asked, read_asked
from hygie.web.records import Records
from hygie.web.rendering import render
from hygie.web.veil import veil_of

SHOWN: Final = 50
MAX_PERSONS: Final = 5
"""Of one search: with more of them, the identity is not precise enough."""
NOBODY: Final = "Aucun patient n’a cet identifiant ou cette identité."
IDENTITIES: Final = Sight({(kind, "s"): (ALL,) for kind in ("Patient", "Encounter")})
SEVERAL: Final = "Plus de cinq patients ont cette identité : servez-vous d’un identifiant."
BOTH: Final = "Donnez le nom et la date de naissance ensemble, ou un identifiant."


async def show(desk: Desk, visit: Visit) -> Response:
    return await _list(desk, visit, Asked())


async def search(desk: Desk, visit: Visit) -> Response:
    return await _list(desk, visit, read_asked(visit.form, desk.zone))


async def _list(desk: Desk, visit: Visit, asked: Asked) -> Response:
    error, persons = asked.error, [""]
    if not error and asked.of_person:
        error, persons = await _persons(desk, visit, asked)
    found = [] if error else await _found(desk, visit, asked, persons)
    counts, veil = await desk.gateway.counts(), veil_of(desk, visit)
    return render(
        desk, visit, "messages.html", status=422 if error else 200, asked=asked, error=error,
        veil=veil, lines=veil.lines(found[:SHOWN], desk.zone),
        next=found[SHOWN - 1].id if len(found) > SHOWN else 0,
        states=STATES, events=EVENTS, sources=sorted({flow.source for flow in counts.flows}),
    )  # fmt: skip


async def _found(desk: Desk, visit: Visit, asked: Asked, persons: list[str]) -> list[Entry]:
    """One more than is shown, when there are more."""
    found: list[Entry] = []
    for person in persons:
        filters = Filters(
            states=(asked.state,) if asked.state else (), source=asked.source, event=asked.event,
            patient=person, since=asked.since, until=asked.until,
        )  # fmt: skip
        found += await desk.gateway.messages(filters, SHOWN + 1, asked.before, visit.context)
    found.sort(key=lambda entry: -entry.id)
    return found[: SHOWN + 1]


async def _persons(desk: Desk, visit: Visit, asked: Asked) -> tuple[str, list[str]]:
    """What is wrong with the identity asked for, or "Patient/id" of those who have it."""
    if not asked.identifier and not (asked.name and asked.birth):
        return BOTH, []
    search, parameters = understand(Search(asked.birth, asked.name, asked.identifier), desk.today)
    if search.error:
        return search.error, []
    # Who follows messages may learn whose they are; the page shows nothing of the records.
    records = Records(desk.store, msgspec.structs.replace(visit.context, sight=IDENTITIES))
    found = await records.find("Patient", parameters)
    references = [f"Patient/{text(one, 'id')}" for one in found.resources]
    if not references and asked.identifier:
        stays = await records.find("Encounter", parameters)
        references = [one.get("subject", {}).get("reference", "") for one in stays.resources]
    persons = sorted({one for one in references if one})
    if len(persons) > MAX_PERSONS:
        return SEVERAL, []
    return ("", persons) if persons else (NOBODY, [])


# --- one message --------------------------------------------------------------------------------


async def show_message(desk: Desk, visit: Visit) -> Response:
    return await page(desk, visit, await desk.gateway.entry(asked_entry(visit), visit.context))


def asked_entry(visit: Visit) -> int:
    return min(int(visit.request.path_params["entry"]), MAX_NUMBER)


async def page(
    desk: Desk, visit: Visit, entry: Entry, *, outcome: str = "", error: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """A message of which who is there may not read what it holds shows its shape alone.
    `typed`: a correction that was refused, with its `error`."""
    veil = veil_of(desk, visit)
    hidden = veil.over(entry)
    shown: Shown = VIEWS.get(visit.request.query_params.get("vue", ""), "fields")
    previous = await _previous(desk, visit, entry) if shown == "changes" else None
    acts = await desk.gateway.corrections.acts(entry.id)
    return render(
        desk, visit, "message.html", status=422 if error else 200,
        entry=read_entry(entry, desk.zone, hidden=hidden), veil=veil, outcome=outcome,
        error=error, typed=typed or {},
        reasons=read_reasons(entry.issues, hidden=hidden), shown=shown, kind=entry.kind,
        content=read_content(entry, shown, hidden=hidden, previous=previous), head=read_head(entry),
        previous=previous.id if previous else 0, story=read_story(entry, desk.zone),
        acts=read_acts(acts, desk.zone), corrected=await desk.gateway.correction_of(entry.id),
        answer=read_answer(entry, desk.zone, hidden=hidden), name=entry.name,
        control=entry.control_id, may_replay=_may_replay(visit, entry),
        produced=_counted(await _produced(desk, visit, entry)),
        edit=editable(entry) if _may_replay(visit, entry) and not hidden else None,
        may_take_back=visit.may("replay") and entry.state == "discarded",
    )  # fmt: skip


def _may_replay(visit: Visit, entry: Entry) -> bool:
    """A message in quarantine, by who may."""
    return visit.may("replay") and entry.state == "quarantined" and entry.content is not None


async def _previous(desk: Desk, visit: Visit, entry: Entry) -> Entry | None:
    """The one before it of the same patient and source; or one that is asked for by number."""
    number = read_number(visit.request.query_params.get("avec", ""))
    if number:
        return await desk.gateway.entry(number, visit.context)
    return await desk.gateway.previous(entry.id, visit.context)


async def _produced(desk: Desk, visit: Visit, entry: Entry) -> Sequence[str]:
    if entry.state != "filed":
        return ()
    return await desk.gateway.produced(entry.id, visit.context)


def _counted(references: Sequence[str]) -> list[tuple[str, int]]:
    """Types of resources, in French, and how many of each."""
    return list(Counter(say_type(one.partition("/")[0]) for one in references).items())
