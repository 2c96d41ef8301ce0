"""The tables that come with Hygie, compiled once."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from hygie.fhir.definitions.registry import r4
from hygie.intake.mapping.conversions import FIELDS
from hygie.intake.mapping.engine import Tables
from hygie.intake.mapping.engine.conversion import Conversions
from hygie.intake.mapping.engine.model import CodeList, CodeLists, Table, read, read_table
from hygie.intake.mapping.engine.rules import Surroundings
from hygie.intake.mapping.functions import FUNCTIONS

CODES: Final = "codes"
"""Name of the file of lists of codes, beside the tables."""


@cache
def shipped() -> Tables:
    """For every source that adapts nothing. Compiling takes some ms."""
    return Tables(shipped_tables(), Surroundings(CONVERSIONS, shipped_codes(), r4()))


CONVERSIONS: Final = Conversions(FIELDS, FUNCTIONS)


def shipped_tables() -> Mapping[str, Table]:
    """As they are written, by name."""
    return {name: read_table(text, name) for name, text in _files().items() if name != CODES}


def shipped_codes() -> Mapping[str, CodeList]:
    return read(_files()[CODES], CODES, CodeLists).list


@cache
def _files() -> Mapping[str, str]:
    folder = resources.files("hygie.intake.mapping").joinpath("tables")
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_text("utf-8") for file in found}
