"""/comptes: every account, found by name, role and state; and the list as a file."""

from typing import Final

from starlette.responses import Response

from hygie.access.lifecycle.table import write_list
from hygie.limits import MAX_NAME_CHARACTERS
from hygie.web.desk import Desk, Visit
from hygie.web.present.accounts import STATES, AccountLine, read_line
from hygie.web.rendering import render

SHOWN: Final = 200


async def show(desk: Desk, visit: Visit) -> Response:
    everyone = await desk.access.everyone()
    lines = [read_line(one, visit.rights, desk.now, desk.zone) for one in everyone]
    asked = visit.request.query_params
    words = asked.get("nom", "").strip()[:MAX_NAME_CHARACTERS]
    role, state = asked.get("role", ""), asked.get("etat", "")
    label = visit.rights.roles[role].label if role in visit.rights.roles else ""
    found = [
        line for line in lines
        if _named(line, words.casefold())
        and (not label or line.role == label) and (state not in STATES or line.state == state)
    ]  # fmt: skip
    return render(
        desk, visit, "comptes/liste.html", lines=found[:SHOWN], found=len(found), total=len(lines),
        words=words, role=role, state=state, states=STATES, roles=visit.rights.roles,
    )  # fmt: skip


async def export(desk: Desk, visit: Visit) -> Response:
    """All of them, to be changed in a spreadsheet and brought back; it is traced."""
    everyone = await desk.access.everyone()
    await desk.access.note_export(len(everyone), by=visit.context)
    return csv_file(desk, "comptes", write_list(everyone, desk.zone))


def csv_file(desk: Desk, name: str, content: bytes) -> Response:
    disposition = f'attachment; filename="{name}-{desk.now:%Y%m%d-%H%M}.csv"'
    return Response(
        content, media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )  # fmt: skip


def _named(line: AccountLine, words: str) -> bool:
    return words in line.name or words in line.display.casefold()
