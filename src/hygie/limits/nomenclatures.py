"""Bounds on the files of nomenclatures, and on the books that are made of them."""

from typing import Final

MAX_NOMENCLATURE_BYTES: Final = 8 * 1024 * 1024 * 1024
"""One file of a nomenclature, unpacked: the whole history of SNOMED CT has files of 3 GB."""
MAX_NOMENCLATURE_FILES: Final = 10_000
"""Files given for one nomenclature, those in folders and archives counted."""
MAX_NOMENCLATURE_RATIO: Final = 100
"""Unpacked to packed, beyond FREE_UNPACKED_BYTES: tables of codes are packed up to 20 times."""
MAX_NOMENCLATURE_LINE_CHARACTERS: Final = 1024 * 1024
"""One line of a table; the longest of those published have 40,000."""
MAX_NOMENCLATURE_RECORD_BYTES: Final = 4 * 1024 * 1024
"""One concept of an XML file, with all that is said of it."""
MAX_NOMENCLATURE_CONCEPTS: Final = 5_000_000
"""Concepts of one version of a system: SNOMED CT has some 500,000, old ones counted."""
MAX_NOMENCLATURE_PIECES: Final = 50_000_000
"""What the files say of them, line by line: concepts, designations, properties."""
MAX_CODE_CHARACTERS: Final = 512
"""A code of a loaded nomenclature; SNOMED CT's have 18, those of MIME types 100."""
MAX_NOMENCLATURE_NOTES: Final = 20
"""Doubts of one kind that a load names (codes twice, parents not there); it counts them all."""
MAX_BOOKS: Final = 500
"""Kept in one data directory: the French reference sets are some 200."""
MAX_SEARCH_WORDS: Final = 16
"""Words of a text that concepts are searched by; the others are left out."""
RANKED_CONCEPTS: Final = 400
"""Concepts found by a text that are ranked by how like it they are; those after them come shortest
first. A person looks at twenty."""
