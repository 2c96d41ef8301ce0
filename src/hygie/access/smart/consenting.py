"""People and applications: opening one from a record, and answering what one asks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from hygie.access.model import Account
from hygie.access.secret import digest
from hygie.access.smart import phrases
from hygie.access.smart.authorizing import Elsewhere, Reading, answered, denied
from hygie.access.smart.grants import Consent
from hygie.access.smart.model import (
    Application,
    Code,
    Demand,
    Grant,
    Granted,
    Launched,
    SmartRefusedError,
)
from hygie.access.smart.parts import Parts
from hygie.access.smart.registry import Registry, unknown_application
from hygie.limits.smart import CODE_SECONDS, DEMAND_MINUTES, LAUNCH_SECONDS
from hygie.refusal import Category, Refused, refuse
from hygie.trace import Context

CODE: Final = timedelta(seconds=CODE_SECONDS)
LAUNCH: Final = timedelta(seconds=LAUNCH_SECONDS)
DEMAND: Final = timedelta(minutes=DEMAND_MINUTES)


class Waiting(NamedTuple):
    """A question that a person has before them."""

    demand: Demand
    application: Application


class Person(NamedTuple):
    """Who answers, in which session."""

    account: Account
    session: str
    """Its token."""
    context: Context

    @property
    def mark(self) -> str:
        """What is kept of the session."""
        return (digest(self.session) or b"").hex()


class Consenting:
    def __init__(self, parts: Parts, registry: Registry) -> None:
        self._parts = parts
        self._registry = registry
        self._reading = Reading(parts.applications, parts.passes)

    async def launchable(self, role: str) -> list[Application]:
        """The applications that this role may open from a record."""
        approved = await self._registry.approved()
        return sorted(
            (one for one in approved if one.launch and one.may_serve(role)),
            key=lambda one: one.name,
        )

    async def launch(
        self, person: Person, application: str, patient: str, encounter: str, base: str
    ) -> Elsewhere:
        """Where the browser goes to open it for this patient (SMART App Launch 2.2, §2.0.6). Raises
        `Refused` when it is not there for this role."""
        found = await self._parts.applications.find(self._parts.pool, application)
        if found is None or not found.launch or not found.may_serve(person.account.role):
            raise unknown_application()
        launched = Launched(found.id, person.account.name, person.mark, patient, encounter)
        now = self._parts.now()
        async with self._parts.change() as connection:
            secret = await self._parts.passes.make(
                connection, "launch", launched, now + LAUNCH, now
            )
        said = urlencode({"iss": base, "launch": secret})
        return Elsewhere(f"{found.launch}{'&' if urlsplit(found.launch).query else '?'}{said}")

    async def ask(
        self, parameters: Sequence[tuple[str, str]], base: str, issuer: str
    ) -> str | Elsewhere:
        """The secret by which the demand is found again, in the browser that brought it. Raises
        `Refused`."""
        now = self._parts.now()
        async with self._parts.change() as connection:
            read = await self._reading.read(connection, parameters, base, issuer, now)
            if isinstance(read, Elsewhere):
                return read
            return await self._parts.passes.make(connection, "demand", read, now + DEMAND, now)

    async def waiting(self, secret: str, person: Person) -> Waiting:
        """Raises `Refused` when there is none, or it is not for this person to answer."""
        shown = await self._parts.passes.find(self._parts.pool, "demand", secret)
        if shown is None or shown.used or self._parts.now() >= shown.expires:
            raise no_demand()
        demand = self._parts.passes.open("demand", shown, Demand)
        found = await self._parts.applications.find(self._parts.pool, demand.application)
        if found is None or found.state != "approved":
            raise no_demand()
        if not found.may_serve(person.account.role):
            raise refuse(Category.FORBIDDEN, "oauth.role", phrases.NOT_FOR_YOU, code="forbidden")
        opened = demand.launched
        if opened and (opened.account, opened.session) != (person.account.name, person.mark):
            raise refuse(
                Category.FORBIDDEN, "oauth.session", phrases.OTHER_SESSION, code="forbidden"
            )
        return Waiting(demand, found)

    async def permitted_before(self, waiting: Waiting, person: Person) -> bool:
        """Whether the same person permitted all of it before, to an application that nobody can
        stand in for: one that proves who it is, or is answered at its own address by HTTPS
        (RFC 6749 §10.2)."""
        demand, application = waiting
        if application.method == "none" and not demand.redirect.startswith("https://"):
            return False
        before = await self._parts.grants.remembered(
            self._parts.pool, person.account.name, application.id
        )
        return before is not None and before.covers(demand.scopes, demand.special)

    async def permit(self, secret: str, person: Person, patient: str, issuer: str) -> Elsewhere:
        """The answer for the application: a code. `patient`: chosen by the person, who sees that
        record; a launch from a record has its own. Raises `Refused`."""
        demand, application = await self.waiting(secret, person)
        opened = demand.launched
        chosen = opened.patient if opened else patient if demand.needs_patient else ""
        if demand.needs_patient and not chosen:
            raise refuse(Category.INVALID, "oauth.patient", phrases.NO_PATIENT)
        now = self._parts.now()
        grant = Grant(
            application=application.id,
            account=person.account.name,
            scopes=demand.scopes,
            special=demand.special,
            patient=chosen,
            encounter=opened.encounter if opened else "",
            session=person.mark,
            base=demand.base,
            nonce=demand.nonce,
        )
        async with self._parts.change() as connection:
            shown = await self._parts.passes.find(connection, "demand", secret)
            if shown is None or not await self._parts.passes.use(connection, shown, now):
                raise no_demand()
            number = await self._parts.grants.insert(connection, grant, now)
            consent = Consent(demand.scopes, demand.special)
            await self._parts.grants.remember(
                connection, person.account.name, application.id, consent, now
            )
            code = Code(demand.redirect, demand.challenge)
            given = await self._parts.passes.make(connection, "code", code, now + CODE, now, number)
            detail = f"grant {number} to {application.id}: {grant.told}"
            await self._parts.note(connection, person.context, "grant", detail)
        return answered(demand, given, issuer)

    async def deny(self, secret: str, person: Person, issuer: str) -> Elsewhere:
        demand, application = await self.waiting(secret, person)
        async with self._parts.change() as connection:
            shown = await self._parts.passes.find(connection, "demand", secret)
            if shown is not None:
                await self._parts.passes.use(connection, shown, self._parts.now())
            detail = f"grant to {application.id} denied by its person"
            await self._parts.note(connection, person.context, "refused", detail)
        wrong = SmartRefusedError("access_denied", "the person said no")
        return denied(demand.redirect, demand.state, issuer, wrong)

    # --- what a person permitted ------------------------------------------------------------
    async def granted(self, account: str) -> list[Granted]:
        """What is in force, the newest first."""
        now = self._parts.now()
        names = {one.id: one.name for one in await self._parts.applications.list(self._parts.pool)}
        return [
            Granted(
                number, grant.application, names.get(grant.application, grant.application),
                grant.account, grant.told, grant.patient, created,
            )
            for number, grant, created in await self._parts.grants.of_account(
                self._parts.pool, account, now
            )
        ]  # fmt: skip

    async def end(self, number: int, person: Person) -> None:
        """The person takes back a permission, and is asked again the next time. Raises `Refused`
        when there is none of theirs."""
        async with self._parts.change() as connection:
            grant = await self._parts.grants.find(connection, number)
            if grant is None or grant.account != person.account.name:
                raise refuse(
                    Category.NOT_FOUND, "oauth.grant", phrases.UNKNOWN_GRANT, code="not-found"
                )
            await self._parts.grants.end(connection, number, self._parts.now())
            await self._parts.grants.forget(connection, grant.account, grant.application)
            detail = f"grant {number} to {grant.application}"
            await self._parts.note(connection, person.context, "revoke-grant", detail)
        self._parts.bearing.forget_cached()


def no_demand() -> Refused:
    return refuse(Category.NOT_FOUND, "oauth.demand", phrases.NO_DEMAND, code="not-found")
