"""`python -m hygie.insight.trial.worker`: one `Asked` on standard input, its `Trial` on standard
output, within bounds that the system itself keeps."""

import resource
import sys

import msgspec

from hygie.insight.trial.trial import tried
from hygie.insight.trial.values import Asked
from hygie.limits import EXPRESSION_SECONDS, MAX_EXPRESSION_MEMORY_BYTES

_SPARE_SECONDS = 5
"""For what precedes and follows the evaluation, which has its own deadline."""


def main() -> None:
    """Leaves no core dump: it would hold the resource."""
    seconds = EXPRESSION_SECONDS + _SPARE_SECONDS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_EXPRESSION_MEMORY_BYTES,) * 2)
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    sys.stdout.buffer.write(msgspec.msgpack.encode(tried(asked)))


if __name__ == "__main__":
    main()
