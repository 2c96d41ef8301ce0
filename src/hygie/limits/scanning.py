"""Bounds on what is asked of the malware scanner."""

from typing import Final

CLAMD_CONNECT_SECONDS: Final = 5
CLAMD_SECONDS: Final = 60
"""For one file: archives in archives take clamd up to its own limits."""
MAX_CLAMD_ANSWER_BYTES: Final = 4 * 1024
MAX_SCANS_AT_ONCE: Final = 8
"""In one process: below the threads that clamd has (MaxThreads, 10)."""
