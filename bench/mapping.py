"""Messages to resources: parse and map, in time of this process, beside the plainest cutting."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from zoneinfo import ZoneInfo

from bench import data
from bench.harness import ROUNDS, Figure, Floor, Result, beside
from hygie.demo import generate
from hygie.hl7v2.message import Message
from hygie.hl7v2.parse import parse
from hygie.identity.patient import new_patient
from hygie.intake.adapting import NOTHING, Adaptation
from hygie.intake.adapting.folder import example
from hygie.intake.mapping import documents, results
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.movement import read_change
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.results import Bearer
from hygie.intake.mapping.visit import require_visit
from hygie.intake.stays.encounter import fact_with, revise
from hygie.refusal import Refused

ZONE = ZoneInfo("Europe/Paris")
GOAL_PER_SECOND = 3_000
PATIENTS, MOST = 120, 400
FLOOR = "cutting the same text at | and ^"
BEARER = Bearer("Patient/p", "Encounter/e")
Each = Callable[[bytes], object]


def run() -> Result:
    movements, reports = _messages(_admission), _messages(_report)
    figures = [
        *_kind("ADT", movements, _admission, GOAL_PER_SECOND),
        _figure("  and an adaptation of five changes", movements, _adapted),
        *_kind("ORU", reports, _report, None),
    ]
    sizes = [sum(map(len, found)) // len(found) for found in (movements, reports)]
    return Result(
        bench="mapping",
        data=f"{len(movements)} movements of the demonstration, mean {sizes[0]} bytes; "
        f"{len(reports)} reports, mean {sizes[1]} bytes; time of this process",
        figures=tuple(figures),
    )


def _kind(name: str, raws: Sequence[bytes], whole: Each, goal: float | None) -> list[Figure]:
    return [
        _figure(f"{name}, parse", raws, parse),
        _figure(f"{name}, parse and map", raws, whole, goal),
    ]


def _messages(whole: Each) -> list[bytes]:
    """Those of the demonstration that are mapped whole; it holds wrong ones on purpose."""
    found: list[bytes] = []
    for message in generate(data.SEED, PATIENTS, data.TODAY):
        if message.kind == "hl7v2" and len(found) < MOST:
            try:
                if whole(message.raw):
                    found.append(message.raw)
            except Refused:
                continue
    return found


def _admission(raw: bytes, adaptation: Adaptation = NOTHING) -> object:
    """The patient, the units and places, and the stay; None of another message."""
    message = adaptation.adapt(parse(raw)).message
    if message.type != "ADT" or message.first("ZBE") is None:
        return None
    context = _context(message, adaptation)
    patient = new_patient(read_person(message, ZONE, adaptation.tables))
    visit, change = require_visit(context), read_change(message, ZONE, _ids)
    fact = fact_with(change.fact, visit.elements)
    stay = revise({}, {"resourceType": "Encounter"}, visit.elements, fact)
    return patient, change.resources, stay


def _adapted(raw: bytes) -> object:
    found = example("exemple")
    return _admission(raw, found) if found else None


def _report(raw: bytes) -> object:
    """The patient, reports, results and documents."""
    message = parse(raw)
    if message.type != "ORU":
        return None
    context, masks = _context(message, NOTHING), documents.masks_of(message.all("OBX"))
    made: list[object] = [new_patient(read_person(message, ZONE))]
    for group in results.groups(message):
        made += results.report(group, BEARER, context)
        made += documents.of_group(group, masks, BEARER, ZONE, _ids)
    return made


def _context(message: Message, adaptation: Adaptation) -> Context:
    return Context(message, ZONE, _ids, adaptation.tables)


def _ids(resource_type: str, key: str) -> str:
    """As the keyring makes them: keyed, 128 bits."""
    return blake2b(key.encode(), key=resource_type.encode(), digest_size=16).hexdigest()


def _cut(raw: bytes) -> object:
    return [[field.split("^") for field in line.split("|")] for line in raw.decode().split("\r")]


def _figure(name: str, raws: Sequence[bytes], each: Each, goal: float | None = None) -> Figure:
    pairs = [(_rate(raws, each), _rate(raws, _cut)) for _ in range(ROUNDS + 1)][1:]
    ours, floor = (statistics.median(side) for side in zip(*pairs, strict=True))
    return beside(name, ours, "/s", Floor(floor, FLOOR), goal=goal)


def _rate(raws: Sequence[bytes], each: Each) -> float:
    """Messages a second of the processor, without the garbage collector's moods."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        for raw in raws:
            each(raw)
        return len(raws) / (time.process_time() - started)
    finally:
        gc.enable()
