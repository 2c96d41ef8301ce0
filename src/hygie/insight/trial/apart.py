"""An expression from a page, tried in a process of its own: bounded in time and in memory, and
nothing of the resource stays anywhere afterwards."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Final

import msgspec

from hygie.insight.trial.phrases import BUSY, FAILED
from hygie.insight.trial.values import Asked, Problem, Trial
from hygie.limits import EXPRESSION_SECONDS, MAX_EXPRESSIONS_AT_ONCE, MAX_EXPRESSIONS_WAITING
from hygie.refusal import Phrase

_START_SECONDS: Final = 10
"""Python and the definitions are there in a fifth of a second; not on a machine that is busy."""
_COMMAND: Final = (sys.executable, "-m", "hygie.insight.trial.worker")
_POOL: Final = ThreadPoolExecutor(MAX_EXPRESSIONS_AT_ONCE, "expressions")


_PLACES: Final = BoundedSemaphore(MAX_EXPRESSIONS_AT_ONCE + MAX_EXPRESSIONS_WAITING)


async def attempt(asked: Asked) -> Trial:
    """What `tried` says. An evaluation that breaks down, or finds no place, is a problem too."""
    if not _PLACES.acquire(blocking=False):
        return _problem(asked, BUSY)
    attempted = _POOL.submit(_apart, asked)
    attempted.add_done_callback(lambda _done: _PLACES.release())
    return await asyncio.wrap_future(attempted)


def _apart(asked: Asked) -> Trial:
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            _COMMAND,
            input=msgspec.msgpack.encode(asked),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback may hold health data
            timeout=EXPRESSION_SECONDS + _START_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return _problem(asked, FAILED)
    return msgspec.msgpack.decode(done.stdout, type=Trial)


def _problem(asked: Asked, phrase: Phrase) -> Trial:
    return Trial(problem=Problem(phrase.fr if asked.language == "fr" else phrase.en))
