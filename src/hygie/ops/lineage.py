"""Workers do not outlive the process that started them."""

import ctypes
import multiprocessing
import os
import signal
from typing import Final

PR_SET_PDEATHSIG: Final = 1
"""prctl(2): the signal a process gets when its parent's thread ends."""


def end_with_parent() -> None:
    """Ends this process when its parent ends, even by SIGKILL (Linux). Nothing when it has none.

    A worker left behind keeps the port: the next server cannot bind, and clients go on talking to
    the old one, which has lost its database.
    """
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        end_with(parent.pid)


def end_with(parent: int) -> None:
    """Ends this process when that one, its parent, ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)
