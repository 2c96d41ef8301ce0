"""Audit entries: durable with the change they tell of, or before the answer is given."""

from hygie.ledger.asking import Asked
from hygie.ledger.ledger import Ledger
from hygie.ledger.rows import AuditRecord

__all__ = ["Asked", "AuditRecord", "Ledger"]
