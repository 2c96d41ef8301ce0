"""What the laboratory and imaging send along a course: ORU messages."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from hygie.demo import pdf
from hygie.demo.admissions import family_of
from hygie.demo.biology import Biology
from hygie.demo.catalogue import bacteriology, doctors, panels
from hygie.demo.chance import Chance
from hygie.demo.clock import after, at, french
from hygie.demo.event import Event
from hygie.demo.letters import CLINIC
from hygie.demo.oru import (
    IMAGING,
    LABORATORY,
    Group,
    Line,
    Sample,
    answer,
    imaging_group,
    loinc,
    panel_group,
    report,
)
from hygie.demo.plan import Course, Visit
from hygie.demo.story import Culture, Imaging

_BLOOD_GROUPS = {
    "O Rh positif": 36, "A Rh positif": 37, "B Rh positif": 9, "AB Rh positif": 3,
    "O Rh négatif": 6, "A Rh négatif": 7, "B Rh négatif": 1, "AB Rh négatif": 1,
}  # fmt: skip
_REHABILITATION_PANELS = ("renal", "crp")


class Laboratory:
    """The reports of one course. Numbers of orders are unique over the clinic."""

    def __init__(self, course: Course, rank: int, chance: Chance) -> None:
        self._course = course
        self._biology = Biology(course, chance)
        self._chance = chance
        self._serial = rank * 1_000

    def events(self) -> Iterator[Event]:
        for moment, keys in sorted(self._samples().items()):
            yield self._blood(moment, sorted(keys, key=list(panels()).index))
        for culture in self._course.story.cultures:
            yield from self._culture(culture)
        for imaging in self._course.story.imaging:
            yield self._imaging(imaging)

    def _samples(self) -> dict[datetime, list[str]]:
        """What is drawn when: the panels of one day share one sample."""
        samples: dict[datetime, list[str]] = {}
        for wanted in self._course.story.panels:
            for day in wanted.days:
                moment = self._moment(day)
                if moment is not None:
                    samples.setdefault(moment, []).append(wanted.panel)
        for visit in self._course.visits:
            if visit.moves[0].unit == "6100":
                for week in range(7, (visit.end - visit.start).days, 9):
                    moment = self._morning(visit, week)
                    samples[moment] = list(_REHABILITATION_PANELS)
        return samples

    def _moment(self, day: float) -> datetime | None:
        """When the sample of that day was drawn; None when the patient had left by then."""
        visits = [visit for visit in self._course.visits if visit.cancelled is None]
        repeat = self._course.story.repeat
        if repeat is not None:
            rank = round(day / repeat.days)
            return after(visits[rank].start, minutes=12) if rank < len(visits) else None
        if day < 0:
            return at(after(self._course.begin, days=day).date(), 9, 20)
        if day < 1:
            moment = after(self._course.begin, days=day, minutes=35)
        else:
            moment = at(after(self._course.begin, days=day).date(), 6, self._course.begin.minute)
        return moment if any(v.start < moment < v.end for v in visits) else None

    @staticmethod
    def _morning(visit: Visit, day: int) -> datetime:
        return at(after(visit.start, days=day).date(), 6, 45)

    def _sample(self, taken: datetime, answered: datetime, number: int) -> Sample:
        known = self._course.known_as(answered)
        visits = [v for v in self._course.visits if v.start <= taken <= v.end]
        return Sample(known, visits[-1] if visits else None, f"{number:08d}", taken, answered)

    def _event(self, application: str, sample: Sample, *groups: Group) -> Event:
        source = "labo" if application == LABORATORY else "imagerie"
        build = partial(report, application, sample, groups)
        return Event(sample.answered, family_of(self._course), source, "hl7v2", build)

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def _blood(self, taken: datetime, keys: list[str]) -> Event:
        sample = self._sample(
            taken, after(taken, minutes=self._chance.whole(45, 170)), self._next()
        )
        wanted = [panels()[key] for key in keys]
        drawn = tuple(dict.fromkeys(key for panel in wanted for key in panel.analytes))
        results = {r.analyte.key: r for r in self._biology.panel(drawn, taken)}
        groups = [panel_group(panel, [results[key] for key in panel.analytes]) for panel in wanted]
        return self._event(LABORATORY, sample, *groups)

    def _culture(self, culture: Culture) -> Iterator[Event]:
        examination = bacteriology().examinations[culture.culture]
        taken = self._moment(culture.day)
        if taken is None:
            return
        taken, number = after(taken, minutes=5), self._next()
        final = after(taken, hours=examination.hours)
        positive = self._chance.happens(culture.chance)
        if culture.culture == "groupe":
            text = self._chance.weighted(list(_BLOOD_GROUPS), list(_BLOOD_GROUPS.values()))
            yield self._event(
                LABORATORY, self._sample(taken, final, number), answer(examination, text, "F")
            )
            return
        if positive and culture.germ:
            early = self._sample(taken, after(taken, hours=20), number)
            text = "Culture positive, identification en cours"
            yield self._event(LABORATORY, early, answer(examination, text, "P"))
        sample = self._sample(taken, final, number)
        yield self._event(LABORATORY, sample, self._answer(culture, positive=positive))

    def _answer(self, culture: Culture, *, positive: bool) -> Group:
        examination = bacteriology().examinations[culture.culture]
        if not culture.germ or not positive:
            text = examination.positive if positive else examination.negative
            return answer(examination, text, "F")
        germ = bacteriology().germs[culture.germ]
        identified = answer(examination, germ.label, "F", germ.code)
        words = {"S": "Sensible", "I": "Sensible à forte posologie", "R": "Résistant"}
        tested = []
        for code, (antibiotic, letters) in germ.antibiogram.items():
            letter = self._chance.one(letters)
            tested.append(Line("ST", loinc(code, antibiotic), words[letter], flag=letter))
        return identified._replace(
            lines=[*identified.lines, *tested], note="Antibiogramme selon les critères en vigueur."
        )

    def _imaging(self, imaging: Imaging) -> Event:
        taken = after(self._moment(imaging.day) or self._course.begin, minutes=40)
        title = bacteriology().imaging[imaging.exam]
        sample = self._sample(taken, after(taken, minutes=self._chance.whole(20, 75)), self._next())
        drawn = pdf.document(self._pages(imaging, title, sample)) if imaging.pdf else b""
        group = imaging_group(title, imaging.finding, imaging.conclusion, drawn)
        return self._event(IMAGING, sample, group)

    def _pages(self, imaging: Imaging, title: str, sample: Sample) -> list[str]:
        person = sample.person
        doctor = doctors()["1001"][0]
        return [
            f"# {CLINIC}", "Service d'imagerie", "", f"# {title} du {french(sample.taken)}",
            f"{person.title} {person.first} {person.family.upper()}, IPP {person.ipp}",
            f"Demandé par : Dr {doctor.given} {doctor.family}", "",
            "# Résultat", imaging.finding, "", "# Conclusion", imaging.conclusion,
        ]  # fmt: skip
