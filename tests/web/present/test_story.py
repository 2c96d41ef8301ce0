"""Guards against a stay, a treatment or an event shown wrongly in time."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.web import record

from hygie.web.present.conditions import read_problems, read_treatments
from hygie.web.present.dates import Moment
from hygie.web.present.documents import read_documents
from hygie.web.present.places import place_names
from hygie.web.present.results import read_results
from hygie.web.present.stays import read_stays, say_span
from hygie.web.present.timeline import build_timeline, by_day

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
Resource = dict[str, Any]


def stays(*encounters: Resource) -> Any:
    return read_stays(encounters or record.encounters(), PARIS, NOW, {})


def test_movements_in_the_order_they_happened() -> None:
    """The current ward is the last movement, whatever order they were sent in."""
    encounter = record.encounters()[0]
    encounter["location"].reverse()
    (stay,) = stays(encounter)
    assert [movement.place for movement in stay.movements][-1] == "Médecine polyvalente, ch. 212"
    assert stay.place == "Médecine polyvalente, ch. 212"
    assert stay.open


def test_places_take_the_name_of_their_unit() -> None:
    """« UF 2210 » says nothing to a clinician."""
    known = place_names(
        [{"resourceType": "Location", "id": "l", "name": "UF 2210, chambre 12",
          "managingOrganization": {"reference": "Organization/o"}},
         {"resourceType": "Organization", "id": "o", "name": "Cardiologie"},
         {"resourceType": "Location", "id": "m", "name": "Bloc B"}]
    )  # fmt: skip
    assert known["Location/l"] == "Cardiologie, chambre 12"
    assert known["Location/m"] == "Bloc B"


def test_stays_entered_in_error_are_hidden() -> None:
    """A stay that never was must not be billed or read."""
    assert stays({"resourceType": "Encounter", "status": "entered-in-error"}) == ()


def test_spans_say_what_is_open() -> None:
    """A stay without an end is not a stay that ended at once."""
    (stay, *_) = stays()
    assert say_span(stay.start, None).startswith("depuis le ")
    begin, end = (Moment(datetime(2026, 2, day, 8, tzinfo=PARIS)) for day in (3, 5))
    later = Moment(begin.at.replace(hour=11, minute=30))
    spans = (say_span(begin, later), say_span(begin, end))
    assert [span.replace("\u00a0", " ") for span in spans] == [
        "le 3 févr. 2026, de 8 h 00 à 11 h 30", "du 3 févr. 2026, 8 h 00 au 5 févr. 2026, 8 h 00",
    ]  # fmt: skip
    assert say_span(None, None) == ""


def test_the_timeline_runs_backwards_and_loses_nothing() -> None:
    """An event out of order, or dropped, tells another story."""
    events = build_timeline(
        stays(), read_results(record.results(), PARIS), read_documents(record.documents(), PARIS)
    )
    instants = [event.at.at for event in events]
    assert instants == sorted(instants, reverse=True)
    assert sum(len(day.events) for day in by_day(events)) == len(events)
    assert {event.kind for event in events} == {"sejours", "resultats", "constantes", "documents"}
    assert next(e.title for e in events if e.kind == "documents") == "Lettre de liaison"


def test_a_sample_says_how_many_are_abnormal() -> None:
    """Four results shown of six must not hide the abnormal ones."""
    events = build_timeline((), read_results(record.results(), PARIS), ())
    (sample,) = [e for e in events if e.kind == "resultats" and e.at.at.day == 21]
    assert sample.alert == "4 hors norme"
    assert "Potassium" in sample.detail


def test_only_current_treatments_once_each() -> None:
    """A stopped drug listed as current is given again; one listed twice is given twice."""
    rows = record.treatments()
    stopped = rows[0] | {"status": "stopped"}
    found = read_treatments([stopped, rows[1], rows[1], rows[2]], PARIS)
    assert [treatment.code for treatment in found] == ["J01FA10", "A10BA02"]


def test_a_dose_without_a_unit_is_not_shown() -> None:
    """« 1 » alone is read as one of anything."""
    bare = {"status": "active", "medicationCodeableConcept": {"text": "X"},
            "dosage": [{"doseAndRate": [{"doseQuantity": {"value": 1}}]}]}  # fmt: skip
    full = bare | {"dosage": [{"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}}]}]}
    found = [read_treatments([resource], PARIS)[0].dosage for resource in (bare, full)]
    assert found == ["", "1\u00a0mg"]


def test_only_active_problems() -> None:
    """A cured disease is not a current one."""
    cured = {"clinicalStatus": {"coding": [{"code": "resolved"}]}, "code": {"text": "Angine"}}
    found = read_problems([cured, *record.conditions()], PARIS)
    assert [problem.code for problem in found] == ["J18.9", "E11.9", "I10"]


def test_masks_are_said() -> None:
    """A letter the patient may not see yet must not be read out to them."""
    masked = record.documents()[0] | {
        "securityLabel": [{"coding": [{"code": "INVISIBLE_PATIENT"}]}]
    }
    assert read_documents([masked], PARIS)[0].masks == ("non visible du patient",)
