"""What is asked of a world on the FHIR API: each reading is a request, each change as well."""

import random
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tests.store.worlds.making import World
from tests.worlds.actors import DOCTOR
from tests.worlds.making import LOINC, MOST, SYSTEM, WORDS, resource_of

FHIR: Final = {"content-type": "application/fhir+json"}
PATCH: Final = {"content-type": "application/json-patch+json"}
FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
READS: Final = 60
"""Of each world, of some three hundred; and all that is asked of one patient."""
KINDS: Final = ("Patient", *MOST)


class Ask(NamedTuple):
    """A request, from `/fhir` on for the API."""

    method: str
    path: str
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body or ''} {dict(self.headers) or ''}"[:900]


def get(path: str, **headers: str) -> Ask:
    return Ask("GET", f"/fhir/{path}", None, tuple(headers.items()))


def post(path: str, body: Any, headers: dict[str, str] | None = None) -> Ask:
    return Ask("POST", f"/fhir/{path}".rstrip("/"), body, tuple((headers or FHIR).items()))


def reads(world: World) -> list[Ask]:
    """A sample of all that can be asked: the next world's is another."""
    chance = random.Random(f"http {world.number}")
    every = [*_instances(world), *_searches(world), *_operations(world)]
    whose = chance.choice([*world.patients, f"none{world.number}"])
    return [*chance.sample(every, min(READS, len(every))), *_patient(world, whose)]


def _instances(world: World) -> Iterator[Ask]:
    chance = random.Random(f"instances {world.number}")
    names = [*world.versions, *((kind, f"none{world.number}") for kind in KINDS)]
    for kind, id_ in names:
        path = f"{kind}/{id_}"
        yield get(path)
        yield chance.choice((
            get(path, accept="application/fhir+xml"), get(f"{path}?_summary=true"),
            get(f"{path}?_elements=id"), get(path, **{"if-none-match": 'W/"1"'}),
            get(path, **{"if-modified-since": "Sat, 01 Jan 2050 00:00:00 GMT"}),
            Ask("HEAD", f"/fhir/{path}"), get(f"{path}/$meta"),
            get(f"{path}/$graphql?query={{id}}"),
            get(f"{path}/_history?_since=2026-01-01T00:00:00Z"),
        ))  # fmt: skip
        yield get(f"{path}/$validate")
        yield get(f"{path}/_history")
        yield get(f"{path}/_history/{chance.randint(1, 3)}")
        yield get(f"{kind}?_id={id_}&_total=accurate")


def _patient(world: World, id_: str) -> Iterator[Ask]:
    mine = f"_tag={world.tag}"
    yield get(f"Patient/{id_}/$everything")
    yield get(f"Patient/{id_}/$everything?_count=2")
    yield get(f"Patient/{id_}/$everything?_type=Observation,Encounter&_since=2026-01-01T00:00:00Z")
    yield get(f"Observation/$lastn?patient=Patient/{id_}&category=laboratory")
    yield get(f"Observation/$lastn?subject=Patient/{id_}&code={LOINC}|2160-0&max=2")
    yield get(
        f"Observation/$stats?subject=Patient/{id_}&code=2160-0&system={LOINC}"
        "&statistic=average&statistic=count&statistic=maximum&duration=100000"
    )
    yield get(f"Observation?subject=Patient/{id_}&_total=accurate")
    yield get(f"Observation?patient=Patient/{id_}&_sort=-date&_count=1")
    yield get(f"Observation?patient:Patient.identifier={SYSTEM}|{world.tag}-1")
    yield get(f"Encounter?patient={id_}&_summary=count")
    yield get(f"Appointment?actor=Patient/{id_}&_include=Appointment:actor")
    yield get(f"Group?member=Patient/{id_}&_summary=count")
    yield get(f"Provenance?target=Patient/{id_}&_include=Provenance:target")
    yield get(f"DocumentReference?patient=Patient/{id_}&_include=*")
    yield get(f"AuditEvent?patient=Patient/{id_}&_total=accurate")
    yield get(f"AuditEvent?entity=Patient/{id_}")
    yield get(f"Patient?_id={id_}&_revinclude=*&{mine}")
    yield _advice(id_)
    yield _graph(
        f"Patient/{id_}/$graphql",
        "{id name{family} ObservationList(_reference:patient){id status} "
        "ConditionList(_reference:patient){id code{text}}}",
    )


def _searches(world: World) -> Iterator[Ask]:
    mine = f"_tag={world.tag}"
    for kind in KINDS:
        for rest in (
            "_total=accurate", "_summary=count", "_count=1", "_total=estimate",
            "_sort=_lastUpdated",
            "_lastUpdated=gt2020-01-01&_total=accurate", "_sort=-_id&_count=2", "_elements=id",
        ):  # fmt: skip
            yield get(f"{kind}?{mine}&{rest}")
        yield get(f"{kind}/_history?_count=50")
        yield post(f"{kind}/_search", f"{mine}&_total=accurate", FORM)
    yield from (get(f"?{mine}&_type={kinds}") for kinds in (
        "Observation,Encounter", "Patient,List,Group&_total=accurate", "Binary,Composition"
    ))  # fmt: skip
    yield get("_history?_count=50")
    yield get("_history?_since=2026-01-01T00:00:00Z&_count=7")
    for word in WORDS:
        yield get(f"Condition?_text={word}&{mine}")
        yield get(f"Observation?_content={word}&{mine}&_total=accurate")
        yield get(f"Observation?code:text={word}&{mine}")
    for rest in (
        "Observation?_sort=-date&_count=2", "Observation?_sort=code,_id", "Observation?code:not=x",
        "Observation?subject:missing=true", "Observation?subject:Patient.family=Martin",
        "Observation?encounter.status=finished&_summary=count",
        "Observation?encounter.subject:Patient.gender=male",
        "Observation?has-member.status=final",
        "Observation?_filter=not (encounter.status eq finished)",
        "Observation?_include=Observation:subject&_include=Observation:encounter",
        "Observation?_include=*&_count=2", "Observation?_include:iterate=Observation:has-member",
        "Observation?_has:DiagnosticReport:result:status=final&_total=accurate",
        "Observation?_has:Provenance:target:agent=Practitioner/" + DOCTOR,
        "Observation?_has:List:item:status=current", "Observation?value-quantity=gt3",
        "Observation?_revinclude=DiagnosticReport:result&_revinclude=Provenance:target",
        "Patient?_has:Observation:subject:code=2160-0&_total=accurate",
        "Patient?_has:Encounter:subject:_has:Observation:encounter:status=final",
        "Patient?_has:Group:member:type=person", "Patient?family=Martin&birthdate=1951-02-03",
        "Patient?_revinclude=Observation:subject&_revinclude=Appointment:actor",
        "Patient?_revinclude=Encounter:subject&_revinclude:iterate=Observation:encounter",
        "Patient?link.gender=male", "Encounter?_has:Observation:encounter:category=laboratory",
        "Encounter?location=Location/unite&_count=1", "Encounter?_revinclude=Observation:encounter",
        "Encounter?participant=Practitioner/" + DOCTOR, "List?item=Observation/x&_total=accurate",
        "List?_include=List:item", "Group?_include=Group:member",
        "Group?member:Patient.gender=male",
        "DiagnosticReport?result.status=final", "DiagnosticReport?_include=DiagnosticReport:result",
        "Composition?_include=Composition:entry", "Composition?entry.code=2160-0",
        "Provenance?target.status=final", "Provenance?patient.family=Martin",
        "DocumentReference?_include=DocumentReference:subject",
        "MedicationRequest?subject.gender=male",
        "ServiceRequest?_revinclude=DiagnosticReport:based-on", "Appointment?actor.gender=male",
    ):  # fmt: skip
        yield get(f"{rest}&{mine}")
    yield get(f"Location?_id=unite&_revinclude=Encounter:location&_has:Encounter:location:{mine}")
    yield get(f"Practitioner?_id={DOCTOR}&_revinclude=Encounter:participant")


def _operations(world: World) -> Iterator[Ask]:
    tagged = f'(_tag:"{world.tag}")'
    yield _graph(
        "$graphql",
        f"{{ObservationList{tagged}{{id subject{{reference "
        "resource{...on Patient{id gender}}} "
        f"encounter{{resource(optional:true){{...on Encounter{{id status}}}}}}}}}}",
    )
    yield _graph(
        "$graphql", f"{{PatientList{tagged}{{id ObservationList(_reference:subject){{id}}}}}}"
    )
    yield _graph(
        "$graphql", f'{{ObservationConnection(_tag:"{world.tag}",_count:2){{count pagesize edges'
        "{resource{id}}}}",
    )  # fmt: skip
    for kind, id_ in world.versions:
        if kind in ("Patient", "Observation", "Encounter", "Binary"):
            yield _graph("$graphql", f'{{{kind}(id:"{id_}"){{id}}}}')
        if kind == "Composition":
            yield get(f"Composition/{id_}/$document")
    yield get("$meta")
    yield from (get(f"{kind}/$meta") for kind in ("Observation", "Patient", "Encounter"))
    for kind in ("Observation", "Patient", "Encounter", "Condition"):
        yield _view(kind, "_format=ndjson")
        for one in world.patients:
            yield _view(
                kind,
                "_format=csv",
                {"name": "patient", "valueReference": {"reference": f"Patient/{one}"}},
            )


def _graph(path: str, query: str) -> Ask:
    return post(path, {"query": query}, {"content-type": "application/json"})


def _advice(patient: str) -> Ask:
    """Decision support (CDS Hooks), as the application of somebody who opens the record."""
    context = {"userId": f"Practitioner/{DOCTOR}", "patientId": patient}
    body = {
        "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "fhirServer": "http://hospital.test/fhir", "context": context,
    }  # fmt: skip
    headers = (("content-type", "application/json"),)
    return Ask("POST", "/cds-services/reperes-dossier", body, headers)


def _view(kind: str, rest: str, *more: Any) -> Ask:
    view = {
        "resourceType": "ViewDefinition", "name": "v", "resource": kind, "status": "active",
        "select": [{"column": [{"name": "id", "path": "id"}]}],
    }  # fmt: skip
    given = [{"name": "viewResource", "resource": view}, *more]
    body = {"resourceType": "Parameters", "parameter": given}
    return post(f"$viewdefinition-run?{rest}", body)


# --- changing -----------------------------------------------------------------------------------


def writes(world: World) -> Iterator[Ask]:
    """Of all kinds, to what is seen, to what is not, and to what never was."""
    chance = random.Random(f"http writes {world.number}")
    names = [name for name in world.versions if name[0] != "Practitioner"]
    for n, (kind, id_) in enumerate(chance.sample(names, min(6, len(names)))):
        new = resource_of(world, chance, kind, id_)
        match = chance.choice(((), (), (("if-match", 'W/"1"'),), (("if-match", 'W/"7"'),)))
        steps = [{"op": "add", "path": "/language", "value": f"f{'rde'[n % 3]}"}]
        yield chance.choice((
            Ask("PUT", f"/fhir/{kind}/{id_}", new, (*FHIR.items(), *match)),
            Ask("PUT", f"/fhir/{kind}/{id_}", new, (*FHIR.items(), *match)),
            Ask("PATCH", f"/fhir/{kind}/{id_}", steps, (*PATCH.items(), *match)),
            Ask("DELETE", f"/fhir/{kind}/{id_}", None, match),
            post(f"{kind}/{id_}/$meta-add", _tagged(id_)),
        ))  # fmt: skip
    absent = f"none{world.number}"
    yield Ask("PUT", f"/fhir/Observation/{absent}",
              resource_of(world, chance, "Observation", absent), tuple(FHIR.items()))  # fmt: skip
    for kind in chance.sample(("Observation", "Encounter", "Appointment", "Condition", "Group"), 3):
        new = _new(world, chance, kind)
        criteria = f"identifier={SYSTEM}|{world.tag}-{chance.randint(1, 3)}"
        yield post(kind, new)
        yield post(kind, new, {**FHIR, "if-none-exist": criteria})
        yield post(kind, new, {**FHIR, "prefer": "return=OperationOutcome"})
        yield Ask("PUT", f"/fhir/{kind}?{criteria}", new, tuple(FHIR.items()))
        steps = [{"op": "add", "path": "/language", "value": "fr"}]
        yield Ask("PATCH", f"/fhir/{kind}?{criteria}", steps, tuple(PATCH.items()))
        yield Ask("DELETE", f"/fhir/{kind}?{criteria}")
    yield post("", _bundle(world, chance, "transaction"))
    yield post("", _bundle(world, chance, "batch"))
    for kind in KINDS:
        yield get(f"{kind}?_tag={world.tag}&_summary=count")


def _new(world: World, chance: random.Random, kind: str) -> dict[str, Any]:
    new = resource_of(world, chance, kind, "x")
    del new["id"]
    return new


def _tagged(id_: str) -> dict[str, Any]:
    meta = {"tag": [{"system": SYSTEM, "code": f"added-{id_}"}]}
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}


def _bundle(world: World, chance: random.Random, kind: str) -> dict[str, Any]:
    new = _new(world, chance, "Observation")
    number = f"{world.tag}-{chance.randint(1, 3)}"
    if kind == "transaction":
        new["subject"] = {"reference": f"Patient?identifier={SYSTEM}|{number}"}
    entries: list[dict[str, Any]] = [
        {"resource": new, "request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "GET", "url": f"Observation?_tag={world.tag}&_total=accurate"}},
    ]
    if kind == "batch":
        names = chance.sample(list(world.versions), 3)
        entries += [{"request": {"method": "GET", "url": f"{of}/{id_}"}} for of, id_ in names]
        of, id_ = chance.choice(names)
        entries.append({"request": {"method": "GET", "url": f"{of}/{id_}/_history"}})
        entries.append({
            "resource": resource_of(world, chance, of, id_),
            "request": {"method": "PUT", "url": f"{of}/{id_}"},
        })  # fmt: skip
    return {"resourceType": "Bundle", "type": kind, "entry": entries}
