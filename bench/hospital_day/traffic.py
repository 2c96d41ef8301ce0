"""What all other systems send of those who are there: results, orders, drugs, documents, bills."""

import base64
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from bench.hospital_day.admissions import pv1, visit_of
from bench.hospital_day.message import Message
from bench.hospital_day.stays import Stay
from hygie.demo.adt import pid
from hygie.demo.catalogue import Panel, analytes, drugs, panels
from hygie.demo.chance import Chance
from hygie.demo.clock import hl7
from hygie.demo.hl7 import components, header, message, segment
from hygie.demo.vitals import SIGNS

MONITORED_MINUTES: Final = 7
"""Between two rounds of a monitor."""
PANELS: Final = ("nfs", "iono", "renal", "crp", "hepatique", "hemostase", "gaz")
_DOCUMENT: Final = base64.b64encode(b"%PDF-1.4\n% compte rendu\n" + bytes(range(256)) * 24).decode()
_REST: Final = {"pulse": 76.0, "temperature": 36.9, "saturation": 96.0, "respiration": 17.0}


class Traffic:
    """Of one stay, between two moments."""

    def __init__(self, stay: Stay, begin: datetime, end: datetime, chance: Chance) -> None:
        self._stay = stay
        self._begin = max(begin, stay.begin)
        self._end = min(end, stay.end or end)
        self._chance = chance
        self._orders = count(1)

    def messages(self) -> Iterator[Message]:
        yield from self._every(MONITORED_MINUTES, "MONITEURS", "ORU^R01", self._vitals)
        yield from self._every(480, "DPI", "OML^O21", self._order)
        yield from self._every(290, "SIL", "ORU^R01", self._results)
        yield from self._every(300, "PHARMA", "RDE^O11", self._prescription)
        yield from self._every(900, "RDV", "SIU^S12", self._appointment)
        yield from self._every(1000, "RIS", "MDM^T02", self._document)
        yield from self._every(130, "FACT", "DFT^P03", self._bill)

    def _every(
        self, minutes: int, sender: str, event: str, write: Callable[[datetime, str], list[str]]
    ) -> Iterator[Message]:
        moment = self._begin + timedelta(minutes=self._chance.between(0, minutes))
        while moment < self._end:
            yield self._message(moment, sender, event, write(moment, self._number()))
            moment += timedelta(minutes=self._chance.between(0.7, 1.3) * minutes)

    def _message(self, moment: datetime, sender: str, event: str, lines: list[str]) -> Message:
        bed = self._stay.bed_at(moment) or self._stay.places[0][1]
        person = pid(self._stay.person, visit_of(self._stay))
        visit = pv1(self._stay.number, "I", bed, self._stay.begin) if bed else ""

        def build(control: str) -> bytes:
            opening = header(sender, moment, event, control, pam=False)
            evn = [segment("EVN", {2: hl7(moment)})] if event[:3] in ("MDM", "DFT") else []
            return message(opening, *evn, person, *([visit] if visit else []), *lines)

        return Message(moment, sender, event, self._stay.person.ipp, build)

    def _number(self) -> str:
        return f"{self._stay.number}-{next(self._orders):05d}"

    # --- what each system says ------------------------------------------------------------

    def _vitals(self, moment: datetime, number: str) -> list[str]:
        lines = [self._obr(number, components("85353-1", "Constantes vitales", "LN"), moment)]
        for rank, (key, rest) in enumerate(_REST.items(), start=1):
            sign = SIGNS[key]
            value = f"{self._chance.around(rest, sign.noise):.{sign.decimals}f}"
            code = components(sign.loinc, sign.label, "LN")
            lines.append(_obx(rank, "NM", code, value, components(sign.ucum, sign.unit, "UCUM")))
        return lines

    def _results(self, moment: datetime, number: str) -> list[str]:
        panel: Panel = panels()[self._chance.one(PANELS)]
        lines = [self._obr(number, components(panel.loinc, panel.label, "LN"), moment)]
        for rank, key in enumerate(panel.analytes, start=1):
            one = analytes()[key]
            value = f"{self._chance.between(one.men.low, one.men.high):.{one.decimals}f}"
            code, unit = components(one.loinc, one.label, "LN"), components(one.unit, "", "UCUM")
            lines.append(_obx(rank, "NM", code, value, unit, f"{one.men.low}-{one.men.high}"))
        return lines

    def _order(self, moment: datetime, number: str) -> list[str]:
        panel = panels()[self._chance.one(PANELS)]
        orc = segment("ORC", {1: "NW", 2: f"{number}^DPI", 9: hl7(moment)})
        code = components(panel.loinc, panel.label, "LN")
        return [orc, segment("OBR", {1: "1", 2: f"{number}^DPI", 4: code, 6: hl7(moment)})]

    def _prescription(self, moment: datetime, number: str) -> list[str]:
        drug = drugs()[self._chance.one(sorted(drugs()))]
        orc = segment("ORC", {1: "NW", 2: f"{number}^PHARMA", 9: hl7(moment)})
        code = components(drug.atc, drug.label, "ATC")
        fields = {1: f"1^^^{hl7(moment)}", 2: code, 3: drug.dose, 5: drug.unit}
        return [orc, segment("RXE", fields), segment("RXR", {1: components("PO", "Orale")})]

    def _appointment(self, moment: datetime, number: str) -> list[str]:
        begin = moment + timedelta(days=3)
        fields = {1: f"{number}^RDV", 6: components("ROUTINE"), 7: components("", "Consultation"),
                  11: f"^^20^{hl7(begin)}^{hl7(begin + timedelta(minutes=20))}",
                  25: components("Booked")}  # fmt: skip
        return [segment("SCH", fields), segment("RGS", {1: "1"}),
                segment("AIL", {1: "1", 3: "7001"})]  # fmt: skip

    def _document(self, moment: datetime, number: str) -> list[str]:
        txa = segment("TXA", {1: "1", 2: "CR", 4: hl7(moment), 12: f"{number}^RIS", 17: "AU"})
        code = components("18748-4", "CR d'imagerie médicale", "LN")
        return [txa, _obx(1, "ED", code, f"RIS^AP^PDF^Base64^{_DOCUMENT}")]

    def _bill(self, moment: datetime, number: str) -> list[str]:
        code = components("JVJF004", "Séance", "CCAM")
        return [segment("FT1", {1: "1", 2: number, 4: hl7(moment), 6: "CG", 7: code, 10: "1"})]

    def _obr(self, number: str, code: str, moment: datetime) -> str:
        fields = {1: "1", 2: f"{number}^DPI", 3: f"{number}^LABO", 4: code, 7: hl7(moment),
                  22: hl7(moment), 25: "F"}  # fmt: skip
        return segment("OBR", fields)


def _obx(rank: int, kind: str, code: str, value: str, unit: str = "", bounds: str = "") -> str:
    fields = {1: str(rank), 2: kind, 3: code, 5: value, 6: unit, 7: bounds, 11: "F"}
    return segment("OBX", fields)
