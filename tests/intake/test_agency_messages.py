"""The 36 messages of the French agency and its 6 business acknowledgements: what becomes of each.

Every scenario has a store of its own and the order that the readme gives. The examples all say 015
as control id: each file is a source of its own, so that none hides another. Where a file of the
suite is not what its readme says of it, the table says why, and what follows.
"""

import base64
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from hygie.hl7v2.parse import parse
from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.mapping.documents import is_metadata

FOLDER = (
    Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3] / "shared"))
    / "suites/ans-hl7v2/Volets"
)
V12, V20, V21 = (f"TRANS_DOC_CDA_HL7V2/{version}" for version in ("V1.2", "V2.0", "V2.1"))
LPS = "Trans_LPS_CDA_MSSanté/V1.0"
INITIAL, REPLACED, DELETED = "Transmission initiale", "Remplacement", "Suppression"
CURRENT, GONE, SUPERSEDED = "current", "entered-in-error", "superseded"

SHORTENED = "the document is replaced by a sentence, for print, and announced as XML"
UNPADDED = "the same, and its Base64 lacks its padding"
CUT = "the Base64 is cut in the middle of a byte: messageDocB64.hl7 is the whole one"
RENAMED = "the birth name is another: the identity is corrected by ADT^A31 first (RNIV 1)"
NO_DOT = "TXA-13 names a number that was never sent: a dot is missing, or it is its own"


class Step(NamedTuple):
    file: str
    state: str = "filed"
    rules: tuple[str, ...] = ()
    """Of documents and deliveries; warnings about the invented identities are not listed."""
    documents: tuple[str, ...] = ()
    """The statuses of all documents, once the message is settled."""
    why: str = ""
    before: bytes = b""
    """What the identity server of the hospital sends before."""


def adt(event: str, name: str) -> bytes:
    ins = "274075176079430^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS"
    return (
        f"MSH|^~\\&|GAM|CH|HYGIE|CH|20210601||ADT^{event}|{event}{name}|P|2.5\rEVN||20210601\r"
        f"PID|||{ins}~8001^^^CH&1.2.3&ISO^PI||{name}^DOMINIQUE^^^^^L||20050101|M|||"
        f"^^^^^^BDL^^63220{'|' * 21}VALI\r"
    ).encode()


def imaging(root: str, name: str) -> tuple[Step, ...]:
    """A report sent, sent whole, replaced under another birth name, deleted."""
    initial, replaced, deleted = (f"{root}/{step} MDM" for step in (INITIAL, REPLACED, DELETED))
    shortened = ("document.not-xml",)
    return (
        Step(f"{initial}/{name}_INIT_N1.er7", "filed", shortened, (CURRENT,), SHORTENED,
             adt("A28", "PatA")),
        Step(f"{initial}/{name}_INIT_N1_Base64.er7", documents=(CURRENT,)),
        Step(f"{replaced}/{name}_RPLC_N1.er7", "quarantined", ("identity.ins-mismatch",),
             (CURRENT,), RENAMED),
        Step(f"{replaced}/{name}_RPLC_N1.er7#2", "filed",
             (*shortened, "document.replaced-unknown"), (CURRENT, CURRENT), NO_DOT,
             adt("A31", "PatientA")),
        Step(f"{replaced}/ack.er7", "refused", ("event.acknowledgement",), (CURRENT, CURRENT)),
        Step(f"{deleted}/{name}_DEL_N1.er7", "filed", shortened, (CURRENT, GONE), SHORTENED),
        Step(f"{deleted}/ack.er7", "refused", ("event.acknowledgement",), (CURRENT, GONE)),
    )  # fmt: skip


def laboratory(root: str, control: Sequence[str]) -> tuple[Step, ...]:
    """Two documents sent, replaced and deleted: shortened, then whole; what the platform told."""
    initial, replaced, deleted = (f"{root}/ORU/{s} ORU" for s in (INITIAL, REPLACED, DELETED))
    name, shortened = "message_ORU_CR_Bio", ("document.not-xml", "document.not-xml")
    acknowledged = ("event.acknowledgement",)
    both, none = (CURRENT, CURRENT), (GONE, GONE)
    return (
        Step(f"{initial}/{name}_INIT_N1_N3.hl7", "filed", shortened, both, SHORTENED),
        Step(f"{initial}/ack.hl7", "refused", acknowledged, both),
        Step(f"{initial}/Message metier reception DMP", "kept", ("delivery.dmp",), both),
        Step(f"{initial}/Message metier reception MSS", "kept", ("delivery.mailbox",), both),
        Step(f"{initial}/Message metier lecture MSS", "kept", ("delivery.read",), both),
        Step(f"{replaced}/{name}_RPLC_N1_N3.er7", "filed", shortened, both, SHORTENED),
        Step(f"{replaced}/{name}_RPLC_N1_Base64_N3_Base64.er7", documents=both),
        Step(f"{replaced}/ack.er7", control[0], acknowledged, both),
        Step(f"{deleted}/{name}_DEL_N1_N3.er7", "filed", shortened, none, SHORTENED),
        Step(f"{deleted}/{name}_DEL_N1_Base64_N3_Base64.er7", documents=none),
        Step(f"{deleted}/ack.er7", control[1], acknowledged, none),
    )


SCENARIOS: dict[str, tuple[Step, ...]] = {
    "1.2 MDM": (
        Step(f"{V12}/MDM/message.hl7", "filed", ("document.unpadded", "document.not-xml"),
             (CURRENT,), UNPADDED),
        Step(f"{V12}/MDM/ack.hl7", "refused", ("event.acknowledgement",), (CURRENT,)),
    ),
    "1.2 ORU": (
        Step(f"{V12}/ORU/message.hl7", "filed", ("document.unpadded", "document.not-xml"),
             (CURRENT,), UNPADDED),
        Step(f"{V12}/ORU/ack.hl7", "refused", ("event.acknowledgement",), (CURRENT,)),
    ),
    "2.0 MDM": imaging(f"{V20}/MDM", "message_MDM_CR_Radio"),
    "2.0 ORU": laboratory(V20, ("duplicate", "duplicate")),
    "2.1 ORU": laboratory(V21, ("refused", "duplicate")),
    "LPS MDM": (
        Step(f"{LPS}/MDM/message.hl7", "quarantined", ("document.base64",), (), CUT),
        Step(f"{LPS}/MDM/messageDocB64.hl7", documents=(CURRENT,)),
        Step(f"{LPS}/MDM/ack.hl7", "refused", ("event.acknowledgement",), (CURRENT,)),
    ),
    "LPS imaging": (
        *imaging(LPS, "message_MDM__LPS_MSS_CR_Radio"),
        Step(f"{LPS}/{INITIAL} MDM/ack.er7", "refused", ("event.acknowledgement",),
             (CURRENT, GONE)),
    ),
}  # fmt: skip

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the public suite is absent")


def test_every_message_is_in_the_table():
    """A message of the suite that nobody looks at."""
    there = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.rglob("*")
        if path.is_file() and path.read_bytes().startswith(b"MSH")
    }
    listed = {step.file.partition("#")[0] for steps in SCENARIOS.values() for step in steps}
    assert listed == there
    assert len(listed) == 36 + 6


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_scenario(gateway, everything, record_property, name):
    """A document filed for nobody, replaced by nothing, still shown once deleted, or altered."""
    for step in SCENARIOS[name]:
        if step.before:
            assert (await gateway.receive("identités", step.before)).state == "filed"
        raw = (FOLDER / step.file.partition("#")[0]).read_bytes()
        receipt = await gateway.receive(step.file, raw)
        if step.file.endswith("#2"):  # the identity is corrected: the message is tried again
            receipt = await gateway.replay(receipt.original)
        told = tuple(i.rule for i in receipt.issues if not i.rule.startswith("ins."))
        assert (receipt.state, told) == (step.state, step.rules), step.file
        documents = await everything("DocumentReference")
        assert sorted(d["status"] for d in documents) == sorted(step.documents), step.file
        assert _answer(raw, receipt) == {"filed": "AA", "kept": "AA", "quarantined": "AE"}.get(
            step.state, "AR"
        ), step.file
        if receipt.state == "filed" and GONE not in step.documents:
            assert _sent(raw) <= await _kept(everything), step.file
            await _attributed(everything, raw)
    as_told = sum(not step.why for step in SCENARIOS[name])
    explained = len(SCENARIOS[name]) - as_told
    record_property("suite", f"ans-hl7v2 {name}: {as_told} as told, {explained} explained")


async def test_a_replacement_whose_number_is_whole(gateway, everything):
    """Volet 2.0, with the dot that its example lacks: the predecessor stays the current one."""
    steps = SCENARIOS["2.0 MDM"]
    sent = b"1.2.250.1.71.4.2.2.120456789A71024000081"
    whole = b"1.2.250.1.71.4.2.2.120456789.A71024000081"
    for step in (steps[0], steps[3], steps[5]):
        if step.before:
            await gateway.receive("identités", step.before)
        raw = (FOLDER / step.file.partition("#")[0]).read_bytes()
        receipt = await gateway.receive(step.file, raw.replace(sent, whole))
        told = [i.rule for i in receipt.issues if not i.rule.startswith("ins.")]
        assert (receipt.state, told) == ("filed", ["document.not-xml"])
    documents = {
        d["masterIdentifier"]["value"][-2:]: d for d in await everything("DocumentReference")
    }
    assert {number: d["status"] for number, d in documents.items()} == {
        "81": SUPERSEDED,
        "82": GONE,
    }
    [relation] = documents["82"]["relatesTo"]
    assert relation["target"]["reference"] == f"DocumentReference/{documents['81']['id']}"


def _answer(raw: bytes, receipt) -> str:
    answer = acknowledgement(raw, receipt, datetime.now(UTC)).decode("latin-1")
    [msa] = [line for line in answer.split("\r") if line.startswith("MSA")]
    return msa.split("|")[1]


def _sent(raw: bytes) -> set[bytes]:
    """The documents of a message, by the standard library alone."""
    texts = [
        o.text(5, 5) for o in parse(raw).all("OBX") if o.text(2) == "ED" and not is_metadata(o)
    ]
    return {base64.b64decode(text + "=" * (-len(text) % 4)) for text in texts}


async def _kept(everything) -> set[bytes]:
    return {base64.b64decode(binary["data"]) for binary in await everything("Binary")}


async def _attributed(everything, raw: bytes) -> None:
    """The matricule of PID-3 is that of the one patient, with its OID; all is of this patient."""
    pid = parse(raw).require("PID")
    [patient] = await everything("Patient")
    pair = f"urn:oid:{pid.text(3, 4, 2)}", pid.text(3)
    assert pair in {(i["system"], i["value"]) for i in patient["identifier"]}
    subjects = {d["subject"]["reference"] for d in await everything("DocumentReference")}
    assert subjects == {f"Patient/{patient['id']}"}
