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
GLASS_HOURS: Final = 4
"""How long a record stays open that was opened by bris de glace."""
MAX_GLASSES_A_DAY: Final = 12
"""Of one account: an emergency physician at night needs some; more is a search party."""
MIN_MOTIVE_CHARACTERS: Final = 10
"""Of a motive: « urgence » alone tells a reviewer nothing."""
MAX_MOTIVE_CHARACTERS: Final = 500
GLASS_REVIEW_DAYS: Final = 7
"""Within which each is to be reviewed; later, the list says so."""
