"""The house: every room, opened and wired."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractContextManager,
    aclosing,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import cast, get_args

import asyncpg
import msgspec

from hygie.access import Access
from hygie.access.actors import Actors
from hygie.access.federation.federation import Federation
from hygie.access.federation.footing import Footing
from hygie.access.federation.registry import read_providers
from hygie.access.model import utc_now
from hygie.access.rights import read_rights
from hygie.access.signing import requires_none
from hygie.bootstrap.gateways import telling
from hygie.exchange.bulk.cohorts import CohortGate
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.hooks.calling import Calling
from hygie.exchange.hooks.declaration import read_services
from hygie.exchange.routes.checks import Reach
from hygie.exchange.routes.forwarding import Forwarding
from hygie.exchange.routes.registry import Routes
from hygie.exchange.subscriptions.channels import Channel, Channels
from hygie.exchange.subscriptions.channels.e_mail import EMail
from hygie.exchange.subscriptions.channels.hl7v2.channel import Hl7v2
from hygie.exchange.subscriptions.channels.rest_hook import RestHook
from hygie.exchange.subscriptions.door import Door
from hygie.exchange.subscriptions.parts import Parts
from hygie.fhir.policy.standards import Standards
from hygie.fhir.terminology.layers import Packaged
from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.intake.adapting import Adaptation, Adaptations
from hygie.intake.imports.imports import Imports
from hygie.intake.listening.folder import FolderListener
from hygie.intake.listening.http import HttpListener
from hygie.intake.listening.listener import Listener
from hygie.intake.listening.mllp import MllpListener, Wires
from hygie.intake.listening.posts import Posts
from hygie.intake.listening.service import Listening, Makers
from hygie.intake.sources.declaration import Folder, Http, Mllp, Sftp
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.registry import Sources
from hygie.intake.sources.watching import Silences
from hygie.ledger import Ledger
from hygie.nomenclature.layer import Books
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.nomenclature.terminology import Terminology
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, refuse
from hygie.scanning import Clamd, read_clamd
from hygie.settings import VARIABLES, Settings
from hygie.store.capacity import COMMITS
from hygie.store.interactions import Repository
from hygie.store.interactions.gates import EVERY, Gates
from hygie.store.interactions.scanning import Need, Scanning
from hygie.store.keys import sources as key_sources
from hygie.store.keys.envelope import unlock
from hygie.store.keys.keyring import Keyring
from hygie.store.migrations import migrate
from hygie.store.phrases import KEY_TWICE
from hygie.store.pulse import Pulse
from hygie.store.reading.lanes import BY_KEY, Lanes
from hygie.store.server.cluster import connect_or_start
from hygie.store.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """Every room, wired."""

    settings: Settings
    store: Store
    ledger: Ledger
    repository: Repository
    access: Access
    federation: Federation
    """Identity providers that people sign in by."""
    calling: Calling
    """Services of others that are asked about records."""
    gateway: Gateway
    sources: Sources
    silences: Silences
    listening: Listening
    posts: Posts
    """What sources post to this process."""
    adaptations: Adaptations
    standards: Standards
    terminology: Terminology
    mappings: Mappings
    outbound: Outbound
    """The one door by which anything is sent or fetched."""
    exports: Exports
    imports: Imports
    subscriptions: Parts
    routes: Routes
    """What leaves by HL7 v2: declarations, and with them departures."""
    address: str
    """Of the database, for other processes to open the same house."""


def database(settings: Settings, what: str) -> AbstractContextManager[str]:
    """The address of the database: one's own, the one served here, or one started meanwhile."""
    if settings.database_url:
        return nullcontext(settings.database_url)
    return connect_or_start(settings.data, what)


@contextmanager
def placed_key(settings: Settings) -> Iterator[Settings]:
    """`settings` in which the master key is a file, wherever it comes from. Refused when it comes
    from two places."""
    key = key_sources.from_environment(os.environ)
    other = VARIABLES["master_key_command" if settings.master_key_command else "master_key_file"]
    if key is None and settings.master_key_command:
        key = key_sources.from_command(settings.master_key_command)
    elif key is not None and (settings.master_key_command or settings.master_key_file is not None):
        raise refuse(Category.INVALID, "store.key-twice", KEY_TWICE, other=other)
    if key is None:
        yield settings
        return
    with key_sources.in_memory(key) as path:
        yield msgspec.structs.replace(settings, master_key_file=path, master_key_command="")


@asynccontextmanager
async def open_house(settings: Settings, what: str = "hygie") -> AsyncIterator[House]:
    """Every room of the house at `settings`, for as long as the context lasts."""
    with placed_key(settings) as placed, database(placed, what) as dsn:
        await migrate(dsn)
        # A key is made at the very first start only, and where none was named: a lost key is never
        # replaced silently.
        generate = placed.master_key_file is None
        keys = await unlock(dsn, placed.key_file, generate=generate)
        async with furnished(placed, keys, dsn) as house:
            yield house


@asynccontextmanager
async def furnished(settings: Settings, keys: Keyring, dsn: str) -> AsyncIterator[House]:
    ledgers: list[Ledger] = []
    pulse = Pulse()
    commits = Lanes(dsn, COMMITS, BY_KEY, pulse=pulse)

    def new_ledger(pool: asyncpg.Pool) -> Ledger:
        ledgers.append(Ledger(pool, keys, lend=commits.once))
        return ledgers[-1]

    store = await Store.open(
        dsn, keys, new_ledger, zone=settings.zone, words=settings.words, pulse=pulse
    )
    ledger = ledgers[0]
    outbound = Outbound(settings.outbound, settings.outbound_authorities)
    try:
        await ledger.start()
        standards = standards_of(settings.data, lambda: datetime.now(settings.zone).date())
        subscriptions = Parts(store, channels(settings, outbound), settings.base)
        gates: Gates = {
            "Subscription": Door(subscriptions), "Group": CohortGate(store),
            **scanning(settings, ledger),
        }  # fmt: skip
        terminology = Terminology(store, [Books(settings.data), Packaged(standards.library)])
        repository = Repository(
            store, standards.under(""), standards.under, gates, terminology.expanded
        )
        rights = read_rights(settings.data)
        demanded = settings.second_factor == "required"
        access = Access(
            store.pool, keys, ledger, rights=rights, actors=Actors(store, rights, utc_now),
            requires=rights.requires_second_factor if demanded else requires_none,
            words=settings.house_words,
        )  # fmt: skip
        footing = Footing(settings.public_url, settings.secrets)
        federation = Federation(
            store.pool, keys, ledger, read_providers(settings.data, footing), outbound, footing,
            open_session=access.open_session, rights=rights,
        )  # fmt: skip
        issuer = settings.base.removesuffix("/fhir")
        services = read_services(settings.data, rights)
        calling = Calling(store, access, outbound, services, issuer)
        mappings = Mappings(store, repository)
        adaptations = Adaptations(settings.data)
        adaptations.check()
        ground = Ground(settings.deposits, settings.secrets, adaptations.names)
        sources = Sources(store, ground)

        async def adaptation(source: str) -> Adaptation:
            return adaptations.named((await sources.named(source)).mapping)

        routes = Routes(store, outbound, Reach(settings.dispatches, settings.secrets))
        gateway = Gateway(
            store, repository, Identity(store), mappings.correspondences, adaptation, sources.named
        )
        gateway.tell(telling(store, sources, Forwarding(routes, keys)))
        async with aclosing(gateway), aclosing(federation):
            yield House(
                settings=settings,
                store=store,
                ledger=ledger,
                repository=repository,
                access=access,
                federation=federation,
                calling=calling,
                gateway=gateway,
                sources=sources,
                silences=Silences(store, sources),
                listening=Listening(store, sources.declared, gateway, listeners(outbound, ground)),
                posts=Posts(store, gateway, sources.declared),
                adaptations=adaptations,
                standards=standards,
                terminology=terminology,
                mappings=mappings,
                outbound=outbound,
                exports=Exports(store, settings.data, subscriptions.standing.sight_of_token),
                imports=Imports(store, outbound, settings.import_sources),
                subscriptions=subscriptions,
                routes=routes,
                address=dsn,
            )
    finally:
        await outbound.close()
        await ledger.stop()
        await commits.close()
        await store.close()


def scanning(settings: Settings, ledger: Ledger) -> Gates:
    """The gate of every file that comes in, if there is a scanner."""
    need = settings.scanning
    if need not in get_args(Need):
        return {}
    return {EVERY: Scanning(Clamd(read_clamd(settings.clamd)), ledger, cast("Need", need))}


def listeners(outbound: Outbound, ground: Ground) -> Makers:
    """Who listens, by way."""
    wires = Wires(lambda: datetime.now(UTC))
    return {
        Mllp: partial(MllpListener, wires),
        Folder: partial(FolderListener, ground),
        Sftp: partial(_sftp, outbound, ground),
        Http: HttpListener,
    }


def _sftp(outbound: Outbound, ground: Ground) -> Listener:
    from hygie.intake.listening.sftp import SftpListener  # noqa: PLC0415 - loads SSH

    return SftpListener(outbound, ground)


def channels(settings: Settings, outbound: Outbound) -> Channels:
    """The ways by which notifications leave this house."""
    found: dict[str, Channel] = {"rest-hook": RestHook(outbound), "hl7v2": Hl7v2(outbound)}
    if (relay := settings.relay) is not None:
        found["email"] = EMail(relay, settings.public_url)
    return found
