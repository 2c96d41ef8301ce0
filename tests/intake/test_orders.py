"""Guards against orders lost, doubled, still open once cancelled; and results without theirs."""

import pytest
from tests.intake.conftest import segment

DOCTOR = "10001234567^LEROY^ALAIN^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"


def tube(rank):
    return segment(
        "SPM",
        {2: f"T{rank}&DPI^L{rank}&SIL", 4: "BLD^Sang^HL70487", 7: "VENIP^Ponction^HL70488",
         12: "10^mL", 17: "202601101145"},
    )  # fmt: skip


def common(control, *, number="D1^DPI", filler="", status="", priority=""):
    return segment(
        "ORC",
        {1: control, 2: number, 3: filler, 4: "G77^DPI", 5: status,
         7: f"^^^202601120800^^{priority}", 9: "202601101130", 12: DOCTOR},
    )  # fmt: skip


def order(control="NW", number="D1"):
    detail = {2: f"{number}^DPI", 4: "58410-2^Numération formule^LN", 24: "LAB",
              13: "fièvre depuis deux jours", 31: "R50.9^Fièvre^CIM10"}  # fmt: skip
    return [common(control, number=f"{number}^DPI", priority="S"), segment("OBR", detail)]


def result(number="D1^DPI", filler="F1^SIL"):
    return [
        f"OBR|1|{number}|{filler}|58410-2^NFS^LN|||20260110||||||||||||||||||F",
        "OBX|1|NM|718-7^Hb^LN||13.2|g/dL|||||F",
    ]


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("dpi", raw)
        assert receipt.state == "filed", receipt.issues
        assert receipt.issues == ()


@pytest.mark.parametrize("event", ["ORM^O01", "OML^O21", "OMG^O19"])
async def test_an_order(gateway, write, everything, event):
    """Who asks for what, when, why and how urgently: one of these lost."""
    await filed(gateway, write(event, visit="V1", extra=order()))
    [found] = await everything("ServiceRequest")
    [stay] = await everything("Encounter")
    assert (found["status"], found["intent"], found["priority"]) == ("active", "order", "stat")
    assert found["code"]["coding"][0] == {
        "system": "http://loinc.org", "code": "58410-2", "display": "Numération formule",
    }  # fmt: skip
    assert found["identifier"][0]["value"] == "D1"
    assert found["requisition"]["value"] == "G77"
    assert found["requester"]["identifier"]["value"] == "10001234567"
    assert found["authoredOn"] == "2026-01-10T11:30:00+01:00"
    assert found["occurrenceDateTime"] == "2026-01-12T08:00:00+01:00"
    assert found["reasonCode"][0]["text"] == "Fièvre"
    assert found["note"] == [{"text": "fièvre depuis deux jours"}]
    assert found["encounter"]["reference"] == f"Encounter/{stay['id']}"


@pytest.mark.parametrize(
    ("control", "status", "expected"),
    [
        ("CA", "", "revoked"), ("DC", "", "revoked"), ("HD", "", "on-hold"), ("RL", "", "active"),
        ("XO", "", "active"), ("SC", "CM", "completed"), ("SC", "IP", "active"),
        ("SC", "", "active"), ("OK", "", "active"), ("RE", "CM", "completed"),
        ("UA", "", "revoked"),
    ],
)  # fmt: skip
async def test_what_becomes_of_an_order(gateway, write, everything, control, status, expected):
    """A cancelled test drawn all the same; or the order doubled by its change."""
    await filed(gateway, write("ORM^O01", extra=order()))
    change = [common(control, filler="F1^SIL", status=status)]
    await filed(gateway, write("ORM^O01", extra=change))
    [found] = await everything("ServiceRequest")
    assert found["status"] == expected
    assert [i["value"] for i in found["identifier"]] == ["D1", "F1"]
    assert found["code"]["coding"][0]["code"] == "58410-2"
    assert found["authoredOn"] == "2026-01-10T11:30:00+01:00"
    await filed(gateway, write("ORM^O01", extra=["ORC|SC||F1^SIL||CM"]))
    [found] = await everything("ServiceRequest")
    assert found["status"] == "completed"


async def test_an_order_that_takes_the_place_of_another(gateway, write, everything):
    """Both done."""
    await filed(gateway, write("ORM^O01", extra=order()))
    await filed(gateway, write("ORM^O01", extra=[*order("RP"), *order("RO", "D2")]))
    found = {o["identifier"][0]["value"]: o for o in await everything("ServiceRequest")}
    assert {number: o["status"] for number, o in found.items()} == {"D1": "revoked", "D2": "active"}
    assert found["D2"]["replaces"] == [{"reference": f"ServiceRequest/{found['D1']['id']}"}]


@pytest.mark.parametrize("order_first", [True, False])
async def test_a_result_and_its_order_find_each_other(gateway, write, everything, order_first):
    """A result nobody can tell who asked for: whichever came first."""
    messages = [write("OML^O21", extra=order(number="D1")), write("ORU^R01", extra=result())]
    await filed(gateway, *(messages if order_first else reversed(messages)))
    [request] = await everything("ServiceRequest")
    [report] = await everything("DiagnosticReport")
    assert report["basedOn"] == [{"reference": f"ServiceRequest/{request['id']}"}]


async def test_specimens_before_and_after_their_orders(gateway, write, everything):
    """OML^O33 names tubes first, O21 last: a tube taken for that of another order."""
    one, two = order(number="D1"), order(number="D2")
    tubes = [tube(1), tube(2)]
    await filed(gateway, write("OML^O33", extra=[tubes[0], *one, tubes[1], *two]))
    await filed(gateway, write("OML^O21", extra=[*order(number="D3"), tubes[0]]))
    specimens = {s["id"]: s for s in await everything("Specimen")}
    assert len(specimens) == 2
    by_order = {
        o["identifier"][0]["value"]: [
            specimens[s["reference"].split("/")[1]]["identifier"][0]["value"] for s in o["specimen"]
        ]
        for o in await everything("ServiceRequest")
    }
    assert by_order == {"D1": ["T1"], "D2": ["T2"], "D3": ["T1"]}
    found = next(iter(specimens.values()))
    assert found["type"]["coding"][0]["code"] == "BLD"
    assert found["collection"]["collectedDateTime"] == "2026-01-10T11:45:00+01:00"
    assert found["collection"]["quantity"]["code"] == "mL"


async def test_what_an_order_tells_with_it(gateway, write, everything):
    """The weight, or the last dose, that the laboratory was told."""
    weight = "OBX|1|NM|29463-7^Poids^LN||72.5|kg|||||F"
    await filed(gateway, write("OML^O21", extra=[*order(), weight, tube(1)]))
    [found] = await everything("ServiceRequest")
    [told] = await everything("Observation")
    assert found["supportingInfo"] == [{"reference": f"Observation/{told['id']}"}]


async def test_order_numbers_are_not_shared(gateway, write, everything):
    """The order of one patient changed by that of another; plain numbers, which placers count
    alike, are no reason to refuse."""
    other = {3: "8002^^^CH&1.2.3&ISO^PI", 5: "DURAND^LUC^^^^^L"}
    await filed(gateway, write("ORM^O01", extra=order()))
    receipt = await gateway.receive("dpi", write("ORM^O01", person=other, extra=order("CA")))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "order.of-another")
    await filed(gateway, write("ORM^O01", extra=["ORC|NW|7", "OBR|1|7||58410-2^NFS^LN"]))
    await filed(gateway, write("ORM^O01", person=other, extra=["ORC|NW|7", "OBR|1|7||718-7^Hb^LN"]))
    assert len(await everything("ServiceRequest")) == 3


async def test_an_order_without_number(gateway, write):
    """An order that no message could ever cancel."""
    receipt = await gateway.receive(
        "dpi", write("ORM^O01", extra=["ORC|NW", "OBR|1|||718-7^Hb^LN"])
    )
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "order.no-number")
