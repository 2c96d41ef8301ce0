"""FHIR messages posted: who may, what comes back, and that nothing is taken from strangers."""

import json
import string
from contextlib import suppress
from functools import reduce
from operator import getitem
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.messaging.conftest import EVENTS, Json, observation, patient

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.validate import base_validator
from hygie.fhir.xml import write_xml
from hygie.intake.inbox import Inbox
from hygie.intake.settling import Settler
from hygie.intake.sources.declaration import Http, Mllp, Source
from hygie.refusal import has_errors
from hygie.trace import Context

JSON = {"Content-Type": "application/fhir+json"}
ADDRESS = "/$process-message"
AT = "http://lab.example.org/fhir"


def message(*resources: Any, number: str = "M1", name: str = "lab", **header: Any) -> Json:
    first = {
        "resourceType": "MessageHeader", "id": number,
        "eventCoding": {"system": EVENTS, "code": "observation-provide"},
        "source": {"name": name, "endpoint": f"{AT}/$process-message"},
        "focus": [{"reference": "Observation/o"}],
    } | header  # fmt: skip
    entries = [
        {"fullUrl": f"{AT}/{one['resourceType']}/{one['id']}", "resource": one}
        for one in (first, *(resources or (patient(), observation())))
    ]
    return {"resourceType": "Bundle", "id": f"B{number}", "type": "message", "entry": entries}


def headed(answer) -> Json:
    """The MessageHeader of a response that keeps the rules of R4 itself."""
    found = decode(answer.content)
    assert not has_errors(base_validator().validate(found))
    return found["entry"][0]["resource"]


async def declared(sources) -> None:
    context = Context(actor="test", kind="system")
    for source in (
        Source(name="lab", way=Http()),
        Source(name="off", way=Http(), running=False),
        Source(name="wire", way=Mllp(port=2575)),
    ):
        await sources.declare(source, context)


@pytest.fixture
async def posting(asking, sources):
    await declared(sources)
    return asking


async def test_a_message_is_answered_by_a_message(posting, gateway):
    """A sender told of success while its message waits for somebody."""
    bad = message(patient(), observation(status="perhaps"), number="M2")
    async with posting("message/lab") as client:
        good = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
        faulty = await client.post(ADDRESS, content=json.dumps(bad), headers=JSON)
        again = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
    assert [one.status_code for one in (good, faulty, again)] == [200, 200, 200]
    assert headed(good)["response"] == {"identifier": "M1", "code": "ok"}
    assert headed(good)["destination"][0]["endpoint"] == f"{AT}/$process-message"
    assert headed(faulty)["response"]["code"] == "fatal-error"
    outcome = decode(faulty.content)["entry"][1]
    assert outcome["fullUrl"] == headed(faulty)["response"]["details"]["reference"]
    assert outcome["resource"]["issue"][0]["expression"] == ["Bundle.entry[2].resource.status"]
    assert again.content == good.content
    assert (await gateway.counts()).states == {"filed": 1, "quarantined": 1, "duplicate": 1}


async def test_xml_is_a_message_too(posting, gateway):
    """A sender who writes XML, and is answered in what he cannot read."""
    raw = write_xml(decode(json.dumps(message()).encode()), r4())
    headers = {"Content-Type": "application/fhir+xml", "Accept": "application/fhir+xml"}
    async with posting("message/lab") as client:
        answer = await client.post(ADDRESS, content=raw, headers=headers)
    assert answer.status_code == 200
    assert b'<code value="ok"/>' in answer.content
    assert (await gateway.counts()).states == {"filed": 1}


@pytest.mark.parametrize(
    ("scopes", "name", "status"),
    [
        ("system/*.cruds", "lab", 403),
        ("system/MessageHeader.c system/Bundle.c", "lab", 403),
        ("hl7v2/lab", "lab", 403),
        ("hl7v2/* system/*.cruds", "lab", 403),
        ("message/wire", "lab", 404),
        ("message/off", "lab", 404),
        ("message/other", "lab", 404),
        ("message/*", "unknown", 404),
        ("message/gam message/wire", "lab", 403),
        ("message/*", "lab", 200),
        ("message/gam message/lab", "lab", 200),
        ("message/lab", "whatever it calls itself", 200),
    ],
)
async def test_only_what_was_granted(posting, gateway, scopes, name, status):
    """A token for resources, or for another source, with which anything is filed."""
    async with posting(scopes) as client:
        body = json.dumps(message(name=name))
        assert (await client.post(ADDRESS, content=body, headers=JSON)).status_code == status
    assert (await gateway.counts()).states == ({"filed": 1} if status == 200 else {})


async def test_the_scope_opens_nothing_else(posting):
    """A sender of messages who reads records."""
    async with posting("message/*") as client:
        assert (await client.get("/Patient")).status_code == 403
        assert (await client.post("/Patient", json=patient())).status_code == 403
        assert (await client.get(ADDRESS)).status_code == 405


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?async=true", 501), ("?response-url=http://x.example", 501), ("?async=maybe", 501),
        ("?async=false", 200), ("?_format=json", 200), ("?more=1", 400),
    ],
)  # fmt: skip
async def test_what_would_answer_elsewhere_is_refused(posting, gateway, query, status):
    """A response that is waited for, at an address to which nothing is sent."""
    async with posting("message/lab") as client:
        answer = await client.post(ADDRESS + query, content=json.dumps(message()), headers=JSON)
    assert answer.status_code == status
    assert len((await gateway.counts()).states) == (status == 200)


CUT = json.dumps(message()).encode()[:200]
NOT_MESSAGES = [
    (CUT, 400),
    (b"", 400),
    (b"<Bundle xmlns='http://hl7.org/fhir'><type value='mess", 422),
    (b'{"resourceType":"Patient"}', 400),
    (b'{"resourceType":"Bundle","type":"batch"}', 400),
    (b'{"resourceType":"Bundle","type":"message"}', 400),
    (b'{"resourceType":"Bundle","type":"message","entry":[1]}', 400),
    (json.dumps(message(id="")).encode(), 200),
]


@pytest.mark.parametrize(("raw", "status"), NOT_MESSAGES)
async def test_what_is_no_message_is_told_so_at_once(posting, gateway, raw, status):
    """A body cut on its way, taken for something that is kept."""
    headers = {"Content-Type": "application/fhir+xml"} if raw.startswith(b"<") else JSON
    if status == 200:  # a header without an id
        raw, status = raw.replace(b'"id": ""', b'"language": "fr"'), 400
    async with posting("message/lab") as client:
        answer = await client.post(ADDRESS, content=raw, headers=headers)
    assert answer.status_code == status
    assert decode(answer.content)["resourceType"] == "OperationOutcome"
    assert (await gateway.counts()).states == {}


async def test_a_database_that_is_away_is_told_as_transient(posting, gateway, monkeypatch):
    """A sender who gives up a message that would have been taken a minute later."""

    async def away(*_):
        raise ConnectionRefusedError

    async with posting("message/lab") as client:
        with monkeypatch.context() as patch:
            patch.setattr(Inbox, "admit", away)
            answer = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
        assert (answer.status_code, headed(answer)["response"]["code"]) == (503, "transient-error")
        assert answer.headers["retry-after"]
        after = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
    assert headed(after)["response"]["code"] == "ok"


async def test_what_is_safe_and_not_settled_is_accepted(posting, gateway, monkeypatch):
    """ "ok" said of what is not filed yet; or an error, and the message sent for ever."""

    async def cut(*_):
        raise OSError("power cut")

    async with posting("message/lab") as client:
        with monkeypatch.context() as patch:
            patch.setattr(Settler, "settle", cut)
            answer = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
        assert answer.status_code == 202
        assert (await gateway.counts()).states == {"received": 1}
        after = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
    assert headed(after)["response"]["code"] == "ok"


@pytest.mark.parametrize(
    ("wish", "status"), [("always", 200), ("on-error", 204), ("never", 204), ("on-success", 200)]
)
async def test_who_wants_no_response_gets_none(posting, gateway, wish, status):
    """A sender that breaks on an answer it did not ask for."""
    url = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request"
    asked = message(extension=[{"url": url, "valueCode": wish}])
    async with posting("message/lab") as client:
        answer = await client.post(ADDRESS, content=json.dumps(asked), headers=JSON)
    assert answer.status_code == status
    assert (await gateway.counts()).states == {"filed": 1}


async def test_the_statement_says_so(posting):
    """A client that finds the operation by chance, or looks for one that is not there."""
    async with posting("message/lab") as client:
        statement = (await client.get("/metadata")).json()
    assert {"name": "process-message", "definition": (
        "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"
    )} in statement["rest"][0]["operation"]  # fmt: skip
    assert statement["messaging"][0]["endpoint"][0]["address"].endswith("/fhir/$process-message")


SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(string.printable, max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["reference", "identifier", "system", "value", "coding", "code", "link"]),
        inner, max_size=3,
    ),
    max_leaves=6,
)  # fmt: skip
PATHS = st.sampled_from([
    ("type",), ("entry",), ("timestamp",), ("id",), ("entry", 0), ("entry", 1), ("entry", 2),
    *((("entry", 0, "resource", name)) for name in
      ("id", "focus", "source", "eventCoding", "response", "extension", "resourceType")),
    *((("entry", 1, "resource", name)) for name in
      ("identifier", "name", "extension", "link", "birthDate", "contact", "id", "resourceType")),
    *((("entry", 2, "resource", name)) for name in
      ("identifier", "subject", "extension", "meta", "performer", "code", "resourceType")),
    *((("entry", n, "fullUrl")) for n in range(3)),
])  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(st.tuples(PATHS, VALUES), min_size=1, max_size=3))
async def test_no_content_brings_the_door_down(posting, gateway, changes):
    """A form nobody thought of: an error of the server, and a message without its reason."""
    told: Any = message(number=uuid4().hex)
    for path, value in changes:
        with suppress(LookupError, TypeError):  # another change took the place away
            reduce(getitem, path[:-1], told)[path[-1]] = value
    async with posting("message/lab") as client:
        answer = await client.post(ADDRESS, content=json.dumps(told), headers=JSON)
    assert answer.status_code < 500, answer.text
    assert "intake.unexpected" not in answer.text


async def test_what_is_posted_is_counted(posting, posts, sources):
    """Messages refused all day, by a source whose page shows no message at all."""
    bad = message(patient(), observation(status="perhaps"), number="M2")
    async with posting("message/lab") as client:
        for body in (message(), bad):
            await client.post(ADDRESS, content=json.dumps(body), headers=JSON)
    await posts.write()
    told = (await sources.states())["lab"]
    assert told.answered == {"ok": 1, "fatal-error": 1}
    assert (told.received, told.connections, told.unanswered) == (2, 0, 0)
    assert told.last_refusal
    assert told.p99_ms > 0


async def test_what_could_not_be_kept_is_counted(posting, posts, sources, gateway, monkeypatch):
    """A database that was away for an hour, and nothing that says the sender was sent away."""

    async def away(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr(gateway, "accept", away)
    async with posting("message/lab") as client:
        answer = await client.post(ADDRESS, content=json.dumps(message()), headers=JSON)
    assert answer.status_code == 503
    told = posts.of((await sources.require("lab")).value).gauge.state()
    assert (told.received, told.unanswered, told.answered) == (1, 1, {})
