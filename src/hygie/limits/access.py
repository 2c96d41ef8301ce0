"""Limits of rights, and of who cares for whom."""

from typing import Final

MAX_RIGHTS_BYTES: Final = 256 * 1024
"""Of an establishment's own rights file."""
MAX_CIRCLE_DAYS: Final = 3_650
"""How long care may be taken to last after what tells of it."""
MAX_CIRCLE: Final = 20_000
"""Patients in one person's care at once: beyond it, the oldest care is left out, and said to be."""
CIRCLE_SECONDS: Final = 5
"""How long a circle is remembered: an admission opens the record to a unit within that."""
MAX_CIRCLES: Final = 2_000
"""Circles remembered."""
INVITATION_HOURS: Final = 72
"""How long an invitation waits: over a week-end."""
MAX_IMPORTED_ACCOUNTS: Final = 5_000
"""Lines of one list of accounts."""
MAX_ACCOUNTS_FILE_BYTES: Final = 1024 * 1024
"""Of one list of accounts: some 200 bytes a line."""
REVIEW_DAYS: Final = 365
"""Within which each account is to be confirmed (CNIL, guide de la sécurité, fiche 3: yearly)."""
REVIEW_PRIVILEGED_DAYS: Final = 180
"""The same of who gives access, or judges it."""
ABSENT_DAYS: Final = 90
"""After which an account that nobody came in with is to be looked at."""
GLASS_HOURS: Final = 4
"""How long a record stays open that was opened by bris de glace."""
MAX_GLASSES_A_DAY: Final = 12
"""Of one account: an emergency physician at night needs some; more is a search party."""
MIN_MOTIVE_CHARACTERS: Final = 10
"""Of a motive: « urgence » alone tells a reviewer nothing."""
MAX_MOTIVE_CHARACTERS: Final = 500
MAX_SIMULATED_CHOICES: Final = 20
"""Accounts among which the simulator lets choose; more is asked for more letters."""
SIMULATED_LINES: Final = 50
"""Accounts on one page of its answer."""
CONTENTS_MINUTES: Final = 30
"""How long who said why sees what messages hold."""
GLASS_REVIEW_DAYS: Final = 7
"""Within which each is to be reviewed; later, the list says so."""
MAX_CLIENT_REQUESTS_AT_ONCE: Final = 512
"""Of one machine client in one process: an interface engine seldom asks 50 things at once."""
MAX_CLIENT_REQUESTS_PER_MINUTE: Final = 1_000_000
"""Of one machine client in one process: more than it can be served, if requests do anything."""
MAX_ACCOUNT_REQUESTS_AT_ONCE: Final = 32
"""Of one person on the pages, in one process: a browser asks six things at once of one address."""
MAX_ACCOUNT_REQUESTS_PER_MINUTE: Final = 3_000
"""Of one person on the pages: fifty a second, which nobody reads."""
MAX_ADDRESS_REQUESTS_AT_ONCE: Final = 512
"""Of one address on the pages, in one process: a site whose people share one."""
MAX_ADDRESS_REQUESTS_PER_MINUTE: Final = 60_000
"""Of one address on the pages: a thousand people who share it, at a page a second."""
