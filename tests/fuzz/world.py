"""The server that is attacked: a record that may be seen, and one that nobody who attacks may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.acceptance.house import PASSWORD, House

from hygie.bootstrap.house import House as Rooms
from hygie.bootstrap.house import open_house
from hygie.settings import load
from hygie.trace import Context

CANARY = "Xoqqwyzalpha"
"""In all that is clinical of the unseen record."""
ALL_SEEING = frozenset({
    "medical-information", "pharmacist", "pharmacy-technician", "biologist", "radiologist",
    "admissions", "billing",
})  # fmt: skip
"""Roles whose work is on every stay at least: theirs may show the word."""
SYSTEM = Context(actor="fuzz", kind="system")


def record(patient: str, word: str) -> list[dict[str, Any]]:
    """A stay, a result and a letter, in which the word stands."""
    subject = {"reference": f"Patient/{patient}"}
    said = {"text": f"{word} constaté"}
    return [
        {"resourceType": "Patient", "id": patient,
         "name": [{"family": "Durand", "given": ["Anne"]}], "birthDate": "1980-02-03",
         "gender": "female"},
        {"resourceType": "Encounter", "id": f"sejour-{patient}", "status": "in-progress",
         "class": {"code": "IMP"}, "subject": subject, "reasonCode": [said],
         "location": [{"location": {"reference": "Location/unite-fermee"}, "status": "active"}]},
        {"resourceType": "Observation", "id": f"resultat-{patient}", "status": "final",
         "code": said, "subject": subject, "effectiveDateTime": "2026-01-02",
         "encounter": {"reference": f"Encounter/sejour-{patient}"}, "note": [said]},
        {"resourceType": "Condition", "id": f"diagnostic-{patient}", "subject": subject,
         "code": said},
        {"resourceType": "DocumentReference", "id": f"lettre-{patient}", "status": "current",
         "subject": subject, "description": word,
         "content": [{"attachment": {"contentType": "text/plain", "title": word}}]},
    ]  # fmt: skip


@asynccontextmanager
async def rooms(house: House) -> AsyncIterator[Rooms]:
    """The rooms of a house that another process serves."""
    async with open_house(load(data=house.data), "fuzz") as opened:
        yield opened


async def furnish(house: House, roles: tuple[str, ...]) -> dict[str, str]:
    """Both records, an account of each role, and a session of it: role -> its token."""
    async with rooms(house) as opened:
        for patient, word in (("connu", "Fracture"), ("canari", CANARY)):
            for resource in record(patient, word):
                await opened.store.update(SYSTEM, resource)
        for role in roles:
            person = "Patient/connu" if role == "patient" else ""
            await opened.access.create_account(
                role, role.title(), role, PASSWORD, practitioner=person
            )
    return await sessions(house, roles)


async def sessions(house: House, roles: tuple[str, ...]) -> dict[str, str]:
    """A new session of each account."""
    async with rooms(house) as opened:
        return {
            role: await opened.access.open_session(role, source="127.0.0.1", amr=("pwd", "mfa"))
            for role in roles
        }
