"""Books: one version of one code system, in one file that is read and never held in memory."""

from hygie.nomenclature.books.book import Book
from hygie.nomenclature.books.header import Header, Note, Source
from hygie.nomenclature.books.piece import Piece

__all__ = ["Book", "Header", "Note", "Piece", "Source"]
