"""Shapes and keys of the numbers France gives to persons, professionals and establishments.

Pure functions of the text, as it is exchanged: no spaces.
"""

import re
from typing import Final

MATRICULE_CHARACTERS: Final = 15
MALE: Final = "1379"
FEMALE: Final = "2480"
"""First character of a matricule (Insee; 3, 4, 7 and 8 in waiting or temporary numbers)."""
_MATRICULE: Final = re.compile(r"\d{5}(?:\d\d|2A|2B)\d{8}", re.ASCII)
_COMMUNE: Final = re.compile(r"(?:0[1-9]|[1-9]\d|2A|2B)\d{3}", re.ASCII)
_RPPS: Final = re.compile(r"\d{11}", re.ASCII)
_FINESS: Final = re.compile(r"(?:\d\d|2[AB])\d{7}", re.ASCII)
_SIREN: Final = re.compile(r"\d{9}", re.ASCII)
_SIRET: Final = re.compile(r"\d{14}", re.ASCII)
_LA_POSTE: Final = "35600000000048"
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_ADELI: Final = re.compile(r"(?:\d\d|2[AB]|9[A-F])\d{7}", re.ASCII)


def is_matricule(text: str) -> bool:
    """15 characters: 13 digits, 2A or 2B for Corsica, and two digits of key."""
    return _MATRICULE.fullmatch(text) is not None


def ins_key(text: str) -> str:
    """The key of the first 13 characters of a matricule: 97 - (them mod 97), 2A and 2B as 19, 18.

    The text has the shape of a matricule, its key present or not.
    """
    stem = text[:13]
    if not stem.isdigit():
        stem = stem.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(stem) % 97:02d}"


def has_ins_key(text: str) -> bool:
    """Whether a text is a matricule with its right key."""
    return is_matricule(text) and ins_key(text) == text[13:]


def sex_differs(matricule: str, gender: str) -> bool:
    """Whether a FHIR gender is contradicted by the first digit."""
    if gender == "male":
        return matricule[0] not in MALE
    return gender == "female" and matricule[0] not in FEMALE


def year_differs(matricule: str, birth_date: str) -> bool:
    """Whether a FHIR date has another year of birth than a matricule."""
    return len(birth_date) >= 4 and matricule[1:3] != birth_date[2:4]


def month_differs(matricule: str, birth_date: str) -> bool:
    """Whether a FHIR date has another month; numbers other than 01-12 say that none was known."""
    return (
        len(birth_date) >= 7
        and "01" <= matricule[3:5] <= "12"
        and matricule[3:5] != birth_date[5:7]
    )


def is_commune(text: str) -> bool:
    """Shape of a birth place of the COG: department, commune; 99 and the country for abroad."""
    return _COMMUNE.fullmatch(text) is not None


def luhn_digit(digits: str) -> str:
    """What makes a Luhn number of digits, written after them (ISO/IEC 7812-1, annex B)."""
    return str(-_luhn_sum(digits + "0") % 10)


def _is_luhn(digits: str) -> bool:
    return _luhn_sum(digits) % 10 == 0


def _luhn_sum(digits: str) -> int:
    """Every second digit from the right but one counts double, less 9 when that has two digits."""
    return sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])


def is_rpps(text: str) -> bool:
    """11 digits, the last one their Luhn key."""
    return _RPPS.fullmatch(text) is not None and _is_luhn(text)


def is_finess(text: str) -> bool:
    """9 characters, the last one their Luhn key; Corsican numbers (2A, 2B) by their shape only.

    No published text was found that says how the letter enters the key.
    """
    if _FINESS.fullmatch(text) is None:
        return False
    return text[1] in "AB" or _is_luhn(text)


def is_adeli(text: str) -> bool:
    """9 characters that begin with a department: 2A, 2B, and 9A to 9F overseas."""
    return _ADELI.fullmatch(text) is not None


def is_siren(text: str) -> bool:
    """9 digits, the last one their Luhn key."""
    return _SIREN.fullmatch(text) is not None and _is_luhn(text)


def is_siret(text: str) -> bool:
    """The SIREN of a legal entity, then 5 digits; the last of all is the Luhn key of the 14.

    Establishments of La Poste, other than its head office, have a sum that 5 divides (Insee).
    """
    if _SIRET.fullmatch(text) is None or not _is_luhn(text[:9]):
        return False
    if text[:9] == _LA_POSTE[:9] and text != _LA_POSTE:
        return sum(map(int, text)) % 5 == 0
    return _is_luhn(text)


def is_professional(text: str) -> bool:
    """National identifier of a professional: 0 and an ADELI, 8 and an RPPS; others: not judged."""
    number = text[1:]
    if text[:1] == "8":
        return is_rpps(number)
    return text[:1] != "0" or is_adeli(number)


def is_structure(text: str) -> bool:
    """National identifier of a structure: 1 FINESS, 2 SIREN, 3 SIRET; others: not judged."""
    number = text[1:]
    if text[:1] == "1":
        return is_finess(number)
    if text[:1] == "2":
        return is_siren(number)
    return text[:1] != "3" or is_siret(number)
