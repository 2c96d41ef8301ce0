"""Packages of npm that tests run: installed once, beside the project, and pinned."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hygie-tests"
INSTALL_SECONDS = 120


def installed(package: str, version: str) -> Path:
    """The directory in which node finds `package`. Skips the test, saying why, without node and
    npm, or when the registry is out of reach."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip(f"node and npm are not installed: {package} runs on them")
    folder = CACHE / f"{package.replace('/', '-').replace('@', '')}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules" / package / "package.json").exists():
            _install(folder, f"{package}@{version}")
    return folder


def _install(folder: Path, what: str) -> None:
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        subprocess.run(
            [*command, "--prefix", str(folder), what],
            check=True, capture_output=True, timeout=INSTALL_SECONDS,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        pytest.skip(f"npm could not install {what}")
