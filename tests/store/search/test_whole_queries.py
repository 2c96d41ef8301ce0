"""Guards against whole queries that answer otherwise than the specification read literally.

Several criteria, chains, `_has`, inclusions, orders and pages together, on a world with the edges
of time, of Unicode and of identifiers in it.
"""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.refusal import Refused
from hygie.store.store import Store

LONG = "long" * 16_000
COMPOSED, DECOMPOSED = "Ménière", "Me\u0301nie\u0300re"
UCUM = "http://unitsofmeasure.org"
MOMENTS = (
    "0001", "0001-01-01", "9999", "9999-12-31T23:59:59Z", "2024-03-31", "2024-03-31T02:30:00",
    "2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00", "2016-12-31T23:59:60Z",
    "2017-01-01T00:59:60.5+01:00", "2024-02", "2024", "2024-06-30T23:59:59-12:00",
    "2024-07-01T00:00:00+14:00",
)  # fmt: skip
TEXTS = (
    COMPOSED, DECOMPOSED, "STRASSE", "straße", "ﬁèvre", "fievre", "İstanbul", "'; DROP TABLE x--",
    "100%_sûr", "^a.*(b|c)+$", "\\back\\slash", "a,b|c$d", "Œdème — aigu", "  espaces  doubles ",
)  # fmt: skip
CODES = ("8867-4", "Ä", "ä", "x,y", "a|b", "1", "01", "%", "\\")
SYSTEMS = ("", "http://loinc.org", "urn:a")


def reference(target: str) -> dict[str, Any]:
    return {"reference": target}


def period(rng: Any, moment: str) -> dict[str, Any]:
    sides = rng.choice(({"start": moment}, {"end": moment}, {"start": "2024-01", "end": "2024-11"}))
    return {"effectivePeriod": sides}


def observation(rng: Any, number: int) -> dict[str, Any]:
    moment, code = rng.choice(MOMENTS), {"code": rng.choice(CODES)}
    if system := rng.choice(SYSTEMS):
        code["system"] = system
    one: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"x{number}",
        "status": rng.choice(("final", "amended", "registered")),
        "code": {"coding": [code], "text": rng.choice(TEXTS)},
        "subject": reference(rng.choice((f"Patient/p{number % 5}", "Group/g", "urn:uuid:else"))),
    }
    one |= rng.choice(({}, {"effectiveDateTime": moment}, period(rng, moment)))
    quantity = {"value": rng.choice((0, 1, -1, 100, 99)), "system": UCUM, "code": "kg"}
    comparator = {"value": 5, "comparator": "<", "unit": "kg"}
    one |= rng.choice(({}, {"valueQuantity": quantity}, {"valueQuantity": comparator}))
    if number:
        one |= rng.choice(({}, {"hasMember": [reference(f"Observation/x{number - 1}")]}))
    if rng.random() < 0.3:
        one["component"] = [{"code": {"coding": [code]}, "valueQuantity": quantity}]
    if rng.random() < 0.3:
        one["text"] = {"status": "generated", "div": f"<div>{rng.choice(TEXTS)} vue</div>"}
    return one


def world(rng: Any) -> list[dict[str, Any]]:
    people = [
        {
            "resourceType": "Patient",
            "id": f"p{n}",
            "name": [{"family": rng.choice(TEXTS), "given": [rng.choice(TEXTS)]}],
            "identifier": [{"system": "urn:a", "value": rng.choice((LONG, *CODES))}],
            "birthDate": rng.choice(("0001-01-01", "9999-12-31", "2000-02-29", "1980", "1980-06")),
            "managingOrganization": reference(f"Organization/o{n % 2}"),
            "link": [{"other": reference(f"Patient/p{(n + 1) % 5}"), "type": "seealso"}],
        }
        for n in range(5)
    ]
    houses = [
        {"resourceType": "Organization", "id": "o0", "name": rng.choice(TEXTS)},
        {"resourceType": "Organization", "id": "o1", "name": rng.choice(TEXTS),
         "partOf": reference("Organization/o0")},
        {"resourceType": "Group", "id": "g", "type": "person", "actual": True},
        {"resourceType": "Provenance", "id": "v", "target": [reference("Observation/x1")],
         "recorded": "2024-01-01T00:00:00Z"},
    ]  # fmt: skip
    return [*houses, *people, *(observation(rng, n) for n in range(16))]


# --- queries --------------------------------------------------------------------------------
def escaped(text: str) -> str:
    for character in "\\,|$":
        text = text.replace(character, f"\\{character}")
    return text


def one(names: str, values: Any) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.sampled_from(names.split()), values)


def prefixed(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    prefixes = st.sampled_from(("", "eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap"))
    return st.builds(str.__add__, prefixes, st.sampled_from(values))


def pieces(text: str) -> list[str]:
    return [escaped(part) for part in (text, text[:3], text[-4:], text.upper()) if part.strip(" '")]


MOMENT = prefixed(MOMENTS)
NUMBER = prefixed(("0", "1", "1.0", "100", "1e2", "5", "-1", f"99|{UCUM}|kg", "1||kg", "5||kg"))
TEXT = st.sampled_from([piece for text in TEXTS for piece in pieces(text)])
CODE = st.sampled_from([f"{s}|{escaped(c)}" for s in SYSTEMS for c in CODES] + ["urn:a|", "ä,1"])
BOTH = st.one_of(CODE, st.sampled_from([escaped(code) for code in CODES]))
FLAG = st.sampled_from(("true", "false"))
SUBJECT = st.sampled_from(("p1", "Patient/p1,Group/g", "g", "urn:uuid:else", "Group/g"))
OBSERVATION = st.one_of(
    one("date", MOMENT),
    one("code combo-code component-code code:not combo-code:not", BOTH),
    one("status status:not", st.sampled_from(("final", "FINAL,amended", "urn:x|final", "|final"))),
    one("code:text patient.name patient.name:contains subject:Patient.family:exact", TEXT),
    one("subject patient subject:Patient", st.sampled_from(("p1", "Patient/p2,Patient/p3"))),
    one("subject", SUBJECT),
    one("value-quantity combo-value-quantity", NUMBER),
    one("subject:missing patient:missing date:missing value-quantity:missing code:missing", FLAG),
    one("combo-code:missing has-member:missing _text:missing _id:missing", FLAG),
    one("_id _id:not", st.sampled_from(("x1", "x1,x2", "nobody"))),
    one("_content _text", st.sampled_from(("aigu", "oedeme aigu", "vues", "straße,fièvre"))),
    one("code-value-quantity combo-code-value-quantity", st.sampled_from(("1$gt0", "ä$ne1"))),
    one("has-member.code has-member.has-member.code _has:Observation:has-member:code", BOTH),
    one("patient.organization.name patient.organization.partof.name", TEXT),
    one("_has:Provenance:target:_id", st.just("v")),
    one("_lastUpdated", prefixed(("2020", "2999-01-01"))),
)  # fmt: skip
PATIENT = st.one_of(
    one("name name:exact name:contains family phonetic given:contains", TEXT),
    one("identifier identifier:not", st.one_of(BOTH, st.just(LONG), st.just(f"urn:a|{LONG}"))),
    one("birthdate", prefixed(("0001", "9999-12-31", "2000-02-29", "1980", "1980-06", "2000"))),
    one("_has:Observation:patient:date _has:Observation:subject:date", MOMENT),
    one("_has:Observation:patient:_has:Observation:has-member:code", BOTH),
    one("_has:Observation:patient:has-member.code", BOTH),
    one("organization.name general-practitioner:missing organization:missing", FLAG),
    one("link.name link.link.family", TEXT),
    one("gender:missing _content:missing", FLAG),
)
COMPANIONS = {
    "Observation": st.one_of(
        one("_include", st.sampled_from(("*", "Observation:*", "Observation:subject",
            "Observation:patient", "Observation:subject:Group", "Observation:has-member"))),
        one("_include:iterate", st.sampled_from(("Patient:organization", "Organization:partof",
            "Patient:link", "Observation:has-member", "Observation:patient"))),
        one("_revinclude", st.sampled_from(("*", "Provenance:*", "Observation:has-member"))),
        one("_revinclude:iterate", st.sampled_from(("Observation:subject", "Provenance:target"))),
    ),
    "Patient": st.one_of(
        one("_include", st.sampled_from(("*", "Patient:organization", "Patient:link"))),
        one("_include:iterate", st.sampled_from(("Organization:partof", "Patient:link"))),
        one("_revinclude", st.sampled_from(("*", "Observation:patient", "Observation:subject"))),
        one("_revinclude:iterate", st.sampled_from(("Provenance:target", "Patient:link"))),
    ),
}  # fmt: skip
SORTS = {
    "Observation": ("date", "-date", "value-quantity", "-value-quantity,date", "status,-date",
                    "code", "-_lastUpdated", "subject", "-combo-code", "_id"),
    "Patient": ("name", "-family", "birthdate", "-birthdate,name", "identifier", "_id"),
}  # fmt: skip


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    kind, criteria = draw(st.sampled_from((("Observation", OBSERVATION), ("Patient", PATIENT))))
    asked = draw(st.lists(criteria, max_size=3))
    asked += draw(st.lists(COMPANIONS[kind], max_size=2))
    if draw(st.booleans()):
        asked.append(("_sort", draw(st.sampled_from(SORTS[kind]))))
    return kind, asked


async def check(store: Store, model: Any, context: Any, query: Any) -> None:
    """Every page of a search: the right matches, once, in order, with what goes with them."""
    expected, found = model.find(query), []
    while True:
        page = await store.search(context, query)
        matched = [f"{one.type}/{one.id}" for one in page.matches]
        included = sorted(f"{one.type}/{one.id}" for one in page.included)
        assert included == sorted(model.companions(query, matched))
        assert page.total == len(expected)
        found += matched
        if not page.next:
            break
        query = msgspec.structs.replace(query, cursor=page.next)
    assert sorted(found) == sorted(expected)
    assert model.is_ordered(found, query.sort)


def refused(kind: str, asked: list[tuple[str, str]], make_query: Any) -> Any:
    """The query, or None for one that makes no sense: `name=true`, a text of punctuation."""
    try:
        return make_query(kind, *asked, ("_count", "5"), ("_total", "accurate"))
    except Refused:
        return None


@pytest.fixture
async def filled(store, context, make_model):
    import random  # noqa: PLC0415

    async with store.transaction(context) as transaction:
        stored = await transaction.write_many(world(random.Random(5)))
    return store, make_model(stored)


LOOSE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=200, deadline=None, suppress_health_check=LOOSE)
@given(asked=queries())
async def test_whole_queries_agree_with_the_model(asked, filled, context, make_query):
    """Criteria that are right one by one, and together show a record incomplete or another's."""
    query = refused(*asked, make_query)
    if query is not None:
        await check(*filled, context, query)


@pytest.mark.slow
@settings(max_examples=1_500, deadline=None, suppress_health_check=LOOSE)
@given(asked=queries())
async def test_many_whole_queries_agree_with_the_model(asked, filled, context, make_query):
    """As above, longer."""
    query = refused(*asked, make_query)
    if query is not None:
        await check(*filled, context, query)
