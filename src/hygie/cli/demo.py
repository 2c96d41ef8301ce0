"""`hygie demo`: the demonstration clinic, loaded through the gateway, then served."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

import click
import uvloop

from hygie.bootstrap import open_house
from hygie.cli.importers import Processes, cores, processes
from hygie.cli.options import data
from hygie.cli.progress import progress_bar
from hygie.cli.serve import LOOPBACK, host, port, prepared, run_server
from hygie.demo import Credential, LoadReport, curves, load, renew_passwords
from hygie.demo.portal import POLICY
from hygie.demo.routes import declare_route
from hygie.demo.sources import declare_sources
from hygie.insight.quality.policies import PolicyFile
from hygie.settings import Settings
from hygie.settings import load as load_settings


@click.command()
@data
@host
@port
@click.option("--patients", default=320, show_default=True, help="Fictitious patients.")
@click.option("--load-only", is_flag=True, help="Load, and do not serve.")
def demo(
    data: Path | None,
    host: str,
    port: int,
    patients: int,
    load_only: bool,  # noqa: FBT001
) -> None:
    """Load the demonstration clinic once, print its accounts, and serve it.

    No real person is in it. Passwords are made anew at each start and shown once; a second factor
    is asked of those alone who set one up.
    """
    settings = load_settings(data=data, second_factor="optional")
    PolicyFile(settings.data).begin(POLICY)
    with processes(cores()) as loaders, beside(settings, host, port) as site:

        async def present() -> None:
            report = await load_clinic(patients, loaders, None if load_only else site)
            loaders.end()
            click.echo(summary(report))
            click.echo(accounts(report.credentials) + "\n")

        if load_only:
            with prepared(settings):
                uvloop.run(present())
        else:
            run_server(settings, host, port, workers=1, first=present)


def beside(settings: Settings, host: str, port: int) -> AbstractContextManager[curves.Site | None]:
    """The application that records open: where the browser is on this machine, as it is served."""
    plain = not settings.public_url and settings.tls_certificate is None
    return curves.serving(port) if plain and host in LOOPBACK else nullcontext()


async def load_clinic(patients: int, loaders: Processes, site: curves.Site | None) -> LoadReport:
    """Into the house that the environment tells of."""
    async with open_house(load_settings()) as house:
        await declare_sources(house.sources, house.settings.data)
        today = datetime.now(house.settings.zone).date()
        async with loaders.importers(house) as importers:
            with progress_bar("Chargement") as progress:
                report = await load(
                    house.gateway, house.access, patients=patients, today=today,
                    progress=progress, importers=importers,
                )  # fmt: skip
        if not report.already_loaded:
            await house.store.analyze()
            await declare_route(house.routes, house.settings.dispatches[0])
        else:
            report.credentials = await renew_passwords(house.access)
        await (curves.register(house.access, site) if site else curves.withdraw(house.access))
        return report


def summary(report: LoadReport) -> str:
    if report.already_loaded:
        return "La clinique de démonstration est déjà chargée."
    return (
        f"Clinique chargée en {report.seconds:.0f} s : {report.messages} messages, "
        f"{report.filed} intégrés, {report.quarantined} en quarantaine, "
        f"{report.refused} refusés."
    )


def accounts(credentials: Sequence[Credential]) -> str:
    rows = [f"  {c.name:<12} {c.password:<28} {c.display}" for c in credentials]
    return "\n".join(["\nComptes (mots de passe neufs, affichés cette seule fois) :", *rows])
