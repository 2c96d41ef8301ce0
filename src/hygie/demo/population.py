"""Who comes to the clinic, when, and for what story: the courses of all patients."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from hygie.demo.allergies import give_allergies
from hygie.demo.catalogue import chronic, stories
from hygie.demo.census import give_beds, number_visits
from hygie.demo.chance import Chance
from hygie.demo.clock import after, age_in_years, at, midnight
from hygie.demo.people import (
    Person,
    Sex,
    draw_person,
    homonym_of,
    ipp_of,
    newborn_of,
    twin_of,
)
from hygie.demo.places import draw_address
from hygie.demo.plan import Course, Visit, mistaken_visit, plan_visits
from hygie.demo.story import Chronic, Story

WINDOW_DAYS = 400
ALWAYS = datetime(1900, 1, 1)  # noqa: DTZ001 - local time of the clinic, as all its moments
IN_HOSPITAL = 0.24
"""Share of stays that are still going on today."""
EXPECTED = 0.15
"""Share of planned stays that are still to come: only announced."""
_TWINS, _HOMONYMS, _MERGED, _DOUBTFUL = 83, 61, 79, 131
"""One patient in so many is a twin, bears another's name, had two records, is doubtful."""
_AGAIN = ("cataracte", "chirurgie_consultation", "douleur_thoracique", "hernie", "pneumonie")
"""Stories that may come on top of another."""


def courses(seed: int, patients: int, today: date) -> list[Course]:
    """Every course, with visit numbers, movements and beds. Nothing happens after `today` began."""
    made: list[Course] = []
    number = 0
    while number < patients:
        number += 1
        course = _course(seed, number, today, made)
        made.append(course)
        if course.story.entry == "naissance" and number < patients:
            number += 1
            made.append(_birth(seed, number, course))
        elif Chance(seed, "again", number).happens(0.2):
            made += _second(seed, course, today)
    number_visits(made)
    give_beds(made)
    give_allergies(seed, made)
    return made


def _course(seed: int, number: int, today: date, made: Sequence[Course]) -> Course:
    chance = Chance(seed, "course", number)
    table = stories()
    name = chance.weighted(list(table), [story.weight for story in table.values()])
    story = table[name]
    begin, visits = _dated(story, today, chance)
    sex: Sex = "F" if (story.sex or chance.one(("F", "M"))) == "F" else "M"
    birth = begin.date() - timedelta(days=round(365.25 * chance.between(*story.ages)))
    person = _person(seed, number, sex, birth, made)
    course = Course(person, story, begin, visits, _chronic(story, person, begin, chance))
    course.person = person
    _records(course, chance)
    return course


def _dated(story: Story, today: date, chance: Chance) -> tuple[datetime, list[Visit]]:
    """A beginning such that the course is over, goes on today or is to come, as chance wants."""
    sudden = story.entry in ("urgences", "naissance")
    hour = chance.weighted(range(24), _HOURS) if sudden else 7
    anchor = at(today - timedelta(days=3_000), hour, chance.whole(0, 59))
    visits = plan_visits(story, anchor, chance)
    length = visits[-1].end - anchor
    close = midnight(today)
    if story.entry in ("programmee", "ambulatoire") and chance.happens(EXPECTED):
        shift = timedelta(days=-chance.between(2, 12))
    elif story.stages and chance.happens(IN_HOSPITAL):
        shift = length * chance.between(0.25, 0.95)
    else:
        shift = length + timedelta(days=min(chance.between(1, 200), chance.between(1, WINDOW_DAYS)))
    days = (close - shift - anchor).days
    return anchor + timedelta(days=days), [_moved(visit, days) for visit in visits]


_HOURS = [2, 1, 0, 0, 1, 1, 2, 4, 7, 9, 10, 10, 8, 7, 8, 9, 9, 9, 8, 7, 6, 5, 4, 3]
"""When people come, by hour; nobody between 2 and 4, where summer time changes."""


def _moved(visit: Visit, days: int) -> Visit:
    """The visit as many days later, at the same hours."""
    shift = timedelta(days=days)
    visit.end += shift
    for move in (*visit.moves, visit.planned, visit.early_leave):
        if move is not None:
            move.start += shift
            move.undone = move.undone and move.undone + shift
    return visit


def _person(seed: int, number: int, sex: Sex, birth: date, made: Sequence[Course]) -> Person:
    chance = Chance(seed, "person", number)
    fresh = draw_person(number, sex, birth, chance)
    if number % _DOUBTFUL == 0:
        return msgspec.structs.replace(fresh, standing="doubtful")
    earlier = made[-1].person if made else fresh
    if number % _TWINS == 0 and earlier.number < number and not earlier.mother:
        return twin_of(earlier, number, chance)
    if number % _HOMONYMS == 0 and made:
        return homonym_of(chance.one(made).person, fresh)
    return fresh


def _chronic(story: Story, person: Person, begin: datetime, chance: Chance) -> tuple[Chronic, ...]:
    """Long-standing conditions: those of the story, then by age."""
    age = age_in_years(person.birth, begin.date())
    told = {c.code for c in story.conditions if c.chronic and chance.happens(c.chance)}
    known = {item.code: item for item in chronic()}
    drawn = {
        item.code
        for item in chronic()
        if item.ages[0] <= age <= item.ages[1] and chance.happens(item.chance)
    }
    principal = {condition.code for condition in story.conditions if not condition.chronic}
    extra = tuple(Chronic(code, (0, 120), 1.0, ()) for code in sorted(told - known.keys()))
    return extra + tuple(known[c] for c in known if c in (told | drawn) - principal)


def _records(course: Course, chance: Chance) -> None:
    """Which identity record is in use, when: qualified after a while, doubled, moved house."""
    person, begin = course.person, course.begin
    if person.number % _MERGED == 0:
        other = msgspec.structs.replace(
            person, ipp=ipp_of(9_000_000 + person.number), standing="provisional"
        )
        course.merged = after(begin, hours=chance.between(1, 2))
        course.records = [(ALWAYS, person), (begin, other), (course.merged, person)]
        return
    course.records = [(ALWAYS, person)]
    if person.standing == "qualified" and chance.happens(0.12):
        before = msgspec.structs.replace(person, standing="provisional")
        checked = after(course.visits[0].start, hours=chance.between(1, 30))
        course.records = [(ALWAYS, before), (checked, person)]
    if chance.happens(0.05):
        street, town = draw_address(chance)
        moved = msgspec.structs.replace(person, street=street, town=town)
        course.records.append((after(course.visits[-1].end, days=chance.between(2, 30)), moved))
    if chance.happens(0.03):
        course.visits.insert(0, mistaken_visit(after(begin, days=-45), chance))


def _birth(seed: int, number: int, mother: Course) -> Course:
    """The child of a delivery: born towards the end of labour, leaves with its mother."""
    chance = Chance(seed, "birth", number)
    stay = next(visit for visit in mother.visits if visit.cancelled is None)
    labour = stay.moves[1].start - stay.start
    born = after(stay.start + labour * 0.7)
    child = newborn_of(mother.person, number, born.date(), chance)
    story = stories()["naissance"]
    visits = plan_visits(story, born, chance)
    visits[0].moves, visits[0].early_leave = visits[0].moves[:1], None
    visits[0].end = stay.end
    return Course(child, story, born, visits, records=[(ALWAYS, child)])


def _second(seed: int, first: Course, today: date) -> list[Course]:
    """Another story of the same patient, well apart from the first; none after two records."""
    chance = Chance(seed, "second", first.person.number)
    story = stories()[chance.one(_AGAIN)]
    begin, visits = _dated(story, today, chance)
    age = age_in_years(first.person.birth, begin.date())
    suits = story.ages[0] <= age <= story.ages[1] and story.sex in ("", first.person.sex)
    apart = timedelta(days=21)
    start, end = first.visits[0].start - apart, first.visits[-1].end + apart
    clear = visits[-1].end < start or _known(visits[0]) > end
    if not suits or not clear or first.merged or story is first.story:
        return []
    return [Course(first.person, story, begin, visits, first.chronic, first.records)]


def _known(visit: Visit) -> datetime:
    return visit.planned.start if visit.planned else visit.start
