"""/correspondances: what local codes stand for, decided by a person, code after code."""

from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from hygie.fhir.terminology.catalogue import Catalogue
from hygie.nomenclature.mapping.correspondences import Target
from hygie.nomenclature.mapping.decisions import EQUIVALENCES, Decision, Equivalence
from hygie.nomenclature.mapping.runs import Kind
from hygie.nomenclature.mapping.suggestions import Suggestion
from hygie.nomenclature.mapping.usage import CodeInUse
from hygie.refusal import Category, refuse
from hygie.web.desk import Desk, Visit
from hygie.web.messages import MAPPING_UNREADABLE, NO_SUCH_CODE_IN_USE
from hygie.web.present import mapping as present
from hygie.web.present.dates import Moment
from hygie.web.present.numbers import read_number
from hygie.web.rendering import render

SHOWN: Final = 200
LONGEST: Final = 400
RUNS: Final = 5


async def show(desk: Desk, visit: Visit) -> Response:
    """The codes in use, the most frequent first; how many wait for a decision."""
    usage = await desk.mappings.usage()
    every = _asked(visit, "etendue") == "tous"
    codes: list[CodeInUse] = list(usage.codes) if usage else []
    if not every:
        codes = present.local(await desk.terminology.current(), codes)
    lines = present.read_codes(codes, await desk.mappings.decided())
    waiting = [one for one in lines if not one.decisions]
    state = _asked(visit, "etat")
    chosen = {"decides": [one for one in lines if one.decisions], "tous": lines}
    listed = chosen.get(state, waiting)
    return render(
        desk, visit, "correspondances.html", every=every, state=state or "attente",
        counted=Moment(usage.counted.astimezone(desk.zone)) if usage else None,
        resources=usage.resources if usage else 0, count=len(listed), lines=listed[:SHOWN],
        total=len(lines), decided=len(lines) - len(waiting), runs=await _runs(desk),
        uses=sum(one.uses for one in lines),
        covered=sum(one.uses for one in lines if one.decisions),
    )  # fmt: skip


async def count(desk: Desk, visit: Visit) -> Response:
    """Counts anew, in the background."""
    await desk.mappings.count(visit.context)
    return RedirectResponse("/correspondances", 303)


async def show_code(desk: Desk, visit: Visit) -> Response:
    """One local code: what it may stand for, what was decided."""
    local, codes = await _local(desk, _asked(visit, "systeme"), _asked(visit, "code"))
    decisions = await desk.mappings.decided()
    choices = present.targets(await desk.terminology.listed())
    target, said = _target(visit, choices, decisions), _asked(visit, "q")
    meant = msgspec.structs.replace(local, display=said) if said else local
    [line] = present.read_codes([local], decisions)
    return render(
        desk, visit, "correspondance.html", line=line, choices=choices, target=target, said=said,
        suggestions=await _suggestions(desk, meant, target, codes),
        equivalences=[one for one in present.EQUIVALENCES.items() if one[0] != "unmatched"],
        runs=await _runs(desk),
    )  # fmt: skip


async def decide(desk: Desk, visit: Visit) -> Response:
    """Keeps a decision, or withdraws one."""
    form = visit.form
    system, code = form.get("systeme", ""), form.get("code", "")
    target = form.get("cible", "")
    if form.get("action") == "retirer":
        await desk.mappings.decisions.withdraw(visit.context, system, code, target)
    else:
        local, _ = await _local(desk, system, code)
        decision = _decision(await desk.terminology.current(), local, form)
        await desk.mappings.decisions.decide(visit.context, decision)
    return _back(system, code, target)


async def rewrite(desk: Desk, visit: Visit) -> Response:
    """Adds what was decided to history, or takes it back, in the background."""
    form = visit.form
    kind: Kind = "undo" if form.get("action") == "retirer" else "apply"
    system, code = form.get("systeme", ""), form.get("code", "")
    await desk.mappings.rewrite(visit.context, kind, system, code)
    return _back(system, code, form.get("cible", ""))


async def cancel(desk: Desk, visit: Visit) -> Response:
    await desk.mappings.runs.cancel(read_number(visit.form.get("numero", "")))
    return RedirectResponse("/correspondances", 303)


def _decision(catalogue: Catalogue, local: CodeInUse, form: dict[str, str]) -> Decision:
    """As the form says it; the code must be one of its nomenclature. Raises `Refused`."""
    target, code = form.get("cible", ""), form.get("choix", "")
    equivalence = _equivalence(form)
    system = catalogue.system(target)
    concept = system.find(code) if system and equivalence != "unmatched" else None
    if system is None or (concept is None and equivalence != "unmatched"):
        raise refuse(
            Category.INVALID, "web.mapping-unreadable", MAPPING_UNREADABLE, code="required"
        )
    chosen = Target(target, concept.code, concept.display) if concept else Target(target, "")
    return Decision(
        system=local.system, code=local.code, display=local.display, target=chosen,
        equivalence=equivalence, comment=form.get("commentaire", "").strip()[:LONGEST],
    )  # fmt: skip


def _equivalence(form: dict[str, str]) -> Equivalence:
    if form.get("action") == "aucun":
        return "unmatched"
    said = form.get("equivalence", "equivalent")
    return next((one for one in EQUIVALENCES if one == said), "inexact")


async def _local(desk: Desk, system: str, code: str) -> tuple[CodeInUse, tuple[CodeInUse, ...]]:
    """The code, and all that are in use. Raises `Refused`."""
    usage = await desk.mappings.usage()
    codes = usage.codes if usage else ()
    for one in codes:
        if (one.system, one.code) == (system, code):
            return one, codes
    raise refuse(Category.NOT_FOUND, "web.no-code-in-use", NO_SUCH_CODE_IN_USE, code="not-found")


def _target(visit: Visit, choices: list[present.Target], decisions: list[Decision]) -> str:
    """The one asked for; else the one that was chosen most often; else the first."""
    known = [one.url for one in choices]
    asked = _asked(visit, "cible")
    if asked in known:
        return asked
    used = [one.target.system for one in decisions if one.target.system in known]
    return max(used, key=used.count, default=known[0] if known else "")


async def _suggestions(
    desk: Desk, local: CodeInUse, target: str, codes: tuple[CodeInUse, ...]
) -> list[Suggestion]:
    system = (await desk.terminology.current()).system(target) if target else None
    return await desk.mappings.suggestions(local, system, codes) if system else []


async def _runs(desk: Desk) -> list[present.RunLine]:
    return [present.read_run(run, desk.zone) for run in (await desk.mappings.latest())[:RUNS]]


def _back(system: str, code: str, target: str) -> Response:
    query = urlencode({"systeme": system, "code": code, "cible": target})
    return RedirectResponse(f"/correspondances/code?{query}", 303)


def _asked(visit: Visit, name: str) -> str:
    return visit.request.query_params.get(name, "").strip()[:LONGEST]
