"""Every route in every role, with what nobody would send: `python -m tests.fuzz --minutes 60`.

FHIR routes by schemathesis, from a description made of the table of routes; pages by
`tests.fuzz.pages`. A fault is an answer of 500 or more, a word of a record out of sight, text that
was typed and runs, a redirection that leads away. Exit status 1 when there was one; the tail of the
server's log is shown.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.acceptance.house import House
from tests.fuzz.described import document
from tests.fuzz.pages import Pages
from tests.fuzz.world import CANARY, furnish, sessions

from hygie.access.rights import shipped

HERE = Path(__file__).parent
SCOPES = {
    "identities": "system/Patient.cruds system/Group.cruds system/Practitioner.rs",
    "one category": "system/Observation.rs?category=vital-signs system/Patient.rs",
    "nothing": "system/Basic.r",
}
CHECKS = "tells_nothing_of_the_unseen,never_fails"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--schemathesis", type=Path, default=Path("schemathesis"))
    given = parser.parse_args()
    seconds = given.minutes * 60
    say(f"seed {given.seed}")
    with (
        tempfile.TemporaryDirectory(prefix="hygie-fuzz-") as folder,
        House(Path(folder)) as house,
    ):
        opened = asyncio.run(furnish(house, tuple(shipped().roles)))
        faults = list(of_pages(house, opened, given.seed, seconds / 2))
        faults += of_fhir(house, Path(folder), given.schemathesis, seconds / 2)
        if not house.is_up():
            faults.append("the server is down")
        said = house.last_words()
    for fault in faults[:50]:
        say(f"  ✗ {fault}")
    if faults:
        say(said)
    say(f"{len(faults)} faults")
    return bool(faults)


def of_pages(house: House, opened: dict[str, str], seed: int, seconds: float) -> Iterator[str]:
    """In slices: a session that the attack itself ended is opened anew."""
    pages = Pages(house.address, opened, seed)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pages.run(min(until, time.monotonic() + 20))
        if ended := pages.ended():
            for role, token in asyncio.run(sessions(house, tuple(ended))).items():
                pages.enter(role, token)
    say(f"pages: {sum(pages.statuses.values())} requests, {dict(pages.statuses)}")
    yield from pages.faults


def of_fhir(house: House, folder: Path, program: Path, seconds: float) -> Iterator[str]:
    described = folder / "described.json"
    described.write_text(json.dumps(document()))
    environment = os.environ | {
        "HYGIE_CANARY": CANARY, "SCHEMATHESIS_HOOKS": "tests.fuzz.checks",
        "PYTHONPATH": str(HERE.parent.parent),
    }  # fmt: skip
    for name, scope in SCOPES.items():
        token = house.run("token", "create", "--scope", scope, "--name", "fuzz").strip()
        command = [
            program, "run", described, "--url", f"{house.address}/fhir",
            "--header", f"Authorization: Bearer {token}", "--checks", CHECKS,
            "--max-time", str(int(seconds / len(SCOPES))), "--phases", "coverage,fuzzing",
            "--max-examples", "100000", "--suppress-health-check", "all", "--warnings", "off",
            "--continue-on-failure", "--no-color", "--generation-database", "none",
        ]  # fmt: skip
        done = subprocess.run(
            [str(word) for word in command], check=False, env=environment, cwd=folder,
            capture_output=True, text=True,
        )  # fmt: skip
        say("\n    ".join([f"FHIR, {name}:", *done.stdout.strip().splitlines()[-8:]]))
        if done.returncode:
            yield f"FHIR, {name}:\n{done.stdout[:6_000]}\n{done.stderr[-2_000:]}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
