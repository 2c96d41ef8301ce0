"""Bounds on traces, and on what auditors ask of them."""

from typing import Final

from hygie.limits import MAX_QUERY_CHARACTERS

MAX_AUDIT_NAME_CHARACTERS: Final = 256
"""Actor, purpose, request identifier: an identifier from outside is no place for prose."""
MAX_AUDIT_TYPES_CHARACTERS: Final = 4_096
"""Resource types of one entry: the names of all there are take 2,500."""
MAX_AUDIT_DETAIL_CHARACTERS: Final = MAX_QUERY_CHARACTERS
"""What was asked; longer ones are cut, with an ellipsis."""
MAX_AUDIT_WAITING: Final = 4_096
"""Entries waiting for their commit; beyond it, whoever records waits for room."""
MAX_AUDIT_BATCH: Final = 1_024
"""Entries in one commit: bounds the time the last caller of a batch waits."""
MAX_AUDIT_ADDRESS_BYTES: Final = 64
"""Network address of one entry: an IPv6 address with its zone fits."""
MAX_AUDIT_VALUES: Final = 50
"""Values, with commas between, of one criterion of a search of traces."""
MAX_AUDIT_COUNTED: Final = 100_000
"""Entries gone through to tell how many a search finds; beyond, their number is not told."""
MAX_AUDIT_TALLIES: Final = 1_000_000
"""Accounts, patients and hours compared to find unusual accesses: some seconds, and 200 MB."""
MAX_AUDIT_EXPORTED: Final = 500_000
"""Entries of one export, the latest first; for older ones another period is asked for."""
