"""Messages of our own making, right and wrong, as files on a disk."""

import json
from pathlib import Path
from typing import NamedTuple

SECRETS = ("KERVOALEN", "ROZENN", "77000123", "19620417", "1962-04-17", "0698765432")
"""What must appear nowhere on disk: name, given name, IPP, birth date, telephone."""
HOSTILE = "<SCRIPT>ALERT('{{7+7}}')</SCRIPT>"


def adt(
    event: str, control: str, *, ipp: str = "77000123", name: str = "KERVOALEN^ROZENN",
    born: str = "19620417", extra: str = "", charset: str = "UNICODE UTF-8",
) -> str:  # fmt: skip
    """An identity message, segments ended by CR."""
    lines = [
        f"MSH|^~\\&|GAM|CH|HYGIE|CH|20260110120000||{event}|{control}|P|2.5^FRA^2.11|||||FRA|{charset}",
        "EVN||20260110120000",
        f"PID|||{ipp}^^^CLINIQUE&1.2.250.1.999.1&ISO^PI||{name}^^^^^L||{born}|F",
        *([extra] if extra else []),
    ]
    return "\r".join(lines) + "\r"


class Wrong(NamedTuple):
    """A message that must end in quarantine, with the rule and the place to be told."""

    raw: bytes
    rule: str
    place: str


def fine(number: int) -> str:
    """An identity message like any other, to be spoilt."""
    return adt("ADT^A28", f"W{number}", ipp=f"W{number}", name=f"ESSAI{number}^LUCIE")


def merge(number: int, *, onto: str, old: str) -> bytes:
    """The person of IPP `old` is said to be the one of IPP `onto`."""
    extra = f"MRG|{old}^^^CLINIQUE&1.2.250.1.999.1&ISO^PI"
    return adt("ADT^A40", f"W{number}", ipp=onto, name="LEFEVRE^LF", extra=extra).encode()


BUNDLE = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "resource": {
                "resourceType": "Patient",
                "active": True if number < 499 else "yes",
                "identifier": [{"system": "urn:oid:1.2.250.1.999.1", "value": "W11"}],
            },
            "request": {"method": "POST", "url": "Patient"},
        }
        for number in range(500)
    ],
}
WRONG = {
    "encoding-characters": Wrong(
        fine(1).replace("^~\\&", "^^\\&", 1).encode(), "hl7.encoding-characters", "MSH-2"
    ),
    "missing-header": Wrong(
        b"BHS|^~\\&|GAM\r" + fine(2).partition("\r")[2].encode(), "hl7.header-missing", "MSH"
    ),
    "unknown-event": Wrong(
        fine(3).replace("ADT^A28", "ADT^A99").encode(), "event.unknown", "MSH-9"
    ),
    "not-the-declared-characters": Wrong(
        fine(4).replace("LUCIE", "ZOÉ").encode("latin-1"), "hl7.characters", "MSH-18"
    ),
    "unknown-characters": Wrong(
        fine(5).replace("UNICODE UTF-8", "EBCDIC").encode(), "hl7.character-set", "MSH-18"
    ),
    "no-such-date": Wrong(fine(6).replace("19620417", "19620231").encode(), "hl7.time", "PID-7"),
    "merge-onto-unknown": Wrong(merge(7, onto="W7", old="R2"), "merge.unknown-patient", "PID-3"),
    "merge-of-unknown": Wrong(merge(10, onto="R2", old="W10"), "merge.unknown-patient", "MRG-1"),
    "truncated": Wrong(
        fine(8)[: fine(8).index("PID")].encode(), "hl7.segment-missing", "PID"
    ),
    "bundle": Wrong(
        json.dumps(BUNDLE).encode(), "value.json-type", "Bundle.entry[499].resource.active"
    ),
    "truncated-json": Wrong(b'{"resourceType":"Patient","identifier":[', "json.truncated", ""),
    "deep-json": Wrong(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "json.depth", ""),
    "hostile": Wrong(
        fine(9).replace("ESSAI9", HOSTILE).replace("19620417", "1962<B>").encode(),
        "hl7.time", "PID-7",
    ),
}  # fmt: skip
RIGHT = {
    "cr": adt("ADT^A28", "R1").encode(),
    "lf": adt("ADT^A28", "R2", ipp="R2", name="LEFEVRE^LF").replace("\r", "\n").encode(),
    "crlf": adt("ADT^A28", "R3", ipp="R3", name="CARRIAGE^CRLF").replace("\r", "\r\n").encode(),
    "latin-1": adt(
        "ADT^A28", "R4", ipp="R4", name="HÉLOÏSE-GARÇON^ZOÉ", charset="8859/1"
    ).encode("latin-1"),
    "hostile": adt("ADT^A28", "R5", ipp="R5", name=f"{HOSTILE}^ONA", born="19710509").encode(),
}  # fmt: skip
TWICE = adt("ADT^A28", "T1", ipp="T1", name="DOUBLON^ANNE").encode()
OTHER_UNDER_SAME_ID = adt("ADT^A28", "T1", ipp="T2", name="AUTRE^JEANNE").encode()
REFUSED = {"empty.hl7": b"", "letter.txt": "Cher confrère,\n".encode(), "scan.pdf": b"%PDF-1.7\n"}


def write_all(folder: Path) -> int:
    """Writes every message, each in a folder of its own; returns how many files there are."""
    files = {f"right-{name}/message.hl7": raw for name, raw in RIGHT.items()}
    files |= {f"wrong-{name}/message.hl7": wrong.raw for name, wrong in WRONG.items()}
    files |= {f"refused/{name}": raw for name, raw in REFUSED.items()}
    files |= {
        "twice/1.hl7": TWICE, "twice/2.hl7": TWICE, "twice/3.hl7": OTHER_UNDER_SAME_ID,
    }  # fmt: skip
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return len(files)
