"""HTTPS by Hygie's own server, and whose word on a caller's address is taken."""

import ssl
from collections.abc import Callable
from typing import Any, Final

from uvicorn import Config

from hygie.settings import Settings

SUITES: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: forward secrecy and authenticated encryption only (ANSSI, TLS guide, R7 to R11).
Those of TLS 1.3 are all fit."""


def transport(settings: Settings) -> dict[str, Any]:
    """What uvicorn is told of certificates and proxies."""
    told: dict[str, Any] = {
        "proxy_headers": bool(settings.proxies),
        "forwarded_allow_ips": list(settings.proxies),
    }
    if settings.tls_certificate is not None:
        told["ssl_certfile"] = str(settings.tls_certificate)
        told["ssl_keyfile"] = str(settings.tls_key)
        told["ssl_context_factory"] = hardened
    return told


def hardened(_config: Config, loaded: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """TLS 1.2 or later, without compression, renegotiation or weak suites."""
    context = loaded()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    return context
