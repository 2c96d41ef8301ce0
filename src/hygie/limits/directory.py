"""Bounds of synchronisation with a directory (LDAP): what it sends, and what it may do at once."""

from typing import Final

MAX_DIRECTORY_FILE_BYTES: Final = 64 * 1024
"""Of the file that declares it."""
MAX_DIRECTORY_PEOPLE: Final = 20_000
"""Of one directory; a university hospital has some 12,000. Beyond it nothing is done."""
DIRECTORY_PAGE: Final = 500
"""People of one page (RFC 2696). Active Directory gives 1,000 at most."""
MAX_DIRECTORY_BYTES: Final = 128 * 1024 * 1024
"""Of all its answers: some 6 kB for each of the most people, ten times what is asked for."""
DIRECTORY_CONNECT_SECONDS: Final = 10
DIRECTORY_SECONDS: Final = 300
"""For all that is read of it."""
DIRECTORY_PAGE_SECONDS: Final = 60
"""For one answer."""
MAX_DIRECTORY_CHARACTERS: Final = 1_024
"""Of one value that is read of somebody."""
MAX_DIRECTORY_RULES: Final = 64
"""Rules that give a role."""
MIN_CLOSING: Final = 5
"""Accounts that one synchronisation may always close, however few there are."""
CLOSING_PERCENT: Final = 20
"""Of the open accounts of a directory that one synchronisation closes at most, unless it is told
to, or its file says otherwise."""
