"""An expression from a page, tried in a process of its own: bounded in time and in memory, and
nothing of the resource stays anywhere afterwards."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from hygie.insight.trial.phrases import FAILED
from hygie.insight.trial.values import Asked, Problem, Trial
from hygie.limits import EXPRESSION_SECONDS, MAX_EXPRESSIONS_AT_ONCE

_START_SECONDS: Final = 10
"""Python and the definitions are there in a fifth of a second; not on a machine that is busy."""
_COMMAND: Final = (sys.executable, "-m", "hygie.insight.trial.worker")
_POOL: Final = ThreadPoolExecutor(MAX_EXPRESSIONS_AT_ONCE, "expressions")


async def attempt(asked: Asked) -> Trial:
    """What `tried` says. Never raises: an evaluation that breaks down is a problem like another."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _apart, asked)


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
    except subprocess.SubprocessError:
        sentence = FAILED.fr if asked.language == "fr" else FAILED.en
        return Trial(problem=Problem(sentence))
    return msgspec.msgpack.decode(done.stdout, type=Trial)
