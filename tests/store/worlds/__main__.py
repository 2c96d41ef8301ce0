"""`python -m tests.store.worlds --count 100000`: says each counter-example, and how far it is."""

import argparse
import asyncio
import gc
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from tests.conftest import MemoryTrail, prepare
from tests.store.worlds import __doc__ as told
from tests.store.worlds.asking import PARIS
from tests.store.worlds.haste import hasten
from tests.store.worlds.judging import Judge, Lenient

from hygie.store.interactions import Repository
from hygie.store.keys.envelope import unlock
from hygie.store.server.cluster import Cluster
from hygie.store.store import Store


async def judge(dsn: str, master: Path, asked: argparse.Namespace) -> int:
    """How many counter-examples there are."""
    await prepare(dsn)
    keys = await unlock(dsn, master, generate=True)
    trail = MemoryTrail()
    store = await Store.open(dsn, keys, lambda _pool: trail, zone=PARIS)
    failed, began = 0, monotonic()
    gc.disable()
    try:
        judge = Judge(store, Repository(store, Lenient()))
        for start in range(asked.first, asked.first + asked.count, asked.together):
            wrong = await judge.run(range(start, start + asked.together))
            failed += len(wrong)
            done = start + asked.together - asked.first
            rate = done / (monotonic() - began)
            said = f"{done} worlds from {asked.first}, {failed} counter-examples, {rate:.1f}/s"
            sys.stdout.write("\n".join([*wrong, said, ""]))
            sys.stdout.flush()
            trail.entries.clear()
            gc.collect()
    finally:
        await store.close()
    return failed


def quick_loop() -> Callable[[], Any] | None:
    """uvloop's, if it is there: a quarter less to wait."""
    with suppress(ImportError):
        return import_module("uvloop").new_event_loop  # type: ignore[no-any-return]
    return None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.store.worlds", description=told)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--together", type=int, default=100)
    asked = parser.parse_args()
    hasten()
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder) / "postgres", durable=False)
        try:
            dsn = cluster.start("worlds")
            with asyncio.Runner(loop_factory=quick_loop()) as runner:
                failed = runner.run(judge(dsn, Path(folder) / "master.key", asked))
        finally:
            cluster.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
