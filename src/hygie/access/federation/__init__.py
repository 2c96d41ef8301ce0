"""Signing in by others: OpenID Connect with the providers that the administrator declared.

The browser leaves for a provider with an *errand* sealed in a cookie (`errand`), comes back with a
code, which is exchanged for a token about a *person* (`exchange`, `identity_token`, `person`), who
is matched to an account by rules that never guess (`matching`). OpenID Connect Core 1.0, RFC 7636
(PKCE), RFC 9207 (mix-up), RFC 9700 (best current practice).
"""
