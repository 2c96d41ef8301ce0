"""Letters: what the clinic writes to the general practitioner, as text and as PDF."""

import base64
import hashlib
import textwrap
from collections.abc import Sequence
from datetime import date, datetime

from hygie.demo import pdf
from hygie.demo.adt import doctor_of
from hygie.demo.catalogue import Drug, units
from hygie.demo.clock import age_in_years, french, instant
from hygie.demo.fhir import (
    ACT_SYSTEM,
    LOINC,
    Entry,
    Resource,
    by_identifier,
    concept,
    encounter,
    identified,
    practitioner,
    subject,
    urn,
)
from hygie.demo.people import Person
from hygie.demo.plan import Course, Visit

CLINIC = "Clinique des Trois-Moulins (établissement de démonstration)"
WIDTH = 92
KINDS = {
    "consultation": ("11488-4", "Compte rendu de consultation"),
    "urgences": ("11488-4", "Compte rendu de passage aux urgences"),
    "seance": ("34112-3", "Compte rendu de séance"),
    "ambulatoire": ("11490-0", "Lettre de liaison à la sortie de chirurgie ambulatoire"),
    "hospitalisation": ("11490-0", "Lettre de liaison à la sortie"),
}
"""Kind of visit -> type of document (LOINC) and title."""


def letter_lines(course: Course, visit: Visit, treatment: Sequence[Drug]) -> list[str]:
    person = course.known_as(visit.end)
    unit = units()[visit.moves[-1].unit]
    doctor = doctor_of(unit.code, person.number)
    text = course.story.letter
    paragraphs = [_filled(part, person, visit.start.date()) for part in (text.history, text.course)]
    lines = [
        f"# {CLINIC}",
        f"{unit.name} — Dr {doctor.given} {doctor.family}",
        "",
        f"# {KINDS[visit.kind][1]}",
        f"{person.title} {person.first} {person.family.upper()}, {_born(person)}",
        f"IPP {person.ipp} — séjour {visit.iep} — {_dates(visit)}",
        f"Motif : {visit.reason}",
        "",
    ]
    for title, body in zip(("Histoire", "Évolution"), paragraphs, strict=True):
        lines += [f"# {title}", *textwrap.wrap(body, WIDTH), ""]
    if treatment:
        lines += ["# Traitement à la sortie"]
        lines += [f"- {drug.label} : {drug.directions}" for drug in treatment] + [""]
    lines += ["# Conduite à tenir", *textwrap.wrap(_filled(text.advice, person, visit.end), WIDTH)]
    lines += ["", f"Fait le {french(visit.end)}. Dr {doctor.given} {doctor.family}"]
    return [line.replace("'", "’") for line in lines]


def _filled(text: str, person: Person, day: date) -> str:
    name = f"{person.title} {person.first} {person.family}"
    mark = "e" if person.sex == "F" else ""
    return text.format(Patient=name, age=_age(person, day), e=mark)


def _age(person: Person, day: date) -> str:
    years = age_in_years(person.birth, day)
    if years >= 2:
        return f"{years} ans"
    months = (day.year - person.birth.year) * 12 + day.month - person.birth.month
    return f"{max(months, 0)} mois"


def _born(person: Person) -> str:
    return f"né{'e' if person.sex == 'F' else ''} le {french(person.birth)}"


def _dates(visit: Visit) -> str:
    if visit.start.date() == visit.end.date():
        return f"le {french(visit.start)}"
    return f"du {french(visit.start)} au {french(visit.end)}"


def letter_entries(
    course: Course, visit: Visit, moment: datetime, treatment: Sequence[Drug]
) -> list[Entry]:
    """A DocumentReference with the text inside and the PDF beside it, as a Binary."""
    lines = letter_lines(course, visit, treatment)
    person = course.known_as(moment)
    key = f"LL-{visit.iep}"
    plain = "\n".join(line.lstrip("# ") for line in lines).encode()
    drawn = pdf.document(lines)
    binary: Resource = {
        "resourceType": "Binary",
        "contentType": "application/pdf",
        "securityContext": subject(person),
        "data": base64.b64encode(drawn).decode(),
    }
    name = f"{key}/pdf"
    reference = _reference(course, visit, moment) | {
        "identifier": identified(key),
        "content": [
            {"attachment": _attachment("text/plain; charset=utf-8", plain, visit) | _data(plain)},
            {"attachment": _attachment("application/pdf", drawn, visit) | {"url": urn(name)}},
        ],
    }
    return [
        Entry(binary, name=name),
        Entry(reference, query=by_identifier(ACT_SYSTEM, key)),
    ]


def _reference(course: Course, visit: Visit, moment: datetime) -> Resource:
    code, title = KINDS[visit.kind]
    author = doctor_of(visit.moves[-1].unit, course.person.number)
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": concept(LOINC, code, title),
        "subject": subject(course.known_as(moment)),
        "date": instant(moment),
        "author": [practitioner(author)],
        "custodian": {"type": "Organization", "display": CLINIC},
        "description": title,
        "context": {
            "encounter": [encounter(visit)],
            "period": {"start": instant(visit.start), "end": instant(visit.end)},
        },
    }


def _attachment(kind: str, content: bytes, visit: Visit) -> Resource:
    return {
        "contentType": kind,
        "language": "fr-FR",
        "size": len(content),
        "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
        "title": KINDS[visit.kind][1],
        "creation": instant(visit.end),
    }


def _data(content: bytes) -> Resource:
    return {"data": base64.b64encode(content).decode()}
