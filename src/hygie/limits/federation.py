"""Bounds of signing in by others: what identity providers send, and how often they are asked."""

from typing import Final

MAX_PROVIDERS_BYTES: Final = 64 * 1024
"""Of the file that declares them."""
MAX_PROVIDERS: Final = 16
MAX_PROVIDER_ANSWER_BYTES: Final = 256 * 1024
"""Of one answer of a provider: the longest, of Pro Santé Connect about somebody with many places
of work, has some 20 kB."""
MAX_IDENTITY_TOKEN_CHARACTERS: Final = 64 * 1024
MAX_PROVIDER_KEYS: Final = 32
MIN_RSA_BITS: Final = 2_048
PROVIDER_SECONDS: Final = 10
"""For one answer of a provider, whole."""
PROVIDER_FRESH_SECONDS: Final = 3_600
"""How long what a provider says of itself, and its keys, are believed before they are asked for
again."""
PROVIDER_KEYS_PAUSE_SECONDS: Final = 30
"""Between two questions for keys because of a token signed by an unknown one: whoever forges tokens
does not make us ask more often."""
ERRANDS_AT_ONCE: Final = 16
"""Answers of providers verified at once in one process; each costs the provider three requests."""
ERRANDS_WAITING: Final = 64
"""Of them waiting their turn; beyond it, whoever signs in is asked to come back."""
ERRAND_MINUTES: Final = 15
"""Between leaving for a provider and coming back: a card to find, a telephone to unlock."""
SKEW_SECONDS: Final = 60
"""By which the provider's clock may differ from ours."""
LOGOUT_TOKEN_SECONDS: Final = 180
"""Age of a provider's word that a session has ended."""
MAX_RETURNED_CHARACTERS: Final = 4_096
"""Of one parameter a browser brings back from a provider."""
