"""Who comes, moves and leaves: the stays of the day, and the truth that the census must tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from bench.hospital_day.wards import EMERGENCY, WARDS, Bed, Beds
from hygie.demo.chance import Chance
from hygie.demo.people import Person

Action = Literal["INSERT", "UPDATE", "CANCEL"]


class Size(NamedTuple):
    """Of a day: how many come, by way."""

    inpatients: int = 850
    """There at midnight."""
    admissions: int = 150
    emergencies: int = 260
    consultations: int = 900
    merges: int = 30
    """Records opened twice, and merged."""
    corrections: int = 400
    """Demographics sent again."""

    @property
    def people(self) -> int:
        return self.inpatients + self.admissions + self.emergencies + self.consultations


@dataclass(slots=True)
class Step:
    """One movement message: what happened at `start`, entered at `recorded`."""

    action: Action
    event: str
    number: int
    start: datetime
    recorded: datetime
    bed: Bed
    kind: str
    original: str = ""
    """Of an update or a cancellation: the event it is about (ZBE-6)."""


@dataclass(slots=True)
class Stay:
    person: Person
    number: str
    steps: list[Step] = field(default_factory=list)
    places: list[tuple[datetime, Bed | None]] = field(default_factory=list)
    """Where the patient truly was, from each moment on; None: not in the hospital."""

    def bed_at(self, moment: datetime) -> Bed | None:
        found = None
        for since, bed in self.places:
            if since <= moment:
                found = bed
        return found

    @property
    def begin(self) -> datetime:
        return self.places[0][0]

    @property
    def end(self) -> datetime | None:
        return self.places[-1][0] if self.places[-1][1] is None else None


class Hospital:
    """Draws the stays of a day. Those present at midnight were admitted in the days before."""

    def __init__(
        self, midnight: datetime, people: Sequence[Person], chance: Chance, size: Size
    ) -> None:
        self._midnight = midnight
        self._size = size
        self._people = iter(people)
        self._chance = chance
        self._beds = Beds()
        self._steps = 0

    def stays(self) -> Iterator[Stay]:
        for _ in range(self._size.inpatients):
            begin = self._midnight - timedelta(minutes=self._chance.whole(60, 9 * 1440))
            leaves = self._chance.happens(0.16)
            yield self._inpatient(begin, self._moment(8, 18) if leaves else None)
        for _ in range(self._size.admissions):
            yield self._inpatient(self._moment(7, 20), None)
        for _ in range(self._size.emergencies):
            yield self._emergency(self._moment(0, 22))
        for _ in range(self._size.consultations):
            yield self._consultation(self._moment(8, 17))

    # --- kinds of stay ------------------------------------------------------------------------

    def _inpatient(self, begin: datetime, end: datetime | None) -> Stay:
        stay = self._stay(begin)
        bed = self._beds.take(self._chance.one(WARDS))
        if begin >= self._midnight and self._chance.happens(0.4):
            self._say(stay, "A05", begin, begin - timedelta(days=6), bed, "P")
        self._enter(stay, "A01", begin, bed, "I")
        self._within(stay, max(begin, self._midnight), end or self._midnight + timedelta(days=1))
        if end is not None:
            self._leave(stay, end)
        return stay

    def _emergency(self, begin: datetime) -> Stay:
        """Half go home, a third into a ward (A06), some are registered by mistake (A11)."""
        stay = self._stay(begin)
        entered = self._enter(stay, "A04", begin, Bed(EMERGENCY), "E")
        later = begin + timedelta(minutes=self._chance.whole(60, 110))
        if self._chance.happens(0.04):
            self._cancel(stay, "A11", entered, begin + timedelta(minutes=12))
            stay.places = [(begin, None)]
        elif self._chance.happens(0.35):
            self._enter(stay, "A06", later, self._beds.take(self._chance.one(WARDS)), "I")
        else:
            self._leave(stay, later)
        return stay

    def _consultation(self, begin: datetime) -> Stay:
        """An outpatient: nobody's bed, so not in the census of wards."""
        stay = self._stay(begin)
        self._say(stay, "A04", begin, begin, Bed("7001"), "O")
        end = begin + timedelta(minutes=self._chance.whole(15, 50))
        self._say(stay, "A03", end, end, Bed("7001"), "O")
        stay.places = [(begin, None)]
        return stay

    # --- what happens within a stay ---------------------------------------------------------

    def _within(self, stay: Stay, begin: datetime, end: datetime) -> None:
        """Transfers, leaves, slips and corrections, in the order of time."""
        moment = begin + timedelta(minutes=self._chance.whole(30, 200))
        while moment < end - timedelta(minutes=240) and self._chance.happens(0.45):
            draw = self._chance.whole(0, 99)
            if draw < 45:
                self._transfer(stay, moment)
            elif draw < 60:
                self._slip(stay, moment)
            elif draw < 75:
                self._moved_by_correction(stay, moment)
            elif draw < 85:
                self._early_discharge(stay, moment)
            elif draw < 93:
                self._on_leave(stay, moment)
            else:
                self._say(stay, "A54", moment, moment, self._bed(stay), "I")
            moment += timedelta(minutes=self._chance.whole(200, 420))

    def _transfer(self, stay: Stay, moment: datetime) -> None:
        former = self._bed(stay)
        self._enter(stay, "A02", moment, self._beds.take(self._chance.one(WARDS)), "I")
        self._beds.give_back(former)

    def _slip(self, stay: Stay, moment: datetime) -> None:
        """A transfer entered by mistake, and cancelled."""
        wrong = self._beds.take(self._chance.one(WARDS))
        step = self._say(stay, "A02", moment, moment, wrong, "I")
        self._cancel(stay, "A12", step, moment + timedelta(minutes=self._chance.whole(5, 30)))
        self._beds.give_back(wrong)

    def _moved_by_correction(self, stay: Stay, moment: datetime) -> None:
        """A transfer into the wrong ward, corrected by Z99: the right one counts, from then on."""
        wrong, former = self._beds.take(self._chance.one(WARDS)), self._bed(stay)
        step = self._say(stay, "A02", moment, moment, wrong, "I")
        right = self._beds.take(self._chance.one(WARDS))
        recorded = moment + timedelta(minutes=self._chance.whole(5, 60))
        stay.steps.append(
            Step("UPDATE", "Z99", step.number, moment, recorded, right, "I", original="A02")
        )
        stay.places.append((moment, right))
        self._beds.give_back(wrong)
        self._beds.give_back(former)

    def _early_discharge(self, stay: Stay, moment: datetime) -> None:
        step = self._say(stay, "A03", moment, moment, self._bed(stay), "I")
        self._cancel(stay, "A13", step, moment + timedelta(minutes=self._chance.whole(5, 60)))

    def _on_leave(self, stay: Stay, moment: datetime) -> None:
        """Away for some hours: the bed is kept, the patient is not there."""
        bed = self._bed(stay)
        back = moment + timedelta(minutes=self._chance.whole(60, 200))
        self._say(stay, "A21", moment, moment, bed, "I")
        self._say(stay, "A22", back, back, bed, "I")
        stay.places += [(moment, None), (back, bed)]

    def _leave(self, stay: Stay, moment: datetime) -> None:
        bed = self._bed(stay)
        self._say(stay, "A03", moment, moment, bed, stay.steps[-1].kind)
        stay.places.append((moment, None))
        self._beds.give_back(bed)

    # --- how ----------------------------------------------------------------------------------

    def _stay(self, begin: datetime) -> Stay:
        person = next(self._people)
        return Stay(person, f"26{person.number:07d}", places=[(begin, None)])

    def _enter(self, stay: Stay, event: str, moment: datetime, bed: Bed, kind: str) -> Step:
        stay.places.append((moment, bed))
        return self._say(stay, event, moment, moment, bed, kind)

    def _say(
        self, stay: Stay, event: str, start: datetime, recorded: datetime, bed: Bed, kind: str
    ) -> Step:
        self._steps += 1
        delay = timedelta(seconds=self._chance.whole(5, 120))
        step = Step("INSERT", event, self._steps, start, recorded + delay, bed, kind)
        stay.steps.append(step)
        return step

    def _cancel(self, stay: Stay, event: str, step: Step, recorded: datetime) -> None:
        stay.steps.append(
            Step("CANCEL", event, step.number, step.start, recorded, step.bed, step.kind,
                 original=step.event)
        )  # fmt: skip

    def _bed(self, stay: Stay) -> Bed:
        """Where the patient was last, on leave or not."""
        return next(bed for _, bed in reversed(stay.places) if bed is not None)

    def _moment(self, first: int, last: int) -> datetime:
        return self._midnight + timedelta(seconds=self._chance.whole(first * 3600, last * 3600))
