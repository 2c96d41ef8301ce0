"""Circles are read from a whole store: of a database of each test's own, with its keys."""

from tests.conftest import database_url, keyring  # noqa: F401 - in place of the room's own
