"""Being told to stop."""

import signal
import sys


def leave_in_order(status: int = 128 + signal.SIGTERM) -> None:
    """From now on SIGTERM leaves through every `finally`, with that exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(status))
