"""What data are asked for: purposes of use, by the codes of HL7 v3 (PurposeOfUse). Pure.

One vocabulary: the rights file names them, the decision asks for one, traces and AuditEvents say
it.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, get_args

Purpose = Literal[
    "TREAT", "ETREAT", "HOPERAT", "HPAYMT", "HRESCH", "PUBHLTH", "PATRQT", "HCOMPL",
    "HSYSADMIN", "RECORDMGT",
]  # fmt: skip
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


class Words(NamedTuple):
    """`code`: HL7's own display."""

    code: str
    fr: str


WORDS: Final[Mapping[str, Words]] = {
    "TREAT": Words("treatment", "soins"),
    "ETREAT": Words("Emergency Treatment", "soins urgents (bris de glace)"),
    "HOPERAT": Words("healthcare operations", "fonctionnement de l’établissement"),
    "HPAYMT": Words("healthcare payment", "facturation et codage"),
    "HRESCH": Words("healthcare research", "recherche"),
    "PUBHLTH": Words("public health", "santé publique"),
    "PATRQT": Words("patient requested", "demande du patient"),
    "HCOMPL": Words("health compliance", "contrôle et audit"),
    "HSYSADMIN": Words("health system administration", "administration du système"),
    "RECORDMGT": Words("records management", "conservation des données"),
}
CARE: Final = frozenset({"TREAT", "ETREAT"})
"""Those for which a glass may be broken."""
FORMER: Final[Mapping[str, Purpose]] = {
    "care": "TREAT", "sign-in": "HSYSADMIN", "administration": "HSYSADMIN",
    "maintenance": "HSYSADMIN", "audit": "HCOMPL", "subscription": "HOPERAT",
    "mapping": "HOPERAT", "retention": "RECORDMGT",
}  # fmt: skip
"""What entries were kept with before there were codes: they stay as they are, and read as these."""


def coded(kept: str) -> str:
    """The code of what an entry was kept with; itself, when that is none of ours."""
    return FORMER.get(kept, kept)


def said(kept: str) -> str:
    """In French, for a page."""
    code = coded(kept)
    return WORDS[code].fr if code in WORDS else code
