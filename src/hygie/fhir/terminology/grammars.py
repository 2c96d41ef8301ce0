"""Systems whose codes are known by rule, not by list; and those whose codes have a form."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from hygie.fhir.path.items import UCUM
from hygie.fhir.path.values.units import unit_of
from hygie.fhir.terminology.check_digits import is_concept_id, is_loinc
from hygie.fhir.terminology.countries import country, is_area, is_subdivision
from hygie.fhir.terminology.membership import Membership, certain

MEDIA_TYPE: Final = re.compile(
    r"(?:(?:application|audio|example|font|haptics|image|message|model|multipart|text|video"
    r"|x-[a-z0-9]{1,30})/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})(?:[ \t]*;[^;]*)*"
    r"|xml|json|ttl)",
    re.IGNORECASE | re.ASCII,
)
"""RFC 6838 §4.2, and the short names of FHIR's own formats (R4 http.html, §3.1.0.1.11)."""
LANGUAGE: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+|i(?:-[a-z0-9]{3,8})+|sgn(?:-[a-z]{2}){2})",
    re.IGNORECASE | re.ASCII,
)
"""RFC 5646 §2.1. No language has a name of four letters or more in its registry."""
MAX_CHARACTERS: Final = 1_024
CURRENCY_LETTERS: Final = 3
_ISO_4217: Final = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN
    BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP
    ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR
    ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF
    XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG ZWL
"""
CURRENCIES: Final = frozenset(_ISO_4217.split())
"""ISO 4217. New ones are made: another code of three capitals is not known to be wrong."""


def _unit(code: str) -> Membership:
    return certain(code not in ("", "{}") and unit_of(code) is not None)


def _media_type(code: str) -> Membership:
    return certain(len(code) <= MAX_CHARACTERS and MEDIA_TYPE.fullmatch(code) is not None)


def _language(code: str) -> Membership:
    return certain(len(code) <= MAX_CHARACTERS and LANGUAGE.fullmatch(code) is not None)


def _uri(code: str) -> Membership:
    """What has no scheme may still be meant relative to something."""
    is_absolute = ":" in code and not any(c.isspace() for c in code)
    return Membership.IN if is_absolute else Membership.UNKNOWN


def _currency(code: str) -> Membership:
    if code in CURRENCIES:
        return Membership.IN
    is_like_one = len(code) == CURRENCY_LETTERS and code.isascii() and code.isupper()
    return Membership.UNKNOWN if is_like_one and code.isalpha() else Membership.OUT


RULES: Final[Mapping[str, Callable[[str], Membership]]] = {
    UCUM: _unit,
    "urn:ietf:bcp:13": _media_type,
    "urn:ietf:bcp:47": _language,
    "urn:ietf:rfc:3986": _uri,
    "urn:iso:std:iso:4217": _currency,
    "urn:iso:std:iso:3166": country,
}
"""System -> whether a text is one of its codes (R4 §4.3.0.1, terminologies-systems.html)."""
FORMS: Final[Mapping[str, Callable[[str], bool]]] = {
    "http://snomed.info/sct": is_concept_id,
    "http://loinc.org": is_loinc,
    "urn:iso:std:iso:3166:-2": is_subdivision,
    "http://unstats.un.org/unsd/methods/m49/m49.htm": is_area,
}
"""System -> whether a text has the form of its codes, which are not here: others are none."""
