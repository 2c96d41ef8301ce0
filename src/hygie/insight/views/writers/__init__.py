"""Where rows go: text to a stream, or a file that programs read."""

from hygie.insight.views.writers.formats import FORMATS, Format, Writer, format_of, open_writer

__all__ = ["FORMATS", "Format", "Writer", "format_of", "open_writer"]
