"""/patients/{id}/resultats: every analyte, and the course of one of them.

The address of one analyte carries the id of one of its results: naming the test in an address
would already say something about the patient.
"""

from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.errors import not_found
from hygie.web.messages import NO_SUCH_RESULT
from hygie.web.pages.patients import escape_value
from hygie.web.pages.record.frame import open_record, records_of
from hygie.web.pages.record.plots import analyte_spark, analyte_trends
from hygie.web.present.read import Json, child, codes
from hygie.web.present.results import (
    Analyte,
    group_analytes,
    in_vital_order,
    read_result,
    read_results,
)
from hygie.web.records import check_id, of_patient
from hygie.web.rendering import render

MOST = "1000"
NEWEST = (("_sort", "-date"), ("_count", MOST))


async def show(desk: Desk, visit: Visit) -> Response:
    patient = visit.request.path_params["patient"]
    frame, (found,) = await open_record(
        desk, visit, "/resultats", ("Observation", of_patient(patient, *NEWEST))
    )
    analytes = group_analytes(read_results(found.resources, desk.zone))
    groups = (
        ("Biologie et mesures", [a for a in analytes if not a.latest.vital and not a.prose]),
        ("Constantes", [a for a in in_vital_order(analytes) if a.latest.vital]),
    )
    sparks = {analyte.latest.id: analyte_spark(analyte) for analyte in analytes}
    return render(
        desk, visit, "record/resultats.html", frame=frame, groups=groups, sparks=sparks,
        prose=[a for a in analytes if a.prose],
        more=found.more,
    )  # fmt: skip


async def show_analyte(desk: Desk, visit: Visit) -> Response:
    params = visit.request.path_params
    one = ("_id", check_id(params["result"]))
    records, patient = records_of(desk, visit), params["patient"]
    chosen = (await records.find("Observation", of_patient(patient, one))).resources
    if not chosen:
        raise not_found(NO_SUCH_RESULT, "web.no-such-result")
    frame, (found,) = await open_record(
        desk, visit, "/resultats",
        ("Observation", of_patient(patient, *_same_code(chosen[0]), *NEWEST)),
    )  # fmt: skip
    analyte = _course(desk, chosen[0], found.resources)
    wide, narrow = analyte_trends(analyte)
    return render(
        desk, visit, "record/analyte.html", frame=frame, analyte=analyte, wide=wide, narrow=narrow
    )


def _same_code(observation: Json) -> list[tuple[str, str]]:
    """The search parameter for the same analyte; none when it has no code."""
    for system, code in codes(child(observation, "code")):
        if code:
            return [("code", f"{escape_value(system)}|{escape_value(code)}")]
    return []


def _course(desk: Desk, chosen: Json, resources: list[Json]) -> Analyte:
    """The results comparable to the chosen one, which is always among them."""
    result = read_result(chosen, desk.zone)
    same = [r for r in read_results(resources, desk.zone) if r.key == result.key]
    return Analyte(tuple(same) or (result,))
