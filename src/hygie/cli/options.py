"""Options that several commands share."""

import os
import pwd
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
import uvloop

from hygie.bootstrap import House, open_house
from hygie.settings import load
from hygie.trace import Context

Result = TypeVar("Result")

data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Data directory (HYGIE_DATA; ./hygie-data by default).",
)
database_url = click.option(
    "--database-url", help="An own PostgreSQL, 15 or later (HYGIE_DATABASE_URL)."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
NICENESS = 10
"""Of commands that go through the whole store while it is served."""
rest = click.option(
    "--rest", default=0.5, show_default=True, type=click.FloatRange(0, 100),
    help="Rest after each slice, as a multiple of the time it took; 0 for full speed.",
)  # fmt: skip


def with_house(
    command: Callable[..., Awaitable[Result]],
) -> Callable[..., Result]:
    """Opens the house of `--data` or `--database-url` around an asynchronous command."""

    @data
    @database_url
    @wraps(command)
    def run(data: Path | None, database_url: str | None, **given: Any) -> Result:
        settings = load(data=data, database_url=database_url)

        async def inside() -> Result:
            async with open_house(settings) as house:
                return await command(house, **given)

        return uvloop.run(inside())

    return run


def operator() -> Context:
    """Who runs the command: the account of the machine, and who became it if sudo tells."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    before = os.environ.get("SUDO_USER")
    actor = f"console:{name}" if before is None else f"console:{before}:{name}"
    return Context(actor=actor, kind="system", purpose="HSYSADMIN")


__all__ = [
    "NICENESS", "House", "as_json", "data", "database_url", "operator", "rest", "with_house",
]  # fmt: skip
