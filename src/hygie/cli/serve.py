"""`hygie serve`: the server."""

import os
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import uvicorn
import uvloop
from uvicorn.supervisors import Multiprocess

from hygie.api.subscriptions.socket import MAX_MESSAGE_BYTES
from hygie.bootstrap.house import open_house, placed_key
from hygie.bootstrap.settlers import with_settlers
from hygie.cli.listening import Port
from hygie.cli.options import data, database_url
from hygie.cli.protocol import BoundedProtocol
from hygie.cli.stopping import leave_in_order
from hygie.cli.transport import transport
from hygie.limits import MAX_CONNECTIONS
from hygie.ops import phrases
from hygie.ops.rules import outdated
from hygie.settings import LISTENS, VARIABLES, Settings, load
from hygie.store.keys.rotation import rewrap
from hygie.store.server.cluster import Cluster
from hygie.store.server.keeper import kept_alive

SHOWN_TYPES = 5
LOOPBACK = ("127.0.0.1", "localhost")

host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port = click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(1, 65_535), help="Port."
)
workers = click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes."
)


@click.command()
@data
@host
@port
@workers
@database_url
def serve(data: Path | None, host: str, port: int, workers: int, database_url: str | None) -> None:
    """Serve FHIR under /fhir, pages under /, health under /health."""
    run_server(load(data=data, database_url=database_url), host, port, workers)


def run_server(
    settings: Settings,
    host: str,
    port: int,
    workers: int,
    first: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Serves until told to stop, after `first`. Refuses a directory that another process serves."""
    leave_in_order(0)  # outside uvicorn's own handling
    with prepared(with_settlers(settings), workers) as placed:
        warn_of_key(placed)
        uvloop.run(prepare())
        if first is not None:
            uvloop.run(first())
        scheme = "https" if placed.tls_certificate else "http"
        os.environ[LISTENS] = f"{scheme}://{host}:{port}"
        shown = placed.public_url or f"{scheme}://{named(host)}:{port}"
        click.secho(f"Hygie : {shown}   (Ctrl-C pour arrêter)", bold=True)
        answer(host, port, workers, transport(placed))


def named(host: str) -> str:
    """What a browser on this machine calls it: passkeys are not taken by a bare address."""
    return "localhost" if host in LOOPBACK else host


def answer(host: str, port: int, workers: int, transport: dict[str, Any]) -> None:
    """Answers HTTP until told to stop. Ends the process when the port is taken."""
    settings: dict[str, Any] = {
        "app": "hygie.bootstrap.front:application",
        "factory": True,
        "host": host,
        "port": port,
        "workers": workers,
        "http": BoundedProtocol,
        "ws": "websockets-sansio",
        "ws_max_size": MAX_MESSAGE_BYTES,
        "limit_concurrency": MAX_CONNECTIONS,
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "date_header": False,
        **transport,
    }
    if workers == 1:
        uvicorn.run(**settings)
        return
    config = uvicorn.Config(**settings)
    config.bind_socket().close()  # alone: a port that is shared can also be shared with a stranger
    Multiprocess(config, sockets=[Port.at(host, port)]).run()


async def prepare() -> None:
    """Opens the house once, before any worker: what is doubtful is refused here, in a sentence;
    messages that the last stop left between inbox and store are settled, and a rotation of the
    master key that was left half way is finished; an index made by other rules is pointed out."""
    async with open_house(load()) as house:
        await house.gateway.resume()
        await rewrap(house.store)
        warn_of_index(await outdated(house.store))


@contextmanager
def prepared(settings: Settings, workers: int = 1) -> Iterator[Settings]:
    """Key and database where every process that we start finds them."""
    with (
        placed_key(settings) as placed,
        owned_database(placed, workers) as address,
        environment(placed, address),
    ):
        yield placed


@contextmanager
def owned_database(settings: Settings, workers: int) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    cluster = Cluster(
        settings.data, processes=workers, settlers=workers * int(settings.settlers or 0)
    )
    try:
        address = cluster.start("hygie serve")
        with kept_alive(cluster):
            yield address
    finally:
        cluster.stop()


@contextmanager
def environment(settings: Settings, address: str) -> Iterator[None]:
    """Tells the workers, which are other processes, where everything is."""
    told = {variable: str(getattr(settings, name) or "") for name, variable in VARIABLES.items()}
    told[VARIABLES["database_url"]] = address
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def warn_of_index(types: Sequence[str]) -> None:
    """Searches are served all the same: what changed may concern few of them."""
    if types:
        named = ", ".join([*types[:SHOWN_TYPES], *(["…"] if len(types) > SHOWN_TYPES else [])])
        said = phrases.INDEX_OUTDATED.fr.format(count=len(types), types=named)
        click.secho(said, fg="yellow", err=True)


def warn_of_key(settings: Settings) -> None:
    """A loud word: a key beside what it locks protects nothing from who takes both."""
    if settings.master_key_file is None:
        click.secho(
            f"La clé maîtresse est dans {settings.key_file.parent}, à côté des données. En "
            "production, placez-la ailleurs (HYGIE_MASTER_KEY_FILE) et sauvegardez-la à part.",
            fg="yellow",
            err=True,
        )
