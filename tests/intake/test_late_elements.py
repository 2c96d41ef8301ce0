"""Guards against an order, a prescription, an appointment or a vaccination that ends otherwise when
its messages come late, twice or out of order."""

from itertools import permutations

import pytest
from tests.intake.conftest import segment

ORDERS = [(0, 1, 2), *permutations((0, 1, 2, 1))]
"""As they were said, then every order, one of them told twice."""


def said(raw: bytes, rank: int) -> bytes:
    """The message as it was written on the day of its rank."""
    return raw.replace(b"20260110120000", f"202601{11 + rank:02}120000".encode())


def order(write, number):
    detail = {2: f"{number}^DPI", 4: "58410-2^NFS^LN"}
    asked = segment("OBR", detail | {13: "fièvre"})
    return [
        write("OML^O21", extra=[segment("ORC", {1: "NW", 2: f"{number}^DPI"}), asked]),
        write("OML^O21", extra=[
            segment("ORC", {1: "XO", 2: f"{number}^DPI"}), segment("OBR", detail | {13: "toux"}),
        ]),
        write("OML^O21", extra=[
            segment("ORC", {1: "CA", 2: f"{number}^DPI", 3: f"F{number}^SIL"}),
        ]),
    ]  # fmt: skip


def line(write, number):
    def said_of(control, dose):
        return write("RDE^O11", extra=[
            segment("ORC", {1: control, 2: f"{number}^DPI"}),
            segment("RXE", {2: "3400930000001^PARACETAMOL^CIP", 3: dose, 5: "mg"}),
        ])  # fmt: skip

    return [said_of("NW", "500"), said_of("XO", "1000"), said_of("DC", "1000")]


def appointment(write, number):
    def said_of(event, day, **more):
        moment = {11: f"^^30^202602{day}0900^202602{day}0930"}
        sch = {2: f"{number}^AGENDA"} | (moment if day else {}) | more
        return write(f"SIU^{event}", extra=[segment("SCH", sch)])

    return [said_of("S12", "01"), said_of("S13", "02"), said_of("S15", "")]


def revived(write, number):
    booked, moved, cancelled = appointment(write, number)
    return [booked, cancelled, moved]


def vaccination(write, number):
    def said_of(amount, action):
        return write("VXU^V04", extra=[
            segment("ORC", {1: "RE", 3: f"{number}^DPI"}),
            segment("RXA", {1: "0", 2: "1", 3: "20260105", 4: "20260105", 5: "03^ROR^CVX",
                            6: amount, 7: "mL", 20: "CP", 21: action}),
        ])  # fmt: skip

    return [said_of("0.3", "A"), said_of("0.5", "U"), said_of("0.5", "D")]


@pytest.mark.parametrize(
    ("made", "type_", "status"),
    [
        (order, "ServiceRequest", "revoked"),
        (line, "MedicationRequest", "stopped"),
        (appointment, "Appointment", "cancelled"),
        (revived, "Appointment", "booked"),
        (vaccination, "Immunization", "entered-in-error"),
    ],
)
async def test_any_order_ends_as_in_order(gateway, write, everything, made, type_, status):
    """A cancellation undone, a former hour or dose back in force, by what came late or twice."""
    for rank, ranks in enumerate(ORDERS):
        for which in ranks:
            # written anew each time: what is told twice has another control id
            raw = said(made(write, f"N{rank}")[which], which)
            assert (await gateway.receive("dpi", raw)).state == "filed"
    found = [ended(one) for one in await everything(type_)]
    assert len(found) == len(ORDERS)
    assert [one for one in found if one != found[0]] == []
    assert found[0]["status"] == status


def ended(resource):
    """Less what tells one of the resources from the others."""
    apart = ("id", "meta", "identifier", "requisition")
    return {name: value for name, value in resource.items() if name not in apart}


async def test_a_late_order_adds_its_number_and_says_so(gateway, write, everything):
    """The filler's number lost, so that no result finds its order."""
    new, _, old = order(write, "D1")
    await gateway.receive("dpi", said(new, 5))
    receipt = await gateway.receive("dpi", said(old, 1))
    assert [issue.rule for issue in receipt.issues] == ["order.late"]
    [found] = await everything("ServiceRequest")
    assert {one["value"] for one in found["identifier"]} >= {"D1", "FD1"}
    assert found["status"] == "active"
