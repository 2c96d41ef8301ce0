"""`python -m tests.worlds --count 3000`: says each counter-example, and how far it is."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.conftest import administer, database, prepare
from tests.worlds import __doc__ as told
from tests.worlds.broken import DOORS, opened
from tests.worlds.judging import ACTORS, Judge

from hygie.store.server.cluster import Cluster

TEMPLATE = "worlds_template"


async def furnished(dsn: str, folder: Path) -> Judge:
    await administer(dsn, f"CREATE DATABASE {TEMPLATE}")
    await prepare(database(dsn, TEMPLATE))
    judge = Judge(dsn, folder)
    await judge.furnish(TEMPLATE)
    return judge


async def break_doors(dsn: str, folder: Path, asked: argparse.Namespace) -> int:
    """How many doors that forget the sight were not noticed."""
    judge, missed = await furnished(dsn, folder), 0
    for door in (one for one in DOORS if asked.broken in one.name):
        actor = next(one for one in ACTORS if one.name == door.actor)
        found: list[str] = []
        for start in range(asked.first, asked.first + asked.count, asked.together):
            with opened(door):
                found = await judge.run(actor, range(start, start + asked.together))
            if found:
                break
        missed += not found
        said = f"noticed {len(found)} times: {found[0][:120]}" if found else "NOT NOTICED"
        sys.stdout.write(f"{door.name} ({actor.name}): {said}\n")
        sys.stdout.flush()
    return missed


async def judge(dsn: str, folder: Path, asked: argparse.Namespace) -> int:
    """How many counter-examples there are."""
    judge = await furnished(dsn, folder)
    failed, began = 0, monotonic()
    actors = [one for one in ACTORS if not asked.actor or one.name in asked.actor]
    for n, start in enumerate(range(asked.first, asked.first + asked.count, asked.together)):
        actor = actors[n % len(actors)]
        wrong = await judge.run(actor, range(start, start + asked.together))
        failed += len(wrong)
        done = start + asked.together - asked.first
        rate = done / (monotonic() - began)
        said = f"{done} worlds, {actor.name}: {failed} counter-examples, {rate:.1f}/s"
        sys.stdout.write("\n".join([*wrong, said, ""]))
        sys.stdout.flush()
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.worlds", description=told)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--together", type=int, default=10)
    parser.add_argument("--actor", action="append", choices=[one.name for one in ACTORS])
    parser.add_argument("--broken", nargs="?", const="", help="doors of that name, or all")
    asked = parser.parse_args()
    work = judge if asked.broken is None else break_doors
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", durable=False)
        try:
            dsn = cluster.start("worlds")
            failed = asyncio.run(work(dsn, Path(folder), asked))
        finally:
            cluster.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
