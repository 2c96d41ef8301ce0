"""What a package says of itself."""

import msgspec


class Manifest(msgspec.Struct, frozen=True):
    """The part of `package.json` that matters here (FHIR NPM packages, §"Package manifest")."""

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
