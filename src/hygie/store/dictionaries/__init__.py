"""Compression dictionaries shipped with the package: `NNN.dict`, named by a number from 1 to 255.

They are trained on synthetic data only: a dictionary holds fragments of what it saw.
"""

import re
from importlib import resources

_NAME = re.compile(r"(\d{3})\.dict")


def shipped() -> dict[int, bytes]:
    """Number -> dictionary. Numbers are for ever: bodies name theirs."""
    found = {}
    for file in resources.files(__package__).iterdir():
        if match := _NAME.fullmatch(file.name):
            found[int(match[1])] = file.read_bytes()
    return found
