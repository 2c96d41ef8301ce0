"""Bounds of `$meta`, `$document`, `$lastn`, `$stats` and `$graphql`."""

from typing import Final

MAX_META_RESOURCES: Final = 1_000_000
"""Read for `$meta` of a type, or of the system: some ten seconds."""
MAX_META_LABELS: Final = 10_000
"""Different profiles, tags and security labels in one answer."""
MAX_DOCUMENT_RESOURCES: Final = 1_000
"""In a document that `$document` makes: each is read by itself, and on record."""
MAX_LASTN_READ: Final = 20_000
"""Observations read for one `$lastn`: a stay in intensive care has more, of few codes."""
MAX_STATS_READ: Final = 100_000
"""Observations read for one `$stats`: a heart rate each minute of two months."""
MAX_STATS_CODES: Final = 50
"""Different codes of one `$stats`: each is an Observation of the answer."""
MAX_GRAPH_BYTES: Final = 32 * 1024
"""A query of GraphQL, with its variables."""
MAX_GRAPH_TOKENS: Final = 2_000
"""Words and signs of one query: those that programs make have some hundreds."""
MAX_GRAPH_DEPTH: Final = 24
"""Objects in one another in an answer of GraphQL."""
MAX_GRAPH_RESOURCES: Final = 1_000
"""Read or found for one query of GraphQL; a search that finds nothing counts for one."""
MAX_GRAPH_READ_BYTES: Final = 64 * 1024 * 1024
"""Of these resources together: they are in memory at once."""
MAX_GRAPH_VALUES: Final = 100_000
"""Fields looked up and values given for one query of GraphQL: a second of one processor."""
