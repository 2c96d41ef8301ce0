"""Guards against patients shown in the wrong bed, gone while present, or present while gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.mapping.movement import CANCELS, Movement, read_movements, to_extension
from hygie.intake.mapping.stay import cancel, insert, project, update
from hygie.refusal import Refused


def movement(event, hour, number="", place="Location/a", **more) -> Movement:
    return Movement(
        event=event, start=f"2026-01-10T{hour:02d}:00:00+01:00", id=number, location=place, **more
    )


ADMISSION = movement("A01", 8, "M1", patient_class="I", medical_unit="Organization/u")
TRANSFER = movement("A02", 10, "M2", "Location/b")
DISCHARGE = movement("A03", 18, "M3", "Location/b")

events = st.sampled_from(["A01", "A02", "A04", "A05", "A06", "A21", "A22"])


@st.composite
def stays(draw):
    hours = sorted(draw(st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True)))
    return tuple(
        movement(draw(events), hour, f"M{hour}", draw(st.sampled_from(["", "Location/a"])))
        for hour in hours
    )


def test_a_stay_from_door_to_door():
    """A discharge that does not end the stay, or a bed that stays occupied after it."""
    found = project((ADMISSION, TRANSFER, DISCHARGE))
    assert found["status"] == "finished"
    assert found["class"]["code"] == "IMP"
    assert found["period"] == {"start": ADMISSION.start, "end": DISCHARGE.start}
    assert [place["location"]["reference"] for place in found["location"]] == [
        "Location/a", "Location/b",
    ]  # fmt: skip
    assert [place["status"] for place in found["location"]] == ["completed", "completed"]
    assert found["location"][0]["period"]["end"] == TRANSFER.start
    assert found["serviceProvider"] == {"reference": "Organization/u"}


@given(stays(), st.sampled_from(sorted(CANCELS)))
def test_cancelling_undoes_inserting(movements, event):
    """A cancelled movement that leaves the stay other than it was."""
    cancelled = CANCELS[event][0]
    new = Movement(event=cancelled, start="2026-01-11T09:00:00+01:00", id="new")
    after = insert(movements, new, "ZBE")
    assert cancel(after, event, "new", "ZBE") == movements
    assert project(cancel(after, event, "", "ZBE")) == project(movements)


@given(stays())
def test_what_is_kept_is_what_is_read(movements):
    """Movements forgotten between two messages."""
    assert read_movements({"extension": [to_extension(m) for m in movements]}) == movements


@given(stays())
def test_the_same_movement_again_changes_nothing(movements):
    """A repeated transfer that adds a second one."""
    for one in movements:
        assert insert(movements, one, "ZBE") == movements


def test_a_known_number_with_another_content_is_refused():
    """A movement silently rewritten by an insertion."""
    with pytest.raises(Refused) as caught:
        insert((ADMISSION,), movement("A02", 9, "M1"), "ZBE")
    assert caught.value.refusal.issues[0].rule == "movement.known"


def test_only_the_current_movement_is_cancelled():
    """An admission cancelled under a transfer that took place."""
    with pytest.raises(Refused) as caught:
        cancel((ADMISSION, TRANSFER), "A11", "M1", "ZBE")
    assert caught.value.refusal.issues[0].rule == "movement.not-current"
    with pytest.raises(Refused) as caught:
        cancel((ADMISSION,), "A12", "M9", "ZBE")
    assert caught.value.refusal.issues[0].rule == "movement.unknown"


def test_movements_are_inserted_at_the_end_only():
    """A late transfer that moves the patient back."""
    with pytest.raises(Refused) as caught:
        insert((ADMISSION, TRANSFER), movement("A02", 9, "M7"), "ZBE")
    assert caught.value.refusal.issues[0].rule == "movement.historic"


def test_a_finished_stay_takes_no_movement():
    """A patient who left and is moved to another bed."""
    with pytest.raises(Refused) as caught:
        insert((ADMISSION, DISCHARGE), movement("A02", 19, "M9"), "ZBE")
    assert caught.value.refusal.issues[0].rule == "movement.stay-closed"


def test_a_discharge_alone_makes_the_stay_and_a_late_admission_opens_it():
    """A stay lost because its messages came in the wrong order."""
    alone = insert((), DISCHARGE, "ZBE")
    assert project(alone)["status"] == "finished"
    whole = insert(alone, ADMISSION, "ZBE")
    assert whole == (ADMISSION, DISCHARGE)
    assert project(whole)["period"] == {"start": ADMISSION.start, "end": DISCHARGE.start}


def test_an_update_corrects_its_movement_in_place():
    """A correction (Z99) filed as one more movement; or one that breaks the order of time."""
    corrected = movement("A02", 11, "M2", "Location/c")
    assert update((ADMISSION, TRANSFER), corrected, "ZBE") == (ADMISSION, corrected)
    with pytest.raises(Refused):
        update((ADMISSION, TRANSFER), movement("A02", 7, "M2"), "ZBE")
    with pytest.raises(Refused):
        update((ADMISSION,), corrected, "ZBE")


def test_nothing_left_is_a_cancelled_stay():
    """An admission made by mistake that still shows the patient as present."""
    assert project(cancel((ADMISSION,), "A11", "M1", "ZBE")) == {"status": "cancelled"}


@pytest.mark.parametrize(
    ("events", "status"),
    [
        (["A05"], "planned"), (["A05", "A01"], "in-progress"), (["A01", "A21"], "onleave"),
        (["A01", "A21", "A22"], "in-progress"), (["A04"], "in-progress"),
    ],
)  # fmt: skip
def test_the_status_is_that_of_the_last_movement(events, status):
    """Beds counted wrong."""
    movements = tuple(movement(event, hour) for hour, event in enumerate(events))
    assert project(movements)["status"] == status


def test_the_night_when_clocks_change_is_in_order():
    """A movement after 2 a.m. refused as past because the hour came twice."""
    before = Movement(event="A01", start="2026-10-25T02:30:00+02:00")
    after = Movement(event="A02", start="2026-10-25T02:10:00+01:00")
    assert insert((before,), after, "ZBE") == (before, after)
