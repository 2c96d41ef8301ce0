"""The table `resources` of a prepared statement: another chunk at each execution.

DuckDB binds a statement to the columns of an object that streams Arrow, and asks the object for its
stream whenever the statement is executed (Arrow PyCapsule interface). A registered table would be
bound to its rows, and the statement planned again for each.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from hygie.insight.views.tables import RESOURCE


class Source:
    """What is to be registered. Empty but within `of`."""

    def __init__(self) -> None:
        self._schema = pa.schema([pa.field(RESOURCE, pa.string())])
        self.empty: pa.Table = self._schema.empty_table()
        self._chunk = self.empty

    @contextmanager
    def of(self, chunk: pa.Table) -> Iterator[None]:
        """Within this context, what is executed is about that chunk. One at a time."""
        self._chunk = chunk
        try:
            yield
        finally:
            self._chunk = self.empty

    def __arrow_c_schema__(self) -> object:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Of the columns that the statement was planned for, whatever is requested: texts with
        other offsets would be read as if they had these."""
        return self._chunk.__arrow_c_stream__(self._schema.__arrow_c_schema__())
