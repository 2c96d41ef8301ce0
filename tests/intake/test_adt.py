"""Guards against stays and identities other than the admission office's."""

import asyncio

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Query
from hygie.identity.elements import read_ins
from hygie.identity.resolve import replaced_by

INS = "276037510669326^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
IPP = "{}^^^CH&1.2.3&ISO^PI"


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("gam", raw)
        assert (receipt.state, [i.rule for i in receipt.issues]) == ("filed", [])


async def reason(gateway, raw):
    receipt = await gateway.receive("gam", raw)
    assert receipt.state == "quarantined"
    return receipt.issues[0].rule, receipt.issues[0].location


async def test_a_stay_follows_its_movements(gateway, write, zbe, everything):
    """A patient shown where she is not, from admission to a discharge that was cancelled."""
    visit = {"visit": "V1"}
    await filed(
        gateway,
        write("ADT^A05", extra=[zbe("M0", "202601090800")], kind="P", **visit),
        write("ADT^A01", extra=[zbe("M1", "202601100800")], place="2110^12^1", **visit),
        write("ADT^A02", extra=[zbe("M2", "202601110800", unit="3100")], place="3100^7^2", **visit),
        write("ADT^A03", extra=[zbe("M3", "202601120800", unit="3100")], place="3100^7^2", **visit),
    )
    [stay] = await everything("Encounter")
    assert (stay["status"], stay["class"]["code"]) == ("finished", "IMP")
    assert stay["period"]["end"].startswith("2026-01-12T08:00")
    assert len(stay["location"]) == 2
    assert {place["name"] for place in await everything("Location")} == {
        "UF 2110, chambre 12, lit 1", "UF 3100, chambre 7, lit 2",
    }  # fmt: skip
    assert len(await everything("Organization")) == 2
    undo = zbe("M3", "202601120800", "CANCEL", "A03", unit="3100")
    await filed(gateway, write("ADT^A13", extra=[undo], place="3100^7^2", **visit))
    [stay] = await everything("Encounter")
    assert stay["status"] == "in-progress"
    assert "end" not in stay["period"]


async def test_shifted_movement_fields_are_found_out(gateway, write, everything):
    """The published template with ZBE shifted by one field, filed with the action as a ward."""
    shifted = "ZBE|M1^CH|202601100800|202601100800||INSERT|N||U^^^^^^UF^^^2110"
    raw = write("ADT^A03", visit="V1", extra=[shifted])
    assert await reason(gateway, raw) == ("movement.end", "ZBE-3")
    assert await everything("Encounter") == []


async def test_a_visit_number_is_not_shared(gateway, write, zbe, everything):
    """Somebody's stay moved to another patient by a wrong visit number."""
    await filed(gateway, write("ADT^A01", visit="V1", extra=[zbe("M1", "202601100800")]))
    other = write(
        "ADT^A02", visit="V1", person={3: IPP.format(8002), 5: "DURAND^LUC^^^^^L"},
        extra=[zbe("M2", "202601110800")],
    )  # fmt: skip
    assert await reason(gateway, other) == ("visit.of-another", "PV1-19.1")
    assert len(await everything("Patient")) == 1


async def test_a_reused_identifier_with_other_traits_is_quarantined(gateway, write, everything):
    """Another person's data filed under a recycled number."""
    await filed(gateway, write("ADT^A28"))
    other = write("ADT^A31", person={5: "DURAND^LUC^^^^^L", 7: "19500101", 8: "M"})
    assert await reason(gateway, other) == ("identity.conflict", "PID-3.1")
    [patient] = await everything("Patient")
    assert patient["name"][0]["family"] == "MARTIN"


async def test_a_qualified_ins_finds_its_patient_under_another_number(gateway, write, everything):
    """One person, two records, although the INS says who it is."""
    first = {3: f"{IPP.format(8001)}~{INS}", 32: "VALI"}
    other = {3: f"77^^^CLINIQUE&1.2.9&ISO^PI~{INS}", 32: "VALI"}
    await filed(gateway, write("ADT^A28", person=first))
    receipt = await gateway.receive("clinique", write("ADT^A28", person=other))
    assert receipt.state == "filed"
    [patient] = await everything("Patient")
    assert read_ins(patient).value == "276037510669326"
    assert {"8001", "77"} <= {item["value"] for item in patient["identifier"]}


async def test_a_matching_ins_with_another_trait_is_quarantined(gateway, write, everything):
    """Attribution on a weak match: the INS of one person with the name of another."""
    first = {3: f"{IPP.format(8001)}~{INS}", 32: "VALI"}
    other = {3: f"77^^^CLINIQUE&1.2.9&ISO^PI~{INS}", 5: "MARTINE^ANNE^^^^^L", 32: "VALI"}
    await filed(gateway, write("ADT^A28", person=first))
    assert await reason(gateway, write("ADT^A28", person=other)) == (
        "identity.ins-mismatch", "PID-3[2].1",
    )  # fmt: skip
    assert len(await everything("Patient")) == 1


async def test_an_unqualified_matricule_attributes_nothing(gateway, write, everything):
    """Two persons in one record because of a matricule nobody vouched for."""
    for number in ("8001", "8002"):
        person = {3: f"{IPP.format(number)}~{INS}", 32: "PROV"}
        receipt = await gateway.receive("gam", write("ADT^A28", person=person))
        assert [issue.rule for issue in receipt.issues] == ["ins.not-qualified"]
    assert len(await everything("Patient")) == 2


async def test_merging_moves_everything_and_keeps_the_past(
    gateway, write, zbe, everything, store, context
):
    """Results left behind in the record that was merged away."""
    stay = [zbe("M1", "202601100800")]
    await filed(
        gateway,
        write("ADT^A28"),
        write("ADT^A01", person={3: IPP.format(8002)}, visit="V2", extra=stay),
        write("ADT^A40", extra=[f"MRG|{IPP.format(8002)}"]),
        write("ADT^A40", extra=[f"MRG|{IPP.format(8002)}"]),
    )
    patients = {p["active"]: p for p in await everything("Patient")}
    losing, surviving = patients[False], patients[True]
    assert replaced_by(losing) == surviving["id"]
    assert surviving["link"] == [
        {"other": {"reference": f"Patient/{losing['id']}"}, "type": "replaces"}
    ]
    [encounter] = await everything("Encounter")
    assert encounter["subject"]["reference"] == f"Patient/{surviving['id']}"
    before = decode((await store.vread(context, "Encounter", encounter["id"], 1)).body)
    assert before["subject"]["reference"] == f"Patient/{losing['id']}"
    await filed(gateway, write("ADT^A31", person={3: IPP.format(8002)}))
    assert len(await everything("Patient")) == 2


@pytest.mark.parametrize(
    ("surviving", "losing", "rule", "place"),
    [
        (8001, 9999, "merge.unknown-patient", "MRG-1"),
        (9999, 8001, "merge.unknown-patient", "PID-3"),
        (8001, 8001, "merge.self", "MRG-1"),
        (8002, 8001, "merge.cycle", "MRG-1"),
        (8002, 8003, "merge.survivor-replaced", "MRG-1"),
        (8003, 8002, "merge.loser-replaced", "MRG-1"),
    ],
)
async def test_impossible_merges_are_refused_precisely(
    strict, write, surviving, losing, rule, place
):
    """Records chained in a circle, or merged with nobody, by a source that must keep the order."""
    gateway = strict
    persons = [write("ADT^A28", person={3: IPP.format(number)}) for number in (8001, 8002, 8003)]
    await filed(gateway, *persons, write("ADT^A40", extra=[f"MRG|{IPP.format(8002)}"]))
    raw = write("ADT^A40", person={3: IPP.format(surviving)}, extra=[f"MRG|{IPP.format(losing)}"])
    assert await reason(gateway, raw) == (rule, place)


async def test_a08_is_an_update_of_identity_and_says_so(gateway, write, everything):
    """An update lost because its event is excluded; or taken without telling anybody."""
    await filed(gateway, write("ADT^A28"))
    receipt = await gateway.receive("gam", write("ADT^A08", person={5: "MARTIN^ZOE^^^^^L"}))
    assert (receipt.state, receipt.issues[0].rule) == ("filed", "event.a08")
    [patient] = await everything("Patient")
    assert patient["name"][0]["given"] == ["ZOE"]


async def test_patients_who_replace_each_other_hold_nobody_up(gateway, write, store, context):
    """A process that goes round for ever, with the locks of a patient in its hands."""
    await filed(gateway, *(write("ADT^A28", person={3: IPP.format(n)}) for n in (8001, 8002)))
    page = await store.search(context, Query(type="Patient", count=10))
    first, second = [decode(match.body) for match in page.matches]
    for one, other in ((first, second), (second, first)):
        link = {"other": {"reference": f"Patient/{other['id']}"}, "type": "replaced-by"}
        await store.update(context, {**one, "link": [link]})
    async with asyncio.timeout(5):
        assert await reason(gateway, write("ADT^A31")) == ("identity.circle", "PID-3")
