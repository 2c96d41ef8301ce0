"""What a received Bundle asks for: to be carried out, emptied, or kept whole (R4 §2.36).

- transaction, batch: carried out, all of it or nothing. A feed has nobody to read the separate
  answers of a batch.
- collection, searchset: the resources inside are filed, each under its id.
- message: carried out as a message (`intake.messaging`).
- document, history and responses: kept whole, as one Bundle.
"""

from typing import Any, Final

from hygie.intake import phrases
from hygie.refusal import Category, refuse

Resource = dict[str, Any]
_CARRIED_OUT: Final = ("transaction", "batch")
_EMPTIED: Final = ("collection", "searchset")


def as_transaction(bundle: Resource) -> Resource:
    """The transaction to carry out, or the Bundle itself when it is none."""
    kind = bundle.get("type")
    if kind in _CARRIED_OUT:
        return {**bundle, "type": "transaction"}
    if kind in _EMPTIED:
        return _emptied(bundle)
    return bundle


def _emptied(bundle: Resource) -> Resource:
    entries = bundle.get("entry")
    resources = [_request(entry) for entry in entries if _is_content(entry)] if entries else []
    if not resources:
        raise refuse(
            Category.UNPROCESSABLE, "intake.empty-bundle", phrases.NOTHING_IN_BUNDLE,
            location="Bundle.entry", type=str(bundle.get("type")),
        )  # fmt: skip
    return {"resourceType": "Bundle", "type": "transaction", "entry": resources}


def _is_content(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return False
    search = entry.get("search")
    return not (isinstance(search, dict) and search.get("mode") == "outcome")


def _request(entry: Resource) -> Resource:
    resource = entry["resource"]
    kind, identity = resource.get("resourceType"), resource.get("id")
    request = (
        {"method": "PUT", "url": f"{kind}/{identity}"}
        if identity
        else {"method": "POST", "url": str(kind)}
    )
    full_url = {"fullUrl": entry["fullUrl"]} if "fullUrl" in entry else {}
    return {**full_url, "resource": resource, "request": request}
