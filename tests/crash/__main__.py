"""The long crash loop: `python -m tests.crash --minutes 60`, or `make crash`.

Life after life, store after store, until the time is over or something is lost. Prints a line of
JSON after each life; exit status 1 when anything was lost.
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.life import Life, Tally

KILLS_A_LIFE = 24


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--kills", type=int, default=KILLS_A_LIFE, help="in each life")
    parser.add_argument("--workers", type=int, default=0, help="1 or 2 at random by default")
    given = parser.parse_args()
    until = time.monotonic() + given.minutes * 60
    tally = Tally()
    life = 0
    while time.monotonic() < until and not tally.losses:
        life += 1
        directory = Path(tempfile.mkdtemp(prefix="hygie-crash-"))
        one = Life(directory, tally, workers=given.workers or random.choice((1, 2)))
        asyncio.run(one.run(until=until, kills=given.kills))
        sys.stdout.write(json.dumps({"lives": life} | tally.summary()) + "\n")
        sys.stdout.flush()
        if not tally.losses:
            shutil.rmtree(directory, ignore_errors=True)
    return 1 if tally.losses or tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
