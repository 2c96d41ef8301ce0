"""Guards against results and documents lost, altered, or filed for somebody else."""

import base64

import pytest

ORDER = (
    "OBR|1||{number}^SIL|58410-2^NFS^LN|||20260110080000|||||||||||||||20260110100000||LAB|{status}"
)
NM = "OBX|{rank}|NM|{code}^x^LN||{value}|g/dL|12-16||||{status}|||20260110080000"
PDF = b"%PDF-1.7\n\x00\xff bytes \r\n%%EOF"


def order(number="F1", status="F"):
    return ORDER.format(number=number, status=status)


def result(rank=1, code="718-7", value="13.20", status="F"):
    return NM.format(rank=rank, code=code, value=value, status=status)


def document(data=PDF, status="F", code="11502-2", rank=1):
    content = f"SIL^Application^PDF^Base64^{base64.b64encode(data).decode()}"
    return f"OBX|{rank}|ED|{code}^CR^LN||{content}||||||{status}"


def attachment(reference):
    return reference["content"][0]["attachment"]


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("labo", raw)
        assert (receipt.state, receipt.issues) == ("filed", ())


async def reason(gateway, raw):
    receipt = await gateway.receive("labo", raw)
    assert receipt.state == "quarantined"
    return receipt.issues[0].rule, receipt.issues[0].location


async def test_a_report_with_its_results(gateway, write, everything):
    """A result without its report, unit, range or precision."""
    note = "NTE|1|L|à contrôler"
    raw = write("ORU^R01", visit="V1", extra=[order(), result(), note, result(2, "789-8", "4.1")])
    await filed(gateway, raw)
    [report] = await everything("DiagnosticReport")
    assert (report["status"], len(report["result"])) == ("final", 2)
    first = next(
        o for o in await everything("Observation") if o["code"]["coding"][0]["code"] == "718-7"
    )
    assert str(first["valueQuantity"]["value"]) == "13.20"
    assert first["note"] == [{"text": "à contrôler"}]
    assert first["referenceRange"][0]["text"] == "12-16"
    assert first["category"][0]["coding"][0]["code"] == "laboratory"
    [stay] = await everything("Encounter")
    assert stay["status"] == "unknown"
    assert first["encounter"]["reference"] == f"Encounter/{stay['id']}"


async def test_a_correction_finds_what_it_corrects(gateway, write, everything):
    """A corrected result shown beside the wrong one; or the rest of the report lost."""
    await filed(
        gateway,
        write("ORU^R01", extra=[order(), result(), result(2, "789-8", "4.1")]),
        write("ORU^R01", extra=[order(status="C"), result(value="11.90", status="C")]),
    )
    [report] = await everything("DiagnosticReport")
    assert (report["status"], len(report["result"])) == ("corrected", 2)
    values = {
        o["code"]["coding"][0]["code"]: (str(o["valueQuantity"]["value"]), o["status"])
        for o in await everything("Observation")
    }
    assert values == {"718-7": ("11.90", "corrected"), "789-8": ("4.1", "final")}


async def test_a_document_is_kept_to_the_byte(gateway, write, everything):
    """A PDF that no longer opens, or whose signature no longer holds."""
    await filed(gateway, write("ORU^R01", extra=[order(), document()]))
    [binary] = await everything("Binary")
    assert base64.b64decode(binary["data"]) == PDF
    [reference] = await everything("DocumentReference")
    assert attachment(reference)["contentType"] == "application/pdf"
    assert attachment(reference)["size"] == len(PDF)
    assert attachment(reference)["url"] == f"Binary/{binary['id']}"
    [report] = await everything("DiagnosticReport")
    assert report["presentedForm"][0]["url"] == f"Binary/{binary['id']}"


async def test_a_document_is_replaced_then_deleted(gateway, write, everything):
    """An outdated or withdrawn report shown as the current one."""
    await filed(
        gateway,
        write("ORU^R01", extra=[order(), document()]),
        write("ORU^R01", extra=[order(), document(PDF + b"2", "C")]),
    )
    [reference] = await everything("DocumentReference")
    assert attachment(reference)["size"] == len(PDF) + 1
    await filed(gateway, write("ORU^R01", extra=[order(), document(PDF + b"2", "D")]))
    [reference] = await everything("DocumentReference")
    assert reference["status"] == "entered-in-error"
    [report] = await everything("DiagnosticReport")
    assert "presentedForm" not in report
    assert report["status"] == "entered-in-error"


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ([result()], ("result.outside", "OBX")),
        ([order(), result(value="hémolysé")], ("result.number", "OBX-5.1")),
        ([order(), document().replace("Base64^", "Base64^A")], ("document.base64", "OBX-5.5")),
        ([order(number="").replace("^SIL", ""), result()], ("result.no-number", "OBR-3")),
        ([], ("hl7.segment-missing", "OBR")),
    ],
)
async def test_reports_that_cannot_be_filed_wait_with_their_place(
    gateway, write, everything, extra, expected
):
    """Half a report filed; or a truncated document taken for a whole one."""
    assert await reason(gateway, write("ORU^R01", extra=extra)) == expected
    assert await everything("DiagnosticReport") == []
    assert await everything("Patient") == []


async def test_a_report_number_is_not_shared(gateway, write, everything):
    """Results of one patient added to the report of another."""
    await filed(gateway, write("ORU^R01", extra=[order(), result()]))
    other = write(
        "ORU^R01", person={3: "8002^^^CH&1.2.3&ISO^PI", 5: "DURAND^LUC^^^^^L"},
        extra=[order(), result()],
    )  # fmt: skip
    assert await reason(gateway, other) == ("report.of-another", "OBR-3")


async def test_a_result_does_not_rewrite_the_patient(gateway, write, everything):
    """The laboratory's idea of a name overwrites the admission office's."""
    await filed(gateway, write("ADT^A28"))
    raw = write("ORU^R01", person={5: "MARTINE^ANNIE^^^^^L"}, extra=[order(), result()])
    await filed(gateway, raw)
    [patient] = await everything("Patient")
    assert patient["name"][0]["family"] == "MARTIN"


def transcription(event, number, parent="", status="F", flags=()):
    lines = [
        f"TXA|1|18748-4|TEXT|202601101200||||||||{number}|{parent}||||LA",
        document(status=status),
    ]
    return lines + [
        f"OBX|{n}|CWE|{flag}^x^MetaDMPMSS||Y^^HL70136" for n, flag in enumerate(flags, 2)
    ]


async def test_an_mdm_document_its_successor_and_its_deletion(gateway, write, everything):
    """T02, T10, T04: the successor unknown to its predecessor, or the deletion without effect."""
    masked = transcription("T02", "D1", flags=["MASQUE_PS", "INVISIBLE_REP_LEGAUX", "DESTDMP"])
    await filed(
        gateway,
        write("MDM^T02", extra=masked),
        write("MDM^T10", extra=transcription("T10", "D2", "D1", "C")),
    )
    found = {d["masterIdentifier"]["value"]: d for d in await everything("DocumentReference")}
    assert (found["D1"]["status"], found["D2"]["status"]) == ("superseded", "current")
    assert found["D2"]["relatesTo"][0]["target"]["reference"].endswith(found["D1"]["id"])
    labels = [label["coding"][0]["code"] for label in found["D1"]["securityLabel"]]
    assert labels == ["MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX"]
    await filed(gateway, write("MDM^T04", extra=transcription("T04", "D2", status="D")))
    found = {
        d["masterIdentifier"]["value"]: d["status"] for d in await everything("DocumentReference")
    }
    assert found == {"D1": "superseded", "D2": "entered-in-error"}
    unknown = write("MDM^T04", extra=transcription("T04", "D9", status="D"))
    receipt = await gateway.receive("labo", unknown)
    assert [issue.rule for issue in receipt.issues] == ["document.deleted-unknown"]


async def test_a_successor_of_an_unknown_document_is_filed_and_says_so(gateway, write, everything):
    """The newer version withheld because the older one never came."""
    receipt = await gateway.receive(
        "ris", write("MDM^T10", extra=transcription("T10", "D2", "D1", "C"))
    )
    assert (receipt.state, receipt.issues[0].rule) == ("filed", "document.replaced-unknown")


async def test_an_addendum_and_an_edition(gateway, write, everything):
    """T06: the first letter hidden by its addendum. T08: the edited letter beside the old one."""
    await filed(
        gateway,
        write("MDM^T02", extra=transcription("T02", "D1")),
        write("MDM^T06", extra=transcription("T06", "D2", "D1")),
    )
    found = {d["masterIdentifier"]["value"]: d for d in await everything("DocumentReference")}
    assert {number: d["status"] for number, d in found.items()} == {
        "D1": "current",
        "D2": "current",
    }
    assert found["D2"]["relatesTo"][0]["code"] == "appends"
    edited = transcription("T08", "D1")
    edited[1] = document(PDF + b"3")
    await filed(gateway, write("MDM^T08", extra=edited))
    found = {d["masterIdentifier"]["value"]: d for d in await everything("DocumentReference")}
    assert attachment(found["D1"])["size"] == len(PDF) + 1
    assert len(found) == 2


def standing(number, status="", availability=""):
    return [f"TXA|1|18748-4|TEXT|202601120900||||||||{number}|||||{status}||{availability}"]


@pytest.mark.parametrize(
    ("event", "said", "expected"),
    [
        ("T03", ("AU", ""), ("current", "final")),
        ("T07", ("LA", "AV"), ("current", "final")),
        ("T03", ("", "OB"), ("superseded", "preliminary")),
        ("T03", ("", "CA"), ("entered-in-error", "entered-in-error")),
        ("T11", ("", ""), ("entered-in-error", "entered-in-error")),
    ],
)
async def test_the_standing_of_a_document(gateway, write, everything, event, said, expected):
    """A letter shown as a draft once signed, or shown at all once cancelled."""
    draft = transcription("T02", "D1")
    draft[0] = standing("D1", "IP")[0]
    await filed(gateway, write("MDM^T02", extra=draft))
    await filed(gateway, write(f"MDM^{event}", extra=standing("D1", *said)))
    [found] = await everything("DocumentReference")
    assert (found["status"], found["docStatus"]) == expected
    assert attachment(found)["size"] == len(PDF)
    unknown = write(f"MDM^{event}", extra=standing("D9", *said))
    assert await reason(gateway, unknown) == ("document.unknown", "TXA-12")


@pytest.mark.parametrize("event", ["T01", "T05", "T09"])
async def test_content_announced_and_not_brought(gateway, write, everything, event):
    """A document without content in the record; or the one it replaces taken away for nothing."""
    receipt = await gateway.receive("ris", write(f"MDM^{event}", extra=standing("D1")))
    assert (receipt.state, await everything("DocumentReference")) == ("kept", [])
