"""How many connections a process holds, and how many its server therefore takes. Counts only."""

from typing import Final

POOL: Final = 20
"""For changes: transactions at once."""
LANES: Final = 6
"""For reading; more only wait for each other in the server."""
KEYED_LANES: Final = 4
"""For what is found by key."""
WRITING_LANES: Final = 2
"""For groups of writes: one is made ready while the database writes the other."""
READINGS: Final = 3
"""For what goes through everything, for minutes: two views and an export. More would only slow each
other down."""
COMMITS: Final = 4
"""For groups of audit entries on their way to the disk together."""
PATIENT_KEYS: Final = 1
NEWS: Final = 1
PASSING: Final = 1
"""For what is done once, on a connection of its own: a partition made, keys unlocked."""
OF_A_PROCESS: Final = (
    POOL + LANES + KEYED_LANES + WRITING_LANES + READINGS + COMMITS + PATIENT_KEYS + NEWS + PASSING
)

IMPORTERS: Final = 2
"""Of one process, in an import: one prepares while the database works for the other."""
IMPORTING_PROCESSES: Final = 8
"""At most, each with a transaction for each importer."""
OF_AN_IMPORT: Final = IMPORTING_PROCESSES * (IMPORTERS + PATIENT_KEYS + NEWS + PASSING)
OF_A_SETTLER: Final = 2 * 2 + KEYED_LANES + COMMITS + PATIENT_KEYS + NEWS + PASSING
"""Two batches of messages at once, and what is told of one that failed."""
OF_COMMANDS: Final = OF_A_PROCESS + OF_AN_IMPORT
"""For an import beside the server, or any other command, with the process that leads it."""
LOCKS: Final = 61_440
"""Places in the server's table of locks, for all sessions together: a statement over all types
locks every partition with its indexes, a batch of an import a key for each of its resources."""
LOCKS_OF_A_CONNECTION: Final = 64
"""At least, as PostgreSQL has it."""


def needed(processes: int, settlers: int = 0) -> int:
    """Connections for so many processes that serve, each with all it may hold, for as many that
    only settle messages, and a command."""
    return processes * OF_A_PROCESS + settlers * OF_A_SETTLER + OF_COMMANDS


def locks_of_each(connections: int) -> int:
    """`max_locks_per_transaction`, so that there are `LOCKS` or more."""
    return max(LOCKS_OF_A_CONNECTION, -(-LOCKS // connections))
