"""What a package says of itself."""

import re
from typing import Any, Final

import msgspec

from hygie.fhir.codec import decode_any
from hygie.fhir.packages import phrases
from hygie.limits import (
    MAX_DEFINITION_BYTES,
    MAX_PACKAGE_DEPENDENCIES,
    MAX_PACKAGE_NAME_CHARACTERS,
    MAX_VERSION_CHARACTERS,
)
from hygie.refusal import Category, Issue, Refused, refuse

R4: Final = re.compile(r"4\.0(?:\.[0-9]+)?(?:-.*)?|R4", re.ASCII | re.IGNORECASE)
NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_PACKAGE_NAME_CHARACTERS - 1}}}")
VERSION: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9.+_-]{{0,{MAX_VERSION_CHARACTERS - 1}}}")
"""Names and versions become names of files: nothing in them may lead elsewhere."""
TITLE_CHARACTERS: Final = 200


class Manifest(msgspec.Struct, frozen=True):
    """The part of `package.json` that matters here (FHIR NPM packages, "Package Manifest")."""

    name: str
    version: str = ""
    fhir_versions: tuple[str, ...] = ()
    dependencies: dict[str, str] = {}
    """Name -> version wanted: exact, or with wildcards (`4.0.x`)."""
    title: str = ""

    @property
    def id(self) -> str:
        """`hl7.fhir.fr.core#2.2.0`: what `near` and `Definition.package` hold."""
        return f"{self.name}#{self.version}" if self.version else self.name


def read_manifest(raw: bytes) -> tuple[Manifest, list[Issue]]:
    """The manifest in a `package.json`, and what is doubtful in it.

    Raises `Refused` for another version of FHIR, and for what is no manifest.
    """
    said = decode_any(raw, limit=MAX_DEFINITION_BYTES)
    if not isinstance(said, dict):
        raise _wrong("name")
    manifest = Manifest(
        name=_matching(NAME, said, "name"),
        version=_matching(VERSION, said, "version"),
        fhir_versions=_fhir_versions(said),
        dependencies=_dependencies(said.get("dependencies") or {}),
        title=str(said.get("title") or "")[:TITLE_CHARACTERS],
    )
    return manifest, _judged(manifest)


def _judged(manifest: Manifest) -> list[Issue]:
    found = ", ".join(manifest.fhir_versions)
    if manifest.fhir_versions and not any(map(R4.fullmatch, manifest.fhir_versions)):
        raise refuse(
            Category.UNPROCESSABLE,
            "package.fhir-version",
            phrases.OTHER_FHIR,
            code="not-supported",
            package=manifest.id,
            found=found,
        )
    if found:
        return []
    unsaid = Issue(
        severity="warning",
        code="incomplete",
        rule="package.fhir-version",
        phrase=phrases.UNSAID_FHIR,
        details={"package": manifest.id},
    )
    return [unsaid]


def _matching(form: re.Pattern[str], said: dict[str, Any], member: str) -> str:
    value = said.get(member)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _wrong(member)
    return value


def _fhir_versions(said: dict[str, Any]) -> tuple[str, ...]:
    """The list has had three names; the first is that of today."""
    for member in ("fhirVersions", "fhir-version-list", "fhirVersion"):
        versions = said.get(member)
        versions = [versions] if isinstance(versions, str) else versions
        if versions is None:
            continue
        if not isinstance(versions, list) or not all(
            isinstance(version, str) and len(version) <= MAX_VERSION_CHARACTERS
            for version in versions
        ):
            raise _wrong(member)
        return tuple(versions[:MAX_PACKAGE_DEPENDENCIES])
    return ()


def _dependencies(said: Any) -> dict[str, str]:
    if not isinstance(said, dict) or len(said) > MAX_PACKAGE_DEPENDENCIES:
        raise _wrong("dependencies")
    for name, version in said.items():
        known = isinstance(version, str) and len(version) <= MAX_VERSION_CHARACTERS
        if not known or not NAME.fullmatch(name):
            raise _wrong("dependencies")
    return said


def _wrong(member: str) -> Refused:
    return refuse(
        Category.INVALID,
        "package.manifest",
        phrases.BAD_MANIFEST,
        code="structure",
        location="package/package.json",
        member=member,
    )
