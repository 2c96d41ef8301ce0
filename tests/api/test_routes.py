"""Guards the doors: who may come in, and what is said of doors that are not there."""

from typing import Any

import httpx

from hygie.api.routes import ROUTES
from hygie.api.routing import ID, TYPE, VERSION, Route

BODIES = {"POST": "{}", "PUT": "{}", "PATCH": "[]"}


def path_of(route: Route) -> str:
    names = {TYPE: route.only or "Patient", ID: "p", VERSION: "1"}
    return "/" + "/".join(names.get(part, part) for part in route.shape)


def rule_of(response: httpx.Response) -> str:
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    rule: str = outcome["issue"][0]["details"]["coding"][0]["code"]
    return rule


async def test_strangers_see_what_the_server_can_do_and_nothing_else(asking: Any) -> None:
    """Danger: one forgotten door is open to anybody on the network."""
    async with asking("") as stranger:
        for route in ROUTES:
            response = await stranger.request(
                route.method, path_of(route), content=BODIES.get(route.method)
            )
            assert response.status_code == (200 if route.open else 401), route
            if not route.open:
                assert response.headers["www-authenticate"] == 'Bearer realm="hygie"'
        for path in ("/Nonsense", "/Patient/1/2/3", "/metadata/x", "/_search"):
            assert (await stranger.get(path)).status_code == 401
        bad = {"Authorization": "Bearer hygie_no_such_token"}
        response = await stranger.get("/Patient/p", headers=bad)
        assert (response.status_code, rule_of(response)) == (401, "access.token")
        assert "invalid_token" in response.headers["www-authenticate"]
        for header in (
            b"Basic YTpi",
            b"Bearer",
            b"Bearer ",
            b"bearer\x7f",
            b"Bearer \xe9",
            b"Bearer a b",
        ):
            response = await stranger.get("/Patient/p", headers={"Authorization": header})
            assert response.status_code == 401
        assert (await stranger.get("/Patient/p?access_token=x")).status_code == 401


NEEDS = {
    "read": "r", "vread": "r", "history-instance": "r", "$everything": "r",
    "update": "u", "patch": "u", "delete": "d", "create": "c", "$validate": "c",
    "search-type": "s", "history-type": "s",
}  # fmt: skip


OF_INSTANCE = {("$validate", "instance"): "r"}


async def test_a_scope_opens_its_own_doors_only(asking: Any, trail: Any) -> None:
    """Danger: a token that may read also writes."""
    for letter in "cruds":
        async with asking(f"system/Patient.{letter} system/AuditEvent.{letter}") as client:
            for route in ROUTES:
                for interaction in NEEDS.keys() & set(route.interactions):
                    response = await client.request(
                        route.method, path_of(route), content=BODIES.get(route.method)
                    )
                    refused = response.status_code == 403
                    about = interaction, route.level
                    needed = OF_INSTANCE.get(about, NEEDS[interaction])
                    assert refused == (needed != letter), (about, response.text)
                    if refused:
                        assert "insufficient_scope" in response.headers["www-authenticate"]
            other = await client.get("/Observation/o")
            assert other.status_code == 403
    noted = [entry for entry in trail.entries if entry.action == "refused"]
    assert noted[-1].detail == "GET Observation/o"
    assert noted[-1].context.actor == "tester"
    assert (noted[-1].outcome, noted[-1].reason) == ("refused", "access.scope")
    assert noted[-1].context.address


async def test_criteria_need_the_right_to_search(asking: Any) -> None:
    """Danger: who may only create finds out who is a patient here."""
    content = {"resourceType": "Patient"}
    async with asking("system/Patient.crud") as client:
        attempts = (
            client.post("/Patient", json=content, headers={"If-None-Exist": "gender=male"}),
            client.put("/Patient?gender=male", json=content),
            client.patch("/Patient?gender=male", content="[]"),
            client.delete("/Patient?gender=male"),
            client.get("/_history"),
        )
        for attempt in attempts:
            assert (await attempt).status_code == 403


async def test_a_writer_who_may_not_read_is_shown_nothing(asking: Any) -> None:
    """Danger: a patch that changes nothing shows the record to whoever may not read it."""
    patch = {"Content-Type": "application/json-patch+json"}
    async with asking("system/Patient.cus") as client:
        made = await client.put("/Patient/p", json={"resourceType": "Patient", "id": "p"})
        assert (made.status_code, made.content) == (201, b"")
        answer = await client.patch("/Patient/p", content="[]", headers=patch)
        assert (answer.status_code, answer.content) == (200, b"")
        again = await client.post(
            "/Patient", json={"resourceType": "Patient"}, headers={"If-None-Exist": "_id=p"}
        )
        assert (again.status_code, again.content) == (200, b"")


NOWHERE = (
    ("GET", "/Nonsense/1", 404, "type.unknown"),
    ("POST", "/Nonsense", 404, "type.unknown"),
    ("GET", "/patient/1", 404, "type.unknown"),
    ("GET", "/Patient/1/$nothing", 404, "request.path"),
    ("GET", "/Observation/1/$everything", 404, "request.path"),
    ("GET", "/Patient/1/_history/1/2", 404, "request.path"),
    ("GET", "/Patient/1/_history/x", 404, "store.not-found"),
    ("GET", "/Patient/none", 404, "store.not-found"),
    ("GET", "/Patient/none/_history", 404, "store.not-found"),
    ("GET", "/Patient/none/$everything", 404, "not-found"),
    ("GET", "/Patient/a%20b", 404, "store.not-found"),
    ("POST", "/Patient/1", 405, "request.method"),
    ("PUT", "/", 405, "request.method"),
    ("DELETE", "/metadata", 405, "request.method"),
    ("OPTIONS", "/Patient/1", 405, "request.method"),
    ("PUT", "/Patient", 400, "condition.missing"),
    ("DELETE", "/Patient", 400, "condition.missing"),
)


async def test_doors_that_are_not_there(client: httpx.AsyncClient) -> None:
    """Danger: a wrong address is answered as if it were right, or with a page of another kind."""
    for method, path, status, rule in NOWHERE:
        response = await client.request(method, path, content="{}")
        assert (response.status_code, rule_of(response)) == (status, rule), path
        if status == 405:
            allowed = response.headers["allow"].split(", ")
            assert allowed
            assert method not in allowed


async def test_every_answer_is_kept_out_of_caches_and_has_a_number(
    client: httpx.AsyncClient,
) -> None:
    """Danger: a record stays in a cache; a fault cannot be found in the log."""
    for path in ("/metadata", "/Patient/none", "/Patient"):
        response = await client.get(path, headers={"X-Request-Id": "lab.42"})
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-request-id"] == "lab.42"
    given = set()
    for bad in ("a b", "x" * 65, "é".encode(), "<script>"):
        response = await client.get("/Patient", headers={"X-Request-Id": bad})
        given.add(response.headers["x-request-id"])
    assert [len(number) for number in given] == [32] * 4


async def test_a_host_header_made_by_hand_is_refused(client: httpx.AsyncClient) -> None:
    """Danger: links of an answer lead a client, and its token, elsewhere."""
    for host in ("a b", 'x"y', "evil.test/path", "h:99999999"):
        response = await client.get("/Patient", headers={"Host": host})
        assert (response.status_code, rule_of(response)) == (400, "request.host")


async def test_head_is_get_without_its_body(client: httpx.AsyncClient) -> None:
    """Danger: HEAD shows data, or says another length than GET."""
    await client.put("/Patient/p", json={"resourceType": "Patient", "id": "p"})
    got = await client.get("/Patient/p")
    head = await client.head("/Patient/p")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["etag"] == got.headers["etag"]
    assert (await client.head("/Patient/none")).status_code == 404


async def test_refusals_speak_french_or_english(client: httpx.AsyncClient) -> None:
    """Danger: the person who has to act on a refusal cannot read it."""
    french = await client.get("/Nonsense/1", headers={"Accept-Language": "fr"})
    english = await client.get("/Nonsense/1", headers={"Accept-Language": "en-GB"})
    assert "n'est pas un type" in french.text
    assert french.headers["content-language"] == "fr"
    assert "is not a FHIR R4 resource type" in english.text
    assert english.headers["content-language"] == "en"
