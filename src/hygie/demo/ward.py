"""What the wards send along a course: FHIR bundles of vital signs, care and letters."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from hygie.demo.admissions import family_of
from hygie.demo.care import allergy_entries, condition_entry, ended, prescription_entry, resolved
from hygie.demo.catalogue import Drug, drugs
from hygie.demo.chance import Chance
from hygie.demo.clock import after
from hygie.demo.event import Event
from hygie.demo.fhir import Entry, transaction
from hygie.demo.letters import letter_entries
from hygie.demo.plan import TRANSFER_INSIDE, Course, Visit
from hygie.demo.story import StoryDrug
from hygie.demo.vitals import Watch

CARE, LETTERS = "soins", "courriers"
LIVELY_DAYS = 3
"""Days before today of which every round is sent."""


class Ward:
    """The bundles of one course."""

    def __init__(self, course: Course, today: date, chance: Chance) -> None:
        self._course = course
        self._lately = today - timedelta(days=LIVELY_DAYS)
        self._chance = chance
        self._watch = Watch(course, chance)
        story = course.story
        self._drugs = [wanted for wanted in story.drugs if chance.happens(wanted.chance)]
        self._codes = [
            c.code for c in story.conditions if not c.chronic and chance.happens(c.chance)
        ]

    def events(self) -> Iterator[Event]:
        visits = [visit for visit in self._course.visits if visit.cancelled is None]
        for visit in visits:
            yield from self._rounds(visit)
        main = next((v for v in visits if v.kind == "hospitalisation"), visits[0])
        yield self._arrival(main)
        yield from self._new_orders(main)
        if main.kind != "consultation":
            yield self._departure(main)
        yield from (self._letter(visit) for visit in visits if _written_about(visit, visits))

    def _event(self, source: str, when: datetime, name: str, entries: list[Entry]) -> Event:
        build = partial(_bundle, name, when, entries)
        return Event(when, family_of(self._course), source, "fhir", build)

    def _rounds(self, visit: Visit) -> Iterator[Event]:
        for rank, moment in enumerate(self._watch.rounds(visit, self._lately)):
            first = rank == 0 and visit is self._course.visits[-1]
            signs = self._watch.observations(visit, moment, first=first)
            name = f"CONST-{visit.iep}-{rank:03d}"
            yield self._event(CARE, after(moment, minutes=2), name, [Entry(sign) for sign in signs])

    def _arrival(self, visit: Visit) -> Event:
        """What is found on arrival: problems, allergies, usual and first treatments."""
        moment = after(visit.start, minutes=self._chance.whole(30, 80))
        person = self._course.known_as(moment)
        lasting = [item.code for item in self._course.chronic]
        entries = [
            condition_entry(code, person, visit, moment, lasting=code in lasting)
            for code in dict.fromkeys([*self._codes, *lasting])
        ]
        entries += allergy_entries(self._course.allergies, person, moment)
        entries += [
            prescription_entry(drugs()[key], person, visit, moment, home=True)
            for key in self._usual()
        ]
        entries += [self._order(wanted, visit, moment) for wanted in self._wanted(day=0)]
        return self._event(CARE, moment, f"ENTREE-{visit.iep}", entries)

    def _usual(self) -> list[str]:
        told = {wanted.drug for wanted in self._drugs}
        usual = dict.fromkeys(key for item in self._course.chronic for key in item.drugs)
        return [key for key in usual if key not in told]

    def _wanted(self, day: float) -> list[StoryDrug]:
        return [wanted for wanted in self._drugs if wanted.day == day]

    def _order(self, wanted: StoryDrug, visit: Visit, moment: datetime) -> Entry:
        person = self._course.known_as(moment)
        return prescription_entry(drugs()[wanted.drug], person, visit, moment, home=wanted.home)

    def _new_orders(self, main: Visit) -> Iterator[Event]:
        """Treatments that begin later, each day its bundle."""
        for day in sorted({wanted.day for wanted in self._drugs if wanted.day > 0}):
            moment = after(main.start, days=day, minutes=self._chance.whole(20, 90))
            visit = self._course.visit_at(moment)
            if visit is not main and visit.kind == "hospitalisation":
                continue
            if visit is main and moment > main.end:
                continue
            moment = moment if visit is main else after(visit.start, minutes=20)
            entries = [self._order(wanted, visit, moment) for wanted in self._wanted(day)]
            yield self._event(CARE, moment, f"PRESC-{visit.iep}-{day:g}", entries)

    def _departure(self, visit: Visit) -> Event:
        """What ends with the stay: its diagnoses and the treatments that do not go on."""
        moment = after(visit.end, minutes=-12)
        person = self._course.known_as(moment)
        lasting = {item.code for item in self._course.chronic}
        entries = [
            resolved(condition_entry(code, person, visit, visit.start, lasting=False), moment)
            for code in self._codes
            if code not in lasting
        ]
        last = (visit.end - visit.start).total_seconds() / 86_400
        entries += [
            ended(self._order(wanted, visit, visit.start))
            for wanted in self._drugs
            if not wanted.home and wanted.day < last
        ]
        return self._event(CARE, moment, f"SORTIE-{visit.iep}", entries)

    def _letter(self, visit: Visit) -> Event:
        moment = after(visit.end, minutes=self._chance.whole(3, 8))
        treatment: list[Drug] = [drugs()[key] for key in self._usual()]
        treatment += [drugs()[wanted.drug] for wanted in self._drugs if wanted.home]
        entries = letter_entries(self._course, visit, moment, treatment)
        return self._event(LETTERS, moment, f"LETTRE-{visit.iep}", entries)


def _written_about(visit: Visit, visits: Sequence[Visit]) -> bool:
    """A letter when the patient goes home; for a series of sessions, after the last."""
    if visit.leaving == TRANSFER_INSIDE:
        return False
    return visit.kind != "seance" or visit is visits[-1]


def _bundle(name: str, when: datetime, entries: list[Entry], _control: str) -> bytes:
    return transaction(name, when, entries)
