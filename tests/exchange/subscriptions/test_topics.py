"""Guards what topics mean: which changes trigger them, what may filter them, what is refused."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hygie.exchange.subscriptions.changes import Changed, Seen
from hygie.exchange.subscriptions.filters import FilterReader
from hygie.exchange.subscriptions.topics import Catalogue, Topic, triggers
from hygie.exchange.subscriptions.topics.basic import is_topic, topic_of
from hygie.exchange.subscriptions.topics.reading import TopicReader
from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.fhir.search import Extractor
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.vault import Opened

ZONE = ZoneInfo("Europe/Paris")
EXTRACTOR = Extractor(r4(), ZONE)
CATALOGUE = Catalogue(r4, ZONE)
READER = TopicReader(r4, ZONE)
STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"


def seen(resource: dict[str, Any] | None) -> Seen | None:
    return Seen(encode(resource), EXTRACTOR) if resource else None


def change(previous: dict[str, Any] | None, current: dict[str, Any] | None) -> Changed:
    """From one state to another; None where there is nothing."""
    resource = current or previous or {}
    stored = StoredResource(
        type=resource["resourceType"], id="x", version=2, updated=datetime.now(UTC), body=b""
    )
    interaction = "delete" if current is None else "update" if previous else "create"
    return Changed(Opened((0,), stored), 1, seen(current), seen(previous), interaction)


def encounter(status: str, *locations: tuple[str, str]) -> dict[str, Any]:
    return {
        "resourceType": "Encounter", "status": status, "class": {"code": "IMP"},
        "location": [
            {"location": {"reference": f"Location/{place}"}, "status": state}
            for place, state in locations
        ],
    }  # fmt: skip


def shipped(name: str) -> Topic:
    return CATALOGUE.require(f"urn:hygie:topic:{name}")


PLANNED, HERE, LEFT = encounter("planned"), encounter("in-progress"), encounter("finished")
WARD_A = encounter("in-progress", ("a", "active"))
WARD_B = encounter("in-progress", ("a", "completed"), ("b", "active"))
RESULT = {"resourceType": "Observation", "code": {"text": "x"}, "status": "final"}
BOOKED = {"resourceType": "Appointment", "status": "booked", "participant": []}
MERGED = {"resourceType": "Patient",
          "link": [{"type": "replaced-by", "other": {"reference": "Patient/2"}}]}  # fmt: skip


@pytest.mark.parametrize(
    ("topic", "previous", "current", "expected"),
    [
        ("patient-admitted", None, HERE, True),
        ("patient-admitted", PLANNED, HERE, True),
        ("patient-admitted", HERE, HERE, False),
        ("patient-admitted", HERE, LEFT, False),
        ("patient-admitted", HERE, None, False),
        ("patient-discharged", HERE, LEFT, True),
        ("patient-discharged", LEFT, LEFT, False),
        ("patient-transferred", WARD_A, WARD_B, True),
        ("patient-transferred", WARD_A, WARD_A, False),
        ("patient-transferred", WARD_B, WARD_B, False),
        ("result-available", None, RESULT, True),
        ("result-available", None, RESULT | {"status": "preliminary"}, False),
        ("result-available", RESULT, RESULT | {"status": "corrected"}, True),
        ("result-available", RESULT, None, False),
        ("appointment-booked", None, BOOKED, True),
        ("appointment-cancelled", BOOKED, BOOKED | {"status": "cancelled"}, True),
        ("appointment-cancelled", BOOKED, None, True),
        ("appointment-cancelled", None, BOOKED, False),
        ("patient-merged", {"resourceType": "Patient"}, MERGED, True),
        ("patient-merged", MERGED, MERGED, False),
        ("any-change:Patient", MERGED, None, True),
        ("any-change:Patient", None, HERE, False),
    ],
)  # fmt: skip
def test_shipped_topics_are_triggered_by_what_they_say(topic, previous, current, expected):
    """A ward that is not told of an admission, or is told of each correction of one."""
    assert triggers(shipped(topic), change(previous, current)) is expected


def trigger(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "SubscriptionTopic", "url": "http://example.org/t", "status": "active",
        "resourceTrigger": [{"resource": f"{STRUCTURE}Encounter", **more}],
    }  # fmt: skip


def query(**more: Any) -> dict[str, Any]:
    return trigger(
        queryCriteria={"previous": "status:not=finished", "current": "status=finished", **more}
    )


@pytest.mark.parametrize(
    ("criteria", "previous", "current", "expected"),
    [
        ({"requireBoth": True}, HERE, LEFT, True),
        ({"requireBoth": True}, LEFT, LEFT, False),
        ({"requireBoth": False}, LEFT, LEFT, True),
        ({"requireBoth": False}, LEFT, None, False),
        ({"requireBoth": True}, None, LEFT, False),
        ({"requireBoth": True, "resultForCreate": "test-passes"}, None, LEFT, True),
        ({"requireBoth": True, "resultForCreate": "test-fails"}, None, LEFT, False),
        ({"requireBoth": True, "resultForDelete": "test-passes"}, HERE, None, True),
        ({"requireBoth": True}, HERE, None, False),
    ],
)
def test_query_criteria_look_at_what_was_and_what_is(criteria, previous, current, expected):
    """R5 SubscriptionTopic.resourceTrigger.queryCriteria, element by element."""
    assert triggers(READER.read(query(**criteria)), change(previous, current)) is expected


@pytest.mark.parametrize(
    ("resource", "element"),
    [
        (trigger() | {"eventTrigger": [{"event": {"text": "x"}}]}, "eventTrigger"),
        (trigger() | {"url": ""}, "url"),
        (trigger() | {"resourceTrigger": []}, "resourceTrigger"),
        (trigger(resource=f"{STRUCTURE}Nothing"), "resource"),
        (trigger(supportedInteraction=["read"]), "supportedInteraction"),
        (trigger(queryCriteria={"current": "no-such=1"}), "queryCriteria"),
        (trigger(queryCriteria={"current": "patient.name=x"}), "queryCriteria"),
        (trigger(fhirPathCriteria="%current.status ="), "fhirPathCriteria"),
        (trigger(fhirPathCriteria="%before.status = 'x'"), "fhirPathCriteria"),
        (trigger(fhirPathCriteria="(1 | 2).repeat($this + 1).exists()"), "fhirPathCriteria"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(resource, element):
    """A topic that tells less than it says would be relied on."""
    with pytest.raises(Refused) as refused:
        READER.read(resource)
    assert refused.value.refusal.issues[0].details["element"] == element


def test_an_expression_that_costs_too_much_decides_nothing():
    """One topic must not stop the dispatcher for everybody."""
    costly = "%current.location.exists() and (1|2|3).repeat($this + 1).count() > 0"
    topic = READER.read(trigger(fhirPathCriteria=costly))
    with pytest.raises(Refused):
        triggers(topic, change(None, WARD_A))


def test_an_expression_that_cannot_be_decided_is_taken_for_met():
    """An event too many is laid aside; one too few is never known of."""
    topic = READER.read(trigger(fhirPathCriteria="%current.location.status = 'active'.single()"))
    several = READER.read(trigger(fhirPathCriteria="%current.location.single().exists()"))
    assert triggers(several, change(None, WARD_B)) is True
    assert triggers(topic, change(None, WARD_A)) is True


def basic() -> dict[str, Any]:
    """A topic as STU 1.1 writes it in R4, with what its example has."""
    element = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic."
    older = "http://hl7.org/fhir/4.3/StructureDefinition/extension-SubscriptionTopic."
    return {
        "resourceType": "Basic",
        "code": {"coding": [{"system": "http://hl7.org/fhir/fhir-types",
                             "code": "SubscriptionTopic"}]},
        "extension": [
            {"url": f"{element}url", "valueUri": "http://example.org/complete"},
            {"url": f"{element}version", "valueString": "2"},
            {"url": f"{older}resourceTrigger", "extension": [
                {"url": "resource", "valueUri": f"{STRUCTURE}Encounter"},
                {"url": "supportedInteraction", "valueCode": "create"},
                {"url": "supportedInteraction", "valueCode": "update"},
                {"url": "queryCriteria", "extension": [
                    {"url": "previous", "valueString": "status:not=finished"},
                    {"url": "resultForCreate", "valueCode": "test-passes"},
                    {"url": "current", "valueString": "status=finished"},
                    {"url": "requireBoth", "valueBoolean": True},
                ]},
                {"url": "fhirPathCriteria", "valueString":
                 "(%previous.id.empty() or (%previous.status != 'finished')) "
                 "and (%current.status = 'finished')"},
            ]},
            {"url": f"{older}canFilterBy", "extension": [
                {"url": "resource", "valueUri": "Encounter"},
                {"url": "filterParameter", "valueString": "subject"},
            ]},
            {"url": f"{older}canFilterBy", "extension": [
                {"url": "resource", "valueUri": "Encounter"},
                {"url": "filterParameter", "valueString": "length"},
                {"url": "modifier", "valueCode": "gt"},
            ]},
            {"url": f"{older}notificationShape", "extension": [
                {"url": "resource", "valueUri": "Encounter"},
                {"url": "include", "valueString": "Encounter:patient&iterate=Patient.link"},
                {"url": "include", "valueString": "Encounter:location"},
            ]},
        ],
        "modifierExtension": [{"url": f"{element}status", "valueCode": "active"}],
    }  # fmt: skip


def test_a_topic_of_the_store_is_a_basic_with_extensions():
    """R4 has no SubscriptionTopic: what the guide writes instead is understood."""
    assert is_topic(basic())
    assert not is_topic({"resourceType": "Basic", "code": {"text": "x"}})
    topic = READER.read(topic_of(basic()))
    assert (topic.url, topic.version) == ("http://example.org/complete", "2")
    assert triggers(topic, change(HERE, LEFT))
    assert not triggers(topic, change(LEFT, LEFT))
    assert topic.included == (("_include", "Encounter:location"),)


def test_filters_are_those_that_the_topic_allows():
    """STU 1.1, canFilterBy: parameter and modifier; anything else is refused."""
    topic = READER.read(topic_of(basic()))
    reader = FilterReader(r4, ZONE)
    for allowed in ("Encounter?subject=Patient/1", "subject=Patient/1", "length=gt5", "length=5"):
        assert set(reader.of(topic, [allowed])) == {"Encounter"}, allowed
    for refused in (
        "Encounter?status=finished", "length=lt5", "subject:missing=true&status=x",
        "Patient?_id=1", "subject.name=x", "Encounter?_has:Observation:encounter:code=x",
        "Encounter?class:in=http://example.org/ValueSet/x",
    ):  # fmt: skip
        with pytest.raises(Refused):
            reader.of(topic, [refused])
