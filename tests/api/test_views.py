"""Guards views over HTTP: the same rights as a search, a trace before the answer, and its end."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from hygie.api import view_request
from hygie.api import views as running
from hygie.insight.views import library
from hygie.store.store import Store
from hygie.trace import Context

RUN = "/ViewDefinition/$run"
PATHS = (RUN, "/ViewDefinition/$viewdefinition-run", "/$viewdefinition-run")
FHIR = {"Content-Type": "application/fhir+json"}
VIEW = {
    "resourceType": "ViewDefinition", "name": "weights", "url": "urn:test:weights",
    "resource": "Observation", "status": "active",
    "select": [{"column": [
        {"name": "id", "path": "id"},
        {"name": "patient", "path": "subject.getReferenceKey(Patient)"},
        {"name": "kg", "path": "value.ofType(Quantity).value", "type": "decimal"},
    ]}],
}  # fmt: skip


def observation(name: str, patient: str, kg: str = "72.50") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": {"text": "weight"},
        "subject": {"reference": f"Patient/{patient}"}, "valueQuantity": {"value": float(kg)},
    }  # fmt: skip


@pytest.fixture(autouse=True)
async def filled(store: Store, context: Context) -> None:
    async with store.transaction(context) as transaction:
        await transaction.write_many(
            [
                *({"resourceType": "Patient", "id": name} for name in ("p", "q")),
                *(observation(f"o{n}", "p") for n in range(3)),
                observation("other", "q"),
            ]
        )


def parameters(*given: dict[str, Any], view: Any = VIEW) -> bytes:
    parts = [{"name": "viewResource", "resource": view}] if view else []
    return json.dumps({"resourceType": "Parameters", "parameter": [*parts, *given]}).encode()


async def run(client: httpx.AsyncClient, body: bytes, path: str = RUN, **headers: str) -> Any:
    return await client.post(path, content=body, headers={**FHIR, **headers})


def rows(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def rule(response: httpx.Response) -> str:
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    found: str = outcome["issue"][0]["details"]["coding"][0]["code"]
    return found


async def test_a_view_runs_under_each_of_its_names(client: httpx.AsyncClient) -> None:
    """Danger: an address that the specification gives, and that leads nowhere."""
    for path in PATHS:
        response = await run(client, parameters(), path)
        assert response.headers["content-type"] == "application/x-ndjson"
        assert response.headers["cache-control"] == "no-store"
        assert {row["id"] for row in rows(response)} == {"o0", "o1", "o2", "other"}
    assert len(rows(await run(client, json.dumps(VIEW).encode()))) == 4


async def test_whoever_may_not_search_the_type_is_refused_as_a_search_is(
    asking: Any, trail: Any
) -> None:
    """Danger: a view as a way around the rights on a type."""
    for scopes in ("system/Patient.rs", "system/Observation.r", "system/Observation.cud"):
        async with asking(scopes) as client:
            search = await client.get("/Observation")
            response = await run(client, parameters())
            assert response.status_code == search.status_code == 403
            assert response.json()["issue"] == search.json()["issue"]
            assert trail.entries[-1].action == "refused"
    assert not [entry for entry in trail.entries if entry.action == "view"]
    async with asking("system/Observation.s") as client:
        assert len(rows(await run(client, parameters()))) == 4
    async with asking("") as stranger:
        assert (await run(stranger, parameters())).status_code == 401


async def test_it_is_on_record_before_the_answer(
    client: httpx.AsyncClient, trail: Any, store: Store
) -> None:
    """Danger: data given out of which no trace says to whom, which, and by what view."""
    response = await run(client, parameters())
    assert len(rows(response)) == 4
    entry = trail.entries[-1]
    assert (entry.action, entry.type, entry.count, entry.patient) == ("view", "Observation", 4, 0)
    assert entry.context.actor == "tester"
    assert entry.detail.startswith("view weights urn:test:weights sha256:")
    patient = {"name": "patient", "valueReference": {"reference": "Patient/p"}}
    assert {row["patient"] for row in rows(await run(client, parameters(patient)))} == {"p"}
    assert trail.entries[-1].patient == store.keyring.reference("Patient", "p")


async def test_no_answer_without_its_trace(
    client: httpx.AsyncClient, trail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: rows that leave while their trace cannot be written."""

    async def full(_: Any) -> None:
        raise OSError

    monkeypatch.setattr(trail, "record", full)
    response = await run(client, parameters())
    assert response.status_code >= 500
    assert "o1" not in response.text


async def test_the_formats(client: httpx.AsyncClient) -> None:
    """Danger: an answer in another form than was asked for."""
    limit = {"name": "_limit", "valueInteger": 1}
    kg = "72.5"
    for asked in ("_format=csv", "_format=text/csv"):
        response = await run(client, parameters(limit), f"{RUN}?{asked}")
        assert response.headers["content-type"].startswith("text/csv")
        assert response.text.splitlines()[0] == "id,patient,kg"
    bare = {"name": "header", "valueBoolean": False}
    response = await run(client, parameters(limit, bare), Accept="text/csv")
    assert response.text.endswith(f",{kg}\n")
    assert "id,patient" not in response.text
    form = {"name": "_format", "valueCode": "json"}
    response = await run(client, parameters(form), Accept="text/csv")
    assert len(response.json()) == 4
    response = await run(client, parameters({"name": "_format", "valueCode": "parquet"}))
    assert pq.read_table(io.BytesIO(response.content)).num_rows == 4
    response = await run(client, parameters({"name": "_format", "valueCode": "xml"}))
    assert (response.status_code, rule(response)) == (400, "view.parameter")


async def test_what_limits_the_rows(client: httpx.AsyncClient) -> None:
    """Danger: a limit, a moment or a patient that is not heeded."""
    assert len(rows(await run(client, parameters({"name": "_limit", "valueInteger": 2})))) == 2
    assert rows(await run(client, parameters({"name": "_limit", "valueInteger": 0}))) == []
    later = {"name": "_since", "valueInstant": "2999-01-01T00:00:00Z"}
    assert rows(await run(client, parameters(later))) == []
    earlier = {"name": "_since", "valueInstant": "2000-01-01T00:00:00Z"}
    assert len(rows(await run(client, parameters(earlier)))) == 4
    unknown = {"name": "patient", "valueReference": {"reference": "Patient/nobody"}}
    assert rows(await run(client, parameters(unknown))) == []


async def test_a_ready_view_by_its_name(client: httpx.AsyncClient) -> None:
    """Danger: views that are documented and cannot be run."""
    for name in library.names():
        for reference in (f"ViewDefinition/{name}", f"urn:hygie:view:{name}|1"):
            part = {"name": "viewReference", "valueReference": {"reference": reference}}
            assert (await run(client, parameters(part, view=None))).status_code == 200
    part = {"name": "viewReference", "valueReference": {"reference": "ViewDefinition/nothing"}}
    assert (await run(client, parameters(part, view=None))).status_code == 404


async def test_over_resources_that_come_with_it(asking: Any, trail: Any) -> None:
    """Danger: a view tried on somebody's own data that reads what is stored."""
    async with asking("system/Patient.r") as client:
        given = {"name": "resource", "resource": observation("mine", "x", "1.25")}
        response = await run(client, parameters(given))
    assert rows(response) == [{"id": "mine", "patient": "x", "kg": 1.25}]
    assert not [entry for entry in trail.entries if entry.action == "view"]


async def test_a_filter_of_what_is_stored_is_not_passed_over(client: httpx.AsyncClient) -> None:
    """Danger: rows of others than the patient who was asked for."""
    given = {"name": "resource", "resource": observation("mine", "x")}
    for part in (
        {"name": "patient", "valueReference": {"reference": "Patient/y"}},
        {"name": "_since", "valueInstant": "2020-01-01T00:00:00Z"},
    ):
        response = await run(client, parameters(given, part))
        assert (response.status_code, rule(response)) == (400, "view.parameter")


WRONG: tuple[tuple[bytes, int, str], ...] = (
    (parameters(view=None), 400, "view.parameter"),
    (
        parameters({"name": "group", "valueReference": {"reference": "Group/1"}}),
        400,
        "view.parameter",
    ),
    (parameters({"name": "source", "valueString": "s3://x"}), 400, "view.parameter"),
    (parameters({"name": "colour", "valueString": "blue"}), 400, "parameter.unknown"),
    (parameters({"name": "_limit", "valueInteger": -1}), 400, "view.parameter"),
    (parameters({"name": "_limit", "valueBoolean": True}), 400, "view.parameter"),
    (
        parameters({"name": "_limit", "valueInteger": 1}, {"name": "_limit", "valueInteger": 2}),
        200,
        "",
    ),
    (parameters({"name": "patient", "valueString": "p' OR 1=1"}), 400, "view.parameter"),
    (
        parameters({"name": "patient", "valueReference": {"reference": "Group/1"}}),
        400,
        "view.parameter",
    ),
    (parameters({"name": "_since", "valueInstant": "yesterday"}), 400, "parameter.value"),
    (parameters({"name": "patient"}), 400, "view.parameter"),
    (parameters({"name": "resource", "resource": {"id": "1"}}), 400, "view.parameter"),
    (parameters({"name": "viewResource", "resource": VIEW}), 400, "view.parameter"),
    (b'{"resourceType":"Parameters","parameter":{}}', 400, "view.parameter"),
    (b'{"resourceType":"Parameters","parameter":[1]}', 400, "view.parameter"),
    (b'{"resourceType":"Patient"}', 400, "view."),
    (b"[]", 400, "json.resource-type"),
    (parameters()[:-9], 400, "json."),
)


async def test_what_is_wrong_is_named(client: httpx.AsyncClient, trail: Any) -> None:
    """Danger: a parameter passed over in silence: everybody's rows instead of one patient's."""
    for body, status, found in WRONG:
        response = await run(client, body)
        if found:
            assert response.status_code in (status, 422), body
            assert rule(response).startswith(found), (body, response.text)
        else:
            assert response.status_code == status
    await run(client, parameters())
    assert [entry.count for entry in trail.entries if entry.action == "view"] == [4, 4]


async def test_nothing_of_a_patient_in_the_address(client: httpx.AsyncClient) -> None:
    """Danger: a patient's number in the logs of every proxy on the way."""
    for query in ("patient=p", "_since=2020-01-01T00:00:00Z", "viewReference=x", "resource=x"):
        response = await run(client, parameters(), f"{RUN}?{query}")
        assert (response.status_code, rule(response)) == (400, "view.parameter")
    assert (await client.get(RUN)).status_code == 405
    assert (await client.get("/ViewDefinition/x")).status_code == 404


HOSTILE: tuple[Any, ...] = (
    {**VIEW, "resource": "Nonsense"},
    {**VIEW, "select": []},
    {**VIEW, "select": [{"column": [{"name": "a", "path": "id"}, {"name": "a", "path": "id"}]}]},
    {**VIEW, "select": [{"column": [{"name": f"c{n}", "path": "id"} for n in range(5_000)]}]},
    {**VIEW, "select": [{"column": [{"name": "a", "path": "(" * 10_000 + "id" + ")" * 10_000}]}]},
    {**VIEW, "select": [{"column": [{"name": "a", "path": "id" * 1_000_000}]}]},
    {**VIEW, "select": [{"column": [{"name": "a'; DROP TABLE x", "path": "id"}]}]},
    {**VIEW, "select": [{"column": [{"name": "a", "path": "id.matches('(a+)+$"}]}]},
    {**VIEW, "select": 3},
    {"resourceType": "ViewDefinition"},
)


async def test_hostile_views_are_refused_soon(client: httpx.AsyncClient, trail: Any) -> None:
    """Danger: one definition that takes the server down, or reaches its database."""
    for view in HOSTILE:
        async with asyncio.timeout(10):
            response = await run(client, parameters(view=view))
        assert response.status_code in (400, 413, 422), str(view)[:200]
        assert response.json()["resourceType"] == "OperationOutcome"
    assert not [entry for entry in trail.entries if entry.action == "view"]
    assert len(rows(await run(client, parameters()))) == 4


async def test_a_value_that_does_not_fit_is_said_without_it(client: httpx.AsyncClient) -> None:
    """Danger: rows that stop half way and look whole, or a health datum in an error."""
    column = {"name": "codes", "path": "code.text | status"}
    view = {**VIEW, "select": [{"column": [column]}]}
    response = await run(client, parameters(view=view))
    assert response.status_code == 422
    assert "weight" not in response.text


async def test_too_many_resources_are_refused_beforehand(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: an answer cut after an hour that could have been refused at once."""
    monkeypatch.setattr(running, "MAX_VIEW_RESOURCES", 3)
    response = await run(client, parameters())
    assert (response.status_code, rule(response)) == (413, "view.resources")
    patient = {"name": "patient", "valueReference": {"reference": "Patient/p"}}
    assert len(rows(await run(client, parameters(patient)))) == 3


# --- the wire -------------------------------------------------------------------------------
class Wire:
    """A client that is asked by hand, to leave when it likes."""

    def __init__(self, app: Any, token: str, body: bytes) -> None:
        self._app = app
        self._body = body
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        self.scope = {
            "type": "http", "method": "POST", "path": f"/fhir{RUN}", "query_string": b"",
            "root_path": "", "scheme": "http", "server": ("x", 80),
            "headers": [
                (b"host", b"x"), (b"authorization", f"Bearer {token}".encode()),
                (b"content-type", b"application/fhir+json"),
            ],
        }  # fmt: skip
        self._given = False

    async def receive(self) -> dict[str, Any]:
        if not self._given:
            self._given = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(self) -> None:
        await self._app(self.scope, self.receive, self.send)

    @property
    def whole(self) -> bool:
        return bool(self.sent) and not self.sent[-1].get("more_body", False)


@pytest.fixture
async def token(access: Any) -> str:
    made: str = await access.create_token("tester", "system/*.rs", timedelta(hours=1))
    return made


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything goes one resource at a time."""
    monkeypatch.setattr("hygie.store.reading.whole.PARTS", (("true", 1),))
    monkeypatch.setattr("hygie.insight.views.running.BATCH_RESOURCES", 1)
    monkeypatch.setattr("hygie.insight.views.sql.engine.CHUNK_RESOURCES", 1)


async def test_a_client_that_leaves_frees_what_it_had(
    app: Any, store: Store, token: str, small: None
) -> None:
    """Danger: transactions and views that stay for clients who have gone."""
    wire = Wire(app, token, parameters())
    wire.left.set()
    await wire.ask()
    assert not wire.whole
    assert store._connections.readings.get_idle_size() == store._connections.readings.get_size()
    assert not app._services.views.locked()
    again = Wire(app, token, parameters())
    await again.ask()
    assert again.whole


async def test_an_answer_that_fails_has_no_end(
    app: Any, token: str, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: half a table that looks whole."""
    monkeypatch.setattr(running, "MAX_VIEW_ANSWER_BYTES", 100)
    wire = Wire(app, token, parameters())
    await wire.ask()
    assert [message["type"] for message in wire.sent[:2]] == [
        "http.response.start",
        "http.response.body",
    ]
    assert not wire.whole
    assert not app._services.views.locked()


async def test_a_view_that_finds_nothing_ends_in_time(
    client: httpx.AsyncClient, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a view without rows, that nothing ever stops."""
    monkeypatch.setattr(running, "VIEW_SECONDS", 0.001)
    nothing = {**VIEW, "where": [{"path": "status = 'registered'"}]}
    response = await run(client, parameters(view=nothing))
    assert (response.status_code, rule(response)) == (413, "view.answer")


async def test_a_client_that_leaves_before_the_first_rows_is_noticed(
    app: Any, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: the places of all views taken by clients who have gone."""
    begun, ended = asyncio.Event(), False

    async def endless(*_: Any) -> AsyncGenerator[bytes]:
        nonlocal ended
        try:
            begun.set()
            await asyncio.Event().wait()
            yield b""
        finally:
            ended = True

    monkeypatch.setattr(running, "_answer", endless)
    wire = Wire(app, token, parameters())
    asking = asyncio.create_task(wire.ask())
    await begun.wait()
    wire.left.set()
    async with asyncio.timeout(5):
        await asking
    assert ended
    assert not wire.sent


async def test_a_third_view_is_told_to_wait(app: Any, client: httpx.AsyncClient) -> None:
    """Danger: views that take every processor from those who care for patients."""
    async with app._services.views, app._services.views:
        response = await run(client, parameters())
    assert (response.status_code, rule(response)) == (429, "view.busy")
    assert int(response.headers["retry-after"]) > 0


async def test_an_upload_that_ends_early_changes_nothing(app: Any, token: str, trail: Any) -> None:
    """Danger: half a definition taken for a whole one."""
    wire = Wire(app, token, b"")
    parts = iter([{"type": "http.request", "body": parameters()[:40], "more_body": True}])

    async def receive() -> dict[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    await app(wire.scope, receive, wire.send)
    assert not wire.sent
    assert not [entry for entry in trail.entries if entry.action == "view"]


def test_every_parameter_of_the_specification_is_known() -> None:
    """Danger: a parameter of the specification that is called unknown."""
    named = {
        "_format", "header", "viewReference", "viewResource", "patient", "group", "source",
        "resource", "_limit", "_since",
    }  # fmt: skip
    assert named == {*view_request.READERS, *view_request.NOT_OFFERED, "resource"}
