"""Views on DuckDB: a ViewDefinition compiled to one statement of SQL."""

from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.engine import Engine, explain

__all__ = ["Beyond", "Engine", "explain"]
