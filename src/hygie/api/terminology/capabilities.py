"""TerminologyCapabilities (R4): which code systems are known, how value sets are expanded."""

from typing import Any, Final

from hygie import __version__
from hygie.fhir.terminology.catalogue import Catalogue

EXPANSION: Final = (
    "activeOnly", "check-system-version", "count", "default-valueset-version", "designation",
    "displayLanguage", "excludeNested", "filter", "force-system-version", "includeDefinition",
    "includeDesignations", "offset", "property", "system-version", "tx-resource", "useSupplement",
)  # fmt: skip
TEXT_FILTER: Final = (
    "Every word, or one that begins with it, in the code, a display or a designation; case, "
    "accents and order do not count; best first."
)
Json = dict[str, Any]


def terminology_capabilities(catalogue: Catalogue, base: str, since: str) -> Json:
    """Of what is published: packages and loaded nomenclatures, not an establishment's own codes,
    since whoever asks may be anybody. `since`: a dateTime."""
    return {
        "resourceType": "TerminologyCapabilities",
        "status": "active",
        "date": since,
        "kind": "instance",
        "software": {"name": "Hygie", "version": __version__},
        "implementation": {"description": "Hygie", "url": base},
        "lockedDate": False,
        "codeSystem": [_system(catalogue, url) for url in catalogue.urls("CodeSystem")],
        "expansion": {
            "hierarchical": True,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": name} for name in EXPANSION],
            "textFilter": TEXT_FILTER,
        },
        "codeSearch": "all",
        "validateCode": {"translations": True},
        "translation": {"needsMap": True},
        "closure": {"translation": False},
    }


def _system(catalogue: Catalogue, url: str) -> Json:
    versions = [{"code": one} for one in catalogue.versions("CodeSystem", url) if one]
    return {"uri": url} | ({"version": versions} if versions else {})
