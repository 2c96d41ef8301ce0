"""Tables that map segments to resources: data, checked whole, compiled once to closures."""

from hygie.intake.mapping.engine.context import Context, Ids, Scope, scope_of
from hygie.intake.mapping.engine.tables import Tables

__all__ = ["Context", "Ids", "Scope", "Tables", "scope_of"]
