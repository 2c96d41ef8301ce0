"""/regles: what stops a message here, and what is silenced, for whom and until when. Read only."""

from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.present.policy import read_clause, read_silence
from hygie.web.rendering import render


async def show(desk: Desk, visit: Visit) -> Response:
    policy, today = desk.policy(), desk.today
    silences = sorted(policy.silences, key=lambda one: (not one.holds(today), -one.id))
    return render(
        desk, visit, "regles.html", clauses=[read_clause(one) for one in policy.clauses],
        requirements=policy.requirements,
        silences=[read_silence(one, today, desk.zone) for one in silences],
    )  # fmt: skip
