"""Hygie: the open health-information system of a French establishment."""

__version__ = "0.1.0"
