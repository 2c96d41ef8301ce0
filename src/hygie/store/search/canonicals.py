"""Canonical references followed by inclusions (R4 §2.3.2): `url`, or `url|version`.

They name no row, so there is no link to compute with: what they name is looked for by its URL, and
read again for its version. Without a version the newest is meant.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.packages.versions import age
from hygie.fhir.search.entry import ReferenceEntry
from hygie.fhir.search.query import Include
from hygie.store.vault import Opened, Vault

URL = "url"


class Named(NamedTuple):
    """What a canonical reference names; no version: the newest."""

    url: str
    version: str


class Canonicals:
    """What canonical references and the URLs of resources come to, in tokens and back."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._registry: Registry = vault.registry

    def holders(self, kinds: AbstractSet[str]) -> dict[str, SearchParameter]:
        """Of these types, those that have a canonical URL, by which they are searched."""
        tables = self._registry.tables
        return {kind: tables[kind][URL] for kind in kinds if _is_uri(tables[kind].get(URL))}

    def said(self, include: Include, rows: Iterable[Opened]) -> set[Named]:
        """What the rows refer to by the include's parameter."""
        return {named for one in rows for named in self._of(include, one)}

    def tokens(self, holders: dict[str, SearchParameter], named: Iterable[Named]) -> list[int]:
        """What rows that have one of these URLs have."""
        urls = {one.url for one in named}
        blinder = self._vault.blinder
        return sorted(
            blinder.names.fact(scope, f"uri {url}")
            for kind, parameter in holders.items()
            for scope in blinder.scopes(kind, parameter)
            for url in urls
        )

    def meant(self, candidates: Sequence[Opened], named: AbstractSet[Named]) -> list[Opened]:
        """Of the rows that have the URLs, those that are named: of several of one version, the one
        written last."""
        found: dict[Named, list[Opened]] = {}
        for one in candidates:
            found.setdefault(_identity(one), []).append(one)
        newest = {
            url: max((one for one in found if one.url == url), key=_by_version)
            for url in {one.url for one in found}
        }
        wanted = {one for one in named if one.version}
        wanted |= {newest[one.url] for one in named if not one.version and one.url in newest}
        several = [rows for identity, rows in found.items() if identity in wanted]
        return [max(rows, key=lambda one: one.stored.updated) for rows in several]

    # --- the other way ------------------------------------------------------------------------

    def naming(self, include: Include, rows: Iterable[Opened]) -> list[int]:
        """The tokens of whatever may refer to these rows by the include's parameter."""
        if include.parameter is None:
            return []
        blinder = self._vault.blinder
        scopes = blinder.scopes(include.source, include.parameter)
        urls = {one.url for one in map(_identity, rows) if one.url}
        return sorted(blinder.names.fact(s, f"url {url}") for s in scopes for url in urls)

    def naming_one(
        self, include: Include, candidates: Sequence[Opened], rows: Iterable[Opened]
    ) -> list[Opened]:
        """Of the rows that name these URLs, those that name one of the rows: by its version, or by
        none."""
        targets = {_identity(one) for one in rows}
        wanted = targets | {Named(one.url, "") for one in targets}
        return [one for one in candidates if wanted & set(self._of(include, one))]

    def _of(self, include: Include, one: Opened) -> list[Named]:
        """The canonicals of one row. A versioned one is filed without its version as well."""
        if include.parameter is None:
            return []
        entries = self._vault.extractor.entries_of(
            decode(one.stored.body), (include.parameter.code,)
        )
        urls = {e.url for e in entries if isinstance(e, ReferenceEntry) and e.url}
        named = [Named(*url.partition("|")[::2]) for url in urls]
        versioned = {each.url for each in named if each.version}
        return [each for each in named if each.version or each.url not in versioned]


def _identity(one: Opened) -> Named:
    resource: dict[str, Any] = decode(one.stored.body)
    return Named(str(resource.get(URL, "")), str(resource.get("version", "")))


def _by_version(named: Named) -> Any:
    return age(named.version)


def _is_uri(parameter: SearchParameter | None) -> bool:
    return parameter is not None and parameter.type == "uri"
