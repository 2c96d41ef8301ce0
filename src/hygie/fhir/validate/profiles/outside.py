"""What the check of one profile needs of the others."""

from typing import Any, Protocol

from hygie.fhir.definitions import Registry
from hygie.fhir.validate.report import Place, Report


class Outside(Protocol):
    """The profiles that are known. `near` is the package that names one."""

    registry: Registry

    def check(
        self, canonical: str, value: Any, place: Place, report: Report, near: str = ""
    ) -> None: ...

    def conforms(self, canonical: str, value: Any, report: Report, near: str = "") -> bool: ...

    def resolve(self, reference: str, report: Report, /) -> Any:
        """The resource that a reference names; None where there is none."""
        ...
