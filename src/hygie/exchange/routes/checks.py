"""Whether a route may be declared so: refused with what is wrong, before anything is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from hygie.exchange.routes import phrases
from hygie.exchange.routes.declaration import (
    EVENT,
    FIELD,
    NAME,
    Client,
    Folder,
    Forward,
    Http,
    Mllp,
    Produce,
    Route,
)
from hygie.exchange.routes.narrowing import Narrowing
from hygie.fhir.definitions import Registry
from hygie.files import real
from hygie.limits.gateway import MAX_RETENTION_DAYS, MAX_ROUTE_CONNECTIONS, MAX_ROUTE_SECONDS
from hygie.outbound.outbound import Outbound
from hygie.outbound.place import Place, read_host
from hygie.outbound.trust import Identity
from hygie.refusal import Category, refuse

Wrong = tuple[str, str]
"""Why, in French and in English."""
MAX_TITLE: Final = 200
SECRETS: Final = "HYGIE_GATEWAY_SECRETS"


class Reach(NamedTuple):
    """What the administrator of the machine opened to routes: who declares them is led nowhere
    but below these directories, links included."""

    folders: tuple[Path, ...]
    """Destinations lie below them (HYGIE_EXCHANGE_FOLDERS)."""
    secrets: tuple[Path, ...]
    """Files of tokens lie below them (HYGIE_GATEWAY_SECRETS)."""


async def check(
    route: Route, outbound: Outbound, reach: Reach, registry: Registry, zone: ZoneInfo
) -> None:
    """Raises `Refused`. Whether anybody answers at the destination is not asked."""
    for reason_fr, reason_en in (*_form(route), *_content(route), *_way(route)):
        raise refuse(
            Category.UNPROCESSABLE, "route.declaration", phrases.BAD_DECLARATION, code="value",
            reason_fr=reason_fr, reason_en=reason_en,
        )  # fmt: skip
    if isinstance(route.content, Produce):
        Narrowing(route.content, registry, zone)
    door_of(route, outbound, reach)
    match route.destination:
        case Mllp():
            await outbound.check_place(place_of(route.destination))
        case Http(url=url, token_file=token):
            await outbound.check(url)
            if token:
                below(token, reach.secrets, SECRETS)
        case Folder(path=path):
            below(path, reach.folders, "HYGIE_EXCHANGE_FOLDERS")


def place_of(destination: Mllp) -> Place:
    scheme = "mllps" if destination.tls else "mllp"
    host = destination.host
    return Place(scheme, read_host(f"[{host}]" if ":" in host else host), destination.port)


def door_of(route: Route, outbound: Outbound, reach: Reach) -> Outbound:
    """The door by which it sends: one of its own, its owner's to close, when it shows a
    certificate; else the house's. Refused when the files may not be read, or are none."""
    match route.destination:
        case Mllp(client=Client() as client) | Http(client=Client() as client):
            certificate = below(client.certificate, reach.secrets, SECRETS)
            return outbound.bearing(
                Identity(certificate, below(client.key, reach.secrets, SECRETS))
            )
    return outbound


def below(path: str, directories: tuple[Path, ...], setting: str) -> Path:
    """The path itself, links followed. Refused FORBIDDEN elsewhere than in these directories."""
    found = real(path) if path.isprintable() else None
    opened = (real(directory) for directory in directories)
    if found is None or not any(one and found.is_relative_to(one) for one in opened):
        raise refuse(
            Category.FORBIDDEN, "route.path", phrases.PATH, code="forbidden",
            setting=setting, known=", ".join(map(str, directories)),
        )  # fmt: skip
    return found


def _form(route: Route) -> Iterator[Wrong]:
    if not NAME.fullmatch(route.name):
        yield (
            "le nom : lettres, chiffres, « - », « _ », 64 au plus",
            ("the name: letters, digits, “-”, “_”, 64 at most"),
        )
    if len(route.title) > MAX_TITLE:
        yield f"titre de plus de {MAX_TITLE} caractères", f"a title beyond {MAX_TITLE} characters"
    if not 0 < route.timeout_seconds <= MAX_ROUTE_SECONDS:
        yield f"délai : de 0 à {MAX_ROUTE_SECONDS} s", f"time-out: 0 to {MAX_ROUTE_SECONDS} s"
    if not 0 <= route.retention_days <= MAX_RETENTION_DAYS:
        yield (
            f"conservation : de 0 à {MAX_RETENTION_DAYS} jours",
            f"retention: 0 to {MAX_RETENTION_DAYS} days",
        )


def _content(route: Route) -> Iterator[Wrong]:
    match route.content:
        case Forward(events=events, where=where):
            for event in events:
                if not EVENT.fullmatch(event):
                    yield "événement : « ADT^A01 » ou « ADT^* »", "event: “ADT^A01” or “ADT^*”"
            for condition in where:
                if not FIELD.fullmatch(condition.field):
                    yield "champ : « PV1-3 », « PV1-3.1 »", "field: “PV1-3”, “PV1-3.1”"
        case Produce(messages=messages):
            if not messages:
                yield "aucun message à produire", "no messages to produce"


def _way(route: Route) -> Iterator[Wrong]:
    match route.destination:
        case Mllp(port=port) if not 0 < port < 65_536:
            yield "ce port n’existe pas", "there is no such port"
        case Mllp(connections=count) | Http(connections=count) if not (
            0 < count <= MAX_ROUTE_CONNECTIONS
        ):
            yield (
                f"connexions : de 1 à {MAX_ROUTE_CONNECTIONS}",
                (f"connections: 1 to {MAX_ROUTE_CONNECTIONS}"),
            )
        case Mllp(tls=False, client=Client()):
            yield "un certificat client demande TLS", "a client certificate needs TLS"
        case Http(url=url, client=Client()) if not url.startswith("https:"):
            yield "un certificat client demande https", "a client certificate needs https"
