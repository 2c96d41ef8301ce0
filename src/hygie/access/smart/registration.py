"""Applications that register themselves (RFC 7591); an administrator reviews each. Pure.

What is not understood of the metadata is left out, as the RFC asks; what would be dangerous is
refused.
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from hygie.access.scopes import LEVELS, Scopes, parse_grain
from hygie.access.smart.jwks import read_keys
from hygie.access.smart.model import Application, Method, SmartRefusedError
from hygie.limits import MAX_DISPLAY_CHARACTERS, MAX_SCOPE_CHARACTERS
from hygie.limits.smart import MAX_REDIRECT_CHARACTERS, MAX_REDIRECTS
from hygie.refusal import Refused

METHODS: Final[tuple[Method, ...]] = get_args(Method)
GRANT_TYPES: Final = ("authorization_code", "refresh_token", "client_credentials")
PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")
PRIVATE_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
"""Of an application on a phone: a name of its own, reversed (RFC 8252 §7.1)."""


def read_registration(metadata: Mapping[str, Any], now: datetime) -> Application:
    """Raises `SmartRefusedError` (RFC 7591 §3.2.2)."""
    method = metadata.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in METHODS:
        raise _unfit(f"token_endpoint_auth_method: one of {', '.join(METHODS)}")
    grants = _texts(metadata, "grant_types") or ("authorization_code",)
    if not set(grants) <= set(GRANT_TYPES):
        raise _unfit(f"grant_types: of {', '.join(GRANT_TYPES)}")
    redirects = _texts(metadata, "redirect_uris")
    for address in redirects:
        check_redirect(address)
    if "authorization_code" in grants and not redirects:
        raise SmartRefusedError("invalid_redirect_uri", "at least one is needed")
    keys, keys_url = _keys(metadata)
    if method == "private_key_jwt" and not keys and not keys_url:
        raise _unfit("jwks or jwks_uri: needed with private_key_jwt")
    return Application(
        id=token_urlsafe(16),
        name=_name(metadata),
        created=now,
        method=method,
        redirects=redirects,
        launch=_address(metadata, "launch_uri") or _address(metadata, "initiate_login_uri"),
        scopes=_scopes(_text(metadata, "scope")),
        keys=keys,
        keys_url=keys_url,
        home=_address(metadata, "client_uri"),
        contacts=_texts(metadata, "contacts"),
    )


def check_redirect(address: str) -> None:
    """HTTPS; HTTP to the machine itself; or a scheme of the application's own."""
    parts = _parts(address)
    if parts is not None and not parts.fragment and "#" not in address:
        if parts.scheme == "https" and parts.hostname:
            return
        if parts.scheme == "http" and is_loopback(parts.hostname or ""):
            return
        if PRIVATE_SCHEME.fullmatch(parts.scheme):
            return
    raise SmartRefusedError("invalid_redirect_uri", "https, http to this machine, or own scheme")


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(address: str) -> Any:
    if len(address) > MAX_REDIRECT_CHARACTERS or not PRINTABLE.fullmatch(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return None if "@" in parts.netloc or "\\" in address else parts


def _address(metadata: Mapping[str, Any], name: str) -> str:
    """A page of the application's: by HTTPS, or on the machine itself."""
    address = _text(metadata, name)
    if not address:
        return ""
    parts = _parts(address)
    secure = parts is not None and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )
    if not secure:
        raise _unfit(f"{name}: https expected")
    return address


def _keys(metadata: Mapping[str, Any]) -> tuple[str, str]:
    inline = metadata.get("jwks")
    address = _text(metadata, "jwks_uri")
    if inline is not None and address:
        raise _unfit("jwks or jwks_uri, not both")
    if inline is None:
        return "", _address(metadata, "jwks_uri")
    text = json.dumps(inline)
    read_keys(text)
    return text, ""


def _scopes(text: str) -> str:
    """What is understood of what it will ask for."""
    if len(text) > MAX_SCOPE_CHARACTERS:
        raise _unfit(f"scope: at most {MAX_SCOPE_CHARACTERS} characters")
    grains = []
    for word in text.split():
        try:
            grains.append(parse_grain(word, LEVELS))
        except Refused:
            continue
    all_ = Scopes(tuple(grains))
    return str(all_.narrowed(all_))


def _name(metadata: Mapping[str, Any]) -> str:
    name = _text(metadata, "client_name").strip()
    if not 0 < len(name) <= MAX_DISPLAY_CHARACTERS or not name.isprintable():
        raise _unfit(f"client_name: 1 to {MAX_DISPLAY_CHARACTERS} visible characters")
    return name


def _text(metadata: Mapping[str, Any], name: str) -> str:
    value = metadata.get(name, "")
    if not isinstance(value, str):
        raise _unfit(f"{name}: a string expected")
    return value


def _texts(metadata: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = metadata.get(name, [])
    if not isinstance(values, list) or len(values) > MAX_REDIRECTS:
        raise _unfit(f"{name}: a list of at most {MAX_REDIRECTS} strings expected")
    for value in values:
        if not isinstance(value, str) or not PRINTABLE.fullmatch(value[:MAX_REDIRECT_CHARACTERS]):
            raise _unfit(f"{name}: strings expected")
    return tuple(values)


def _unfit(description: str) -> SmartRefusedError:
    return SmartRefusedError("invalid_client_metadata", description)
