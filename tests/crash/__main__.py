"""The long crash loop: `python -m tests.crash --minutes 60`, or `make crash`.

Life after life, store after store, until the time is over or something is lost. Prints how it
stands each minute, and in the end what was seen; exit status 1 when anything was wrong. The
directory of a life that went wrong is kept, and named.
"""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from tests.crash.life import Life
from tests.crash.tally import Tally

KILLS_A_LIFE = 24
MINUTE = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--kills", type=int, default=KILLS_A_LIFE, help="in each life")
    parser.add_argument("--workers", type=int, default=0, help="1 or 2 at random by default")
    given = parser.parse_args()
    until = time.monotonic() + given.minutes * MINUTE
    tally = Tally()
    lives = 0
    with told_each_minute(tally):
        while time.monotonic() < until and not tally.wrong:
            lives += 1
            directory = Path(tempfile.mkdtemp(prefix="hygie-crash-"))
            one = Life(directory, tally, workers=given.workers or random.choice((1, 2)))
            asyncio.run(one.run(until=until, kills=given.kills))
            if tally.wrong:
                say(f"kept: {directory}")
            else:
                shutil.rmtree(directory, ignore_errors=True)
    say(f"lives of a store: {lives}\n{tally.report()}")
    return 1 if tally.wrong else 0


@contextmanager
def told_each_minute(tally: Tally) -> Iterator[None]:
    leaving = Event()

    def tell() -> None:
        while not leaving.wait(MINUTE):
            say(f"{datetime.now().astimezone():%H:%M:%S}  {tally.line()}")

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        leaving.set()
        teller.join()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
