"""What is deleted in one house is withdrawn in the other: nobody goes on by a result of nobody."""

from tests.exchange.routes.test_two_houses import (
    ASKS,
    PDF,
    House,
    Listener,
    Sender,
    houses,
    quick,
    sent_on,
    told,
)
from tests.outbound.servers import serving

from hygie.exchange.routes.browsing import Filters
from hygie.exchange.routes.declaration import Produce

__all__ = ["houses", "quick"]
VISIT = "PV1||I|" + "|" * 16 + "V1^^^CH&1.2.4&ISO^VN"
OBR = (
    "OBR|1||1001^LABO^1.2.7^ISO|34555-3^Créatinine^LN|||202601101030|"
    + "|" * 14
    + ("202601101100||CH|F")
)
OBX = "OBX|{}|NM|{}^Dosage^LN||{}|umol/L^µmol/L^UCUM||||F|||F|||202601101030"
TXA = "TXA|1|CR|AP|202601101200|||||10003^HOUSE^GREGORY|||{}^DPI|||||LA"
HELD = f"OBX|{{}}|ED|34133-9^Lettre^LN||^application^PDF^Base64^{PDF}||||||F"


async def report(sends: Sender) -> None:
    """Two results and a document."""
    await sends(
        "ORU^R01^ORU_R01", VISIT, OBR, OBX.format(1, "2160-0", 72), OBX.format(2, "2823-3", 4),
        HELD.format(3),
    )  # fmt: skip


async def statuses(house: House, type_: str) -> list[str]:
    return sorted(one["status"] for one in await house.all(type_))


async def deleted(house: House, type_: str, wanted=lambda one: True) -> None:
    (one,) = [one for one in await house.all(type_) if wanted(one)]
    await house.store.delete(ASKS, type_, one["id"])
    await told(house)


def is_creatinine(one) -> bool:
    return one["code"]["coding"][0]["code"] == "2160-0"


async def test_what_is_deleted_here_is_withdrawn_there(houses):
    """Danger: a result filed under the wrong patient is removed, and read for ever elsewhere."""
    here, there = houses
    listener = Listener(there)
    async with serving(listener) as port, sent_on(here, port):
        sends = Sender(here)
        await report(sends)
        await sends("MDM^T02^MDM_T02", VISIT, TXA.format("D1"), HELD.format(1))
        await told(here)
        assert await statuses(there, "Observation") == ["final", "final"]
        await deleted(here, "Observation", is_creatinine)
        assert await statuses(there, "Observation") == ["entered-in-error", "final"]
        assert await statuses(there, "DiagnosticReport") == ["final"]
        await deleted(here, "DocumentReference", lambda one: "masterIdentifier" in one)
        assert await statuses(there, "DocumentReference") == ["current", "entered-in-error"]
        await deleted(here, "DocumentReference")
        assert await statuses(there, "DocumentReference") == ["entered-in-error"] * 2
        await deleted(here, "DiagnosticReport")
        assert await statuses(there, "DiagnosticReport") == ["cancelled"]
        assert await statuses(there, "Observation") == ["entered-in-error", "final"]
    assert listener.refused == []


async def test_a_report_goes_with_its_results(houses):
    """Danger: a report withdrawn with its results, of which some stay as if they were good."""
    here, there = houses
    listener = Listener(there)
    async with serving(listener) as port, sent_on(here, port):
        await report(Sender(here))
        await told(here)
        before = len(listener.got)
        async with here.store.transaction(ASKS) as transaction:
            for type_ in ("DiagnosticReport", "Observation", "DocumentReference"):
                for one in await here.all(type_):
                    await transaction.delete(type_, one["id"])
        await told(here)
        assert len(listener.got) == before + 1
    assert await statuses(there, "DiagnosticReport") == ["cancelled"]
    assert await statuses(there, "Observation") == ["entered-in-error"] * 2
    assert await statuses(there, "DocumentReference") == ["entered-in-error"]
    assert listener.refused == []


async def test_what_a_route_does_not_tell_it_does_not_withdraw(houses):
    """Danger: a deletion that leaves by a route which never told of the resource."""
    here, there = houses
    content = Produce(criteria=("Observation?code=2823-3", "DiagnosticReport?status=preliminary"))
    async with serving(Listener(there)) as port, sent_on(here, port, content):
        await report(Sender(here))
        await deleted(here, "Observation", lambda one: not is_creatinine(one))  # by its report
        await deleted(here, "DiagnosticReport")
        await deleted(here, "Observation")
    (patient,) = await here.routes.browsing.browse(Filters(), 10, ASKS)
    assert patient.event == "ADT^A28"
