"""/patients/{id}: what one needs to know in ten seconds."""

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import MANY, open_record
from hygie.web.pages.record.plots import analyte_spark
from hygie.web.present.conditions import read_problems, read_treatments
from hygie.web.present.places import place_names
from hygie.web.present.results import (
    Analyte,
    abnormal_first,
    group_analytes,
    in_vital_order,
    read_results,
)
from hygie.web.present.stays import Stay, read_stays
from hygie.web.records import WITH_PLACES, of_patient
from hygie.web.rendering import render

RECENT_RESULTS = "300"
SHOWN_ANALYTES = 12


class Line(msgspec.Struct, frozen=True):
    analyte: Analyte
    spark: Markup


async def show(desk: Desk, visit: Visit) -> Response:
    patient = visit.request.path_params["patient"]
    newest = (("_sort", "-date"), ("_count", RECENT_RESULTS))
    many = ("_count", MANY)
    frame, found = await open_record(
        desk, visit, "",
        ("Condition", of_patient(patient, many)),
        ("MedicationStatement", of_patient(patient, ("status", "active,on-hold"), many)),
        ("MedicationRequest", of_patient(patient, ("status", "active,on-hold"), many)),
        ("Observation", of_patient(patient, *newest)),
        ("Encounter", of_patient(patient, ("_sort", "-date"), ("_count", "20"), *WITH_PLACES)),
    )  # fmt: skip
    conditions, statements, requests, observations, _ = (f.resources for f in found)
    places = place_names(found[-1].included)
    analytes = group_analytes(read_results(observations, desk.zone))
    return render(
        desk, visit, "record/synthese.html", frame=frame,
        advised=desk.calling.for_role(visit.account.role),
        problems=read_problems(conditions, desk.zone),
        treatments=read_treatments([*statements, *requests], desk.zone),
        vitals=_lines(in_vital_order(a for a in analytes if a.latest.vital)),
        results=_lines(abnormal_first(a for a in analytes if not a.latest.vital)[:SHOWN_ANALYTES]),
        stay=_current(read_stays(found[-1].resources, desk.zone, desk.now, places)),
    )  # fmt: skip


def _lines(analytes: tuple[Analyte, ...]) -> list[Line]:
    return [Line(analyte, analyte_spark(analyte)) for analyte in analytes]


def _current(stays: tuple[Stay, ...]) -> Stay | None:
    """The open stay, else the latest one."""
    opened = [stay for stay in stays if stay.open]
    return next(iter(opened or stays), None)
