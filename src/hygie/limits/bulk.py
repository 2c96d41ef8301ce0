"""Bounds on what is exported and imported in bulk."""

from typing import Final

MAX_EXPORT_FILE_BYTES: Final = 128 * 1024 * 1024
"""Of one file of an export, plain: what is made again at worst after a crash, in some seconds."""
MAX_EXPORT_BYTES: Final = 4 * 1024 * 1024 * 1024 * 1024
"""Of all files of one export, plain; at rest they take a tenth."""
MIN_FREE_DISK_BYTES: Final = 1024 * 1024 * 1024
"""Left free by exports: PostgreSQL stops when its disk is full."""
MAX_EXPORTS_OF_CLIENT: Final = 4
"""Of one client, asked for and not finished."""
MAX_EXPORTS: Final = 20
"""Of all clients, asked for and not finished: each is made by one process at a time."""
MAX_COHORT_READ: Final = 200_000
"""Resources read for one criterion of a group: some ten seconds, while whoever exports waits."""
MAX_GROUP_DEPTH: Final = 16
"""Groups within groups."""
MAX_EXPORT_PATIENTS: Final = 100_000
"""Patients named by one export, or members of its group."""
EXPORT_KEPT_HOURS: Final = 24
"""How long files stay, once the export is finished: a client may be away for a night."""
MAX_MANIFEST_FILES: Final = 100
"""Of one page, for clients that allow partial manifests."""
MAX_IMPORTS: Final = 10
"""Asked for and not finished; they are made one after the other."""
MAX_IMPORT_INPUTS: Final = 10_000
"""Files of one import."""
MAX_IMPORT_FILE_BYTES: Final = 1024 * 1024 * 1024 * 1024
"""One of them."""
MAX_IMPORT_FAULTS: Final = 100_000
"""Lines at fault of one file: with more of them, it is another file than was meant."""
IMPORT_ATTEMPTS: Final = 5
"""To fetch what an import names, when its source does not answer."""
EXPORT_POLLS: Final = 20
"""Questions about one export within EXPORT_POLL_SECONDS; beyond it, 429."""
EXPORT_POLL_SECONDS: Final = 10
