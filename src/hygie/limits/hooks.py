"""Bounds of decision support (CDS Hooks): what is asked of us, and what we ask of others."""

from typing import Final

MAX_HOOK_BYTES: Final = 1024 * 1024
"""Of one question, what was fetched for it included."""
MAX_HOOKS_AT_ONCE: Final = 32
"""Questions from one address: a record system asks for all of its users."""
MAX_HOOKS_PER_MINUTE: Final = 1_200
MAX_SUMMARY_CHARACTERS: Final = 139
"""CDS Hooks 2.0: less than 140."""
MAX_FEEDBACK: Final = 50
"""Outcomes of cards told at once."""
MAX_COMMENT_CHARACTERS: Final = 1_000
"""Of a user's own words about a card."""
MAX_PREFETCHED: Final = 200
"""Resources of one search done for a service: the newest."""
RECENT_HOURS: Final = 72
"""Age up to which a critical result is pointed out."""
ADVICE_SECONDS: Final = 1
"""For what another's service answers, whole: a reader does not wait for it."""
ADVICE_TOKEN_SECONDS: Final = 60
MAX_ADVICE_BYTES: Final = 256 * 1024
MAX_ADVICE_CARDS: Final = 10
"""Of one service; what it says beyond is left out, and said to be."""
MAX_DETAIL_CHARACTERS: Final = 4_000
MAX_SERVICES: Final = 8
MAX_SERVICES_BYTES: Final = 64 * 1024
"""Of the file that declares them."""
