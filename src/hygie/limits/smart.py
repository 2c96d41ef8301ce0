"""Bounds of the authorization server for applications (SMART App Launch)."""

from typing import Final

ACCESS_TOKEN_SECONDS: Final = 3_600
"""Of an application that acts for a person; it has a refresh token if that was granted."""
SYSTEM_TOKEN_SECONDS: Final = 300
"""Of an application that acts for itself: it proves its key again (SMART Backend Services §4.1)."""
REFRESH_TOKEN_DAYS: Final = 30
"""Unused for longer, an application asks the person again."""
GRANT_DAYS: Final = 365
"""Then it asks in any case, however often it came back."""
CODE_SECONDS: Final = 60
LAUNCH_SECONDS: Final = 120
"""From the click on an application to its question."""
DEMAND_MINUTES: Final = 15
"""For a person to sign in, choose a patient and decide."""
ID_TOKEN_SECONDS: Final = 600
ASSERTION_SECONDS: Final = 300
"""Longest life of what an application signs to prove who it is."""
ASSERTION_SKEW_SECONDS: Final = 30
"""By which an application's clock may be ahead."""
SIGNING_KEY_DAYS: Final = 90
"""Age at which a new key signs; the one before stays published for as long."""
MAX_OAUTH_FORM_BYTES: Final = 64 * 1024
MAX_OAUTH_VALUE_CHARACTERS: Final = 16 * 1024
"""One parameter: a signed assertion is the longest."""
MAX_STATE_CHARACTERS: Final = 2_048
MAX_REGISTRATION_BYTES: Final = 64 * 1024
MAX_REDIRECTS: Final = 16
MAX_REDIRECT_CHARACTERS: Final = 1_024
MAX_APPLICATIONS_PENDING: Final = 200
"""Registrations nobody has reviewed: beyond, further ones are refused until somebody does."""
MAX_JWKS_BYTES: Final = 64 * 1024
MAX_JWKS_KEYS: Final = 16
JWKS_SECONDS: Final = 5
"""For fetching an application's keys."""
JWKS_FRESH_SECONDS: Final = 300
"""How long fetched keys are held for true; a key that is not among them is asked for again, at most
every `JWKS_PAUSE_SECONDS`."""
JWKS_PAUSE_SECONDS: Final = 30
ORIGINS_SECONDS: Final = 5
"""How long a page of an application may wait for its approval to be known everywhere."""
MAX_OAUTH_AT_ONCE: Final = 64
"""Requests for tokens from one address: a house behind one address has many applications."""
MAX_OAUTH_PER_MINUTE: Final = 3_000
