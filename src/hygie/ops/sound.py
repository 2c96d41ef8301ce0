"""A row whose body is what the row says it is."""

from typing import NamedTuple

from hygie.store.contract import Resource
from hygie.store.database import Record


class Sound(NamedTuple):
    record: Record
    type: str
    id: str
    resource: Resource
    """With its `id` and `meta`; of a deleted version, the id alone."""


def named(type: str, record: Record) -> str:
    """How an example names a row."""
    return f"{type} {record['key']} v{record['version']}"
