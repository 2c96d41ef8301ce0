"""Bulk data: everything that a client may have, as NDJSON files made in the background."""
