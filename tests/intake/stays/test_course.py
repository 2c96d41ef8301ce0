"""Guards against patients shown in the wrong bed, gone while present, or present while gone."""

from itertools import permutations

import pytest

from hygie.fhir.french.facts import Fact
from hygie.fhir.french.kinds import CANCELS, KINDS
from hygie.intake.stays.stay import project


def at(hour: int) -> str:
    return f"2026-01-10T{hour:02d}:00:00+01:00"


def told(event, hour, number="", *, recorded=0, **more) -> Fact:
    return Fact(
        event=event, start=at(hour), recorded=at(recorded or hour),
        id=more.pop("id", number or f"M{hour}"), **more,
    )  # fmt: skip


def cancelled(event, fact, hour, **more) -> Fact:
    return Fact(
        action="CANCEL", event=event, start=fact.start, recorded=at(hour), id=fact.id, **more
    )


def corrected(fact, hour, **more) -> Fact:
    said = {"action": "UPDATE", "event": fact.event, "start": fact.start, "id": fact.id} | more
    return Fact(recorded=at(hour), **said)


PLANNED = told("A05", 6, location="Location/z")
ENTRY = told(
    "A01", 8, patient_class="I", location="Location/a", medical_unit="Organization/u",
    attending=({"display": "Dr A"},),
)  # fmt: skip
MOVE = told("A02", 10, location="Location/b", medical_unit="Organization/v")
LEAVE = told("A21", 12, location="Location/out")
BACK = told("A22", 14)
EXIT = told("A03", 18, location="Location/b", disposition={"text": "8"})


def places(stay):
    return [
        (place["location"]["reference"][-1], place["status"], place["period"].get("end", "")[11:13])
        for place in stay.get("location", [])
    ]


def test_a_stay_from_door_to_door():
    """A discharge that does not end the stay, or a bed that stays occupied after it."""
    stay = project([PLANNED, ENTRY, MOVE, LEAVE, BACK, EXIT])
    assert stay["status"] == "finished"
    assert stay["class"]["code"] == "IMP"
    assert stay["period"] == {"start": at(8), "end": at(18)}
    assert places(stay) == [("a", "completed", "10"), ("b", "completed", "18")]
    assert stay["serviceProvider"] == {"reference": "Organization/v"}
    assert [past["status"] for past in stay["statusHistory"]] == [
        "planned", "in-progress", "onleave", "in-progress",
    ]  # fmt: skip
    assert stay["statusHistory"][2]["period"] == {"start": at(12), "end": at(14)}
    assert stay["hospitalization"] == {"dischargeDisposition": {"text": "8"}}
    assert stay["participant"][0]["period"] == {"start": at(8), "end": at(18)}


@pytest.mark.parametrize(
    ("facts", "status", "where"),
    [
        ([PLANNED], "planned", [("z", "planned", "")]),
        ([PLANNED, ENTRY], "in-progress", [("a", "active", "")]),
        ([ENTRY, LEAVE], "onleave", [("a", "reserved", "")]),
        ([ENTRY, LEAVE, BACK], "in-progress", [("a", "active", "")]),
        ([MOVE], "in-progress", [("b", "active", "")]),
        ([EXIT], "finished", []),
        ([ENTRY, EXIT, told("A02", 19, location="Location/c")], "finished",
         [("a", "completed", "18")]),
        ([ENTRY, EXIT, told("A01", 20, location="Location/c")], "in-progress",
         [("a", "completed", "18"), ("c", "active", "")]),
        ([ENTRY, told("A15", 9, location="Location/c")], "in-progress", [("a", "active", "")]),
        ([ENTRY, told("A09", 9, location="Location/c")], "in-progress", [("a", "active", "")]),
    ],
)  # fmt: skip
def test_where_a_stay_has_come_to(facts, status, where):
    """Beds counted wrong."""
    for order in permutations(facts):
        stay = project(order)
        assert (stay["status"], places(stay)) == (status, where)


@pytest.mark.parametrize(
    ("event", "fact", "before"),
    [(cancel, told(next(e for e, k in KINDS.items() if k == kind), 11, location="Location/c"),
      [] if kind in ("A05", "A14", "A01") else [ENTRY]) for cancel, kind in CANCELS.items()]
    + [("A07", told("A06", 11, patient_class="E"), [ENTRY]),
       ("A06", told("A07", 11, patient_class="O"), [ENTRY])],
)  # fmt: skip
def test_cancelling_undoes_inserting(event, fact, before):
    """A cancelled movement that leaves the stay other than it was, whichever came first."""
    undo = cancelled(event, fact, 13)
    for order in permutations([*before, fact, undo]):
        stay = project(order)
        was = project(before) if before else {"status": "cancelled"}
        for name in ("status", "class", "period", "location", "serviceProvider"):
            if before:
                assert stay.get(name) == was.get(name)
        assert stay["status"] == was["status"]
    assert project([*before, fact, undo, told(fact.event, 11, recorded=15)]) != project(before)


def test_a_cancellation_without_number_means_the_last_of_its_kind():
    """The wrong transfer undone."""
    first = told("A02", 9, id="", location="Location/b")
    other = told("A02", 10, id="", location="Location/c")
    undo = Fact(action="CANCEL", event="A12", start=at(10), recorded=at(11))
    for order in permutations([ENTRY, first, other, undo]):
        assert places(project(order))[-1] == ("b", "active", "")
    later = told("A02", 12, id="", location="Location/d")
    assert places(project([ENTRY, later, undo, other, first]))[-1] == ("d", "active", "")


def test_an_admission_cancelled_takes_what_followed_it_along():
    """A patient who never came, for ever in the bed of a transfer nobody cancelled."""
    stay = project([ENTRY, MOVE, cancelled("A11", ENTRY, 11)])
    assert stay["status"] == "cancelled"
    assert "location" not in stay
    again = told("A01", 9, "M9", location="Location/c")
    assert project([ENTRY, MOVE, cancelled("A11", ENTRY, 11), again])["status"] == "in-progress"


def test_a_cancelled_admission_leaves_the_patient_expected():
    """PAM-FR §5.4.1: the pre-admission stands until it is cancelled itself."""
    undone = [PLANNED, ENTRY, cancelled("A11", ENTRY, 9)]
    assert project(undone)["status"] == "planned"
    assert project([*undone, cancelled("A38", PLANNED, 10)])["status"] == "cancelled"


def test_a_correction_changes_what_it_says():
    """A correction (Z99) filed as one more movement; a place lost by one that does not say it."""
    fixed = corrected(MOVE, 15, start=at(11), medical_unit="Organization/w")
    for order in permutations([ENTRY, MOVE, fixed]):
        stay = project(order)
        assert places(stay) == [("a", "completed", "11"), ("b", "active", "")]
        assert stay["serviceProvider"] == {"reference": "Organization/w"}
    nowhere = corrected(MOVE, 15, event="A01", location="Location/c")
    assert places(project([ENTRY, MOVE, nowhere]))[-1] == ("c", "active", "")


def test_one_movement_may_be_told_in_several_messages():
    """PAM-FR §5.3.1: each about one responsibility, all under one number."""
    medical = told("A02", 10, "M2", medical_unit="Organization/v", nature="M")
    lodging = told("A02", 10, "M2", recorded=11, location="Location/b", nature="H")
    for order in permutations([ENTRY, medical, lodging]):
        stay = project(order)
        assert stay["serviceProvider"] == {"reference": "Organization/v"}
        assert places(stay)[-1] == ("b", "active", "")


def test_movements_of_the_past():
    """PAM-FR §5.3.7: one forgotten is inserted, one too many taken out, after the discharge."""
    forgotten = told("A02", 9, "M5", recorded=20, historic=True, location="Location/c")
    undo = cancelled("A12", MOVE, 21, historic=True)
    stay = project([undo, EXIT, ENTRY, forgotten, MOVE])
    assert places(stay) == [("a", "completed", "09"), ("c", "completed", "18")]


def test_two_movements_of_one_number_are_two():
    """An admission replaced by a transfer, because its sender numbers nothing rightly."""
    stay = project([told("A01", 8, "1", location="Location/a"), told("A02", 9, "1")])
    assert [part["extension"][0]["valueCode"] for part in stay["extension"]] == ["A01", "A02"]


def test_doctors_in_charge_follow_each_other():
    """A patient whose letters go to the doctor of last week."""
    changed = told("A54", 11, attending=({"display": "Dr B"},))
    people = project([ENTRY, changed])["participant"]
    assert [(one["individual"]["display"], one["period"]) for one in people] == [
        ("Dr B", {"start": at(11)}), ("Dr A", {"start": at(8), "end": at(11)}),
    ]  # fmt: skip


def test_the_night_when_clocks_change_is_in_order():
    """A movement after 2 a.m. taken for past because the hour came twice."""
    before = Fact(event="A01", start="2026-10-25T02:30:00+02:00", recorded=at(1), id="1")
    after = Fact(
        event="A02", start="2026-10-25T02:10:00+01:00", recorded=at(1), id="2",
        location="Location/b",
    )  # fmt: skip
    assert places(project([after, before])) == [("b", "active", "")]


def test_a_cancellation_of_the_same_second_holds():
    """Clocks of whole seconds: a slip corrected at once, and the patient moved for ever."""
    undo = cancelled("A12", MOVE, 10)
    for order in permutations([ENTRY, MOVE, undo]):
        assert places(project(order)) == [("a", "active", "")]


def test_the_last_word_counts_whatever_it_is():
    """A movement told again after it was corrected, and the older correction in force."""
    fixed = corrected(MOVE, 11, location="Location/c")
    again = told("A02", 10, recorded=12, location="Location/d")
    for order in permutations([ENTRY, MOVE, fixed, again]):
        assert places(project(order))[-1] == ("d", "active", "")


def test_cancellations_without_number_count_in_the_order_of_recording():
    """Two transfers undone, and the one that took place taken for one of them."""
    kept = told("A02", 9, id="", location="Location/b")
    slip = told("A02", 10, id="", location="Location/c")
    undo = Fact(action="CANCEL", event="A12", start=at(10), recorded=at(11))
    other = told("A02", 12, id="", location="Location/d")
    undo_too = Fact(action="CANCEL", event="A12", start=at(12), recorded=at(13))
    for order in permutations([kept, slip, undo, other, undo_too]):
        assert places(project([ENTRY, *order]))[-1] == ("b", "active", "")
