"""Short proofs that a costly rule is kept. Each implies its rule; none is implied by it."""

from typing import Any


def refers_to_all_contained(resource: dict[str, Any]) -> bool:
    """Whether a Reference somewhere names each contained resource: then dom-3 is kept.

    dom-3 also accepts canonicals, and references the other way: for those it walks the whole
    resource several times for each one contained, as it is written.
    """
    contained = resource["contained"]
    if type(contained) is not list:
        return False
    names = [one.get("id") if type(one) is dict else None for one in contained]
    wanted = {name if type(name) is str else None for name in names}
    waiting: list[Any] = list(resource.values())
    while waiting and wanted:
        value = waiting.pop()
        if type(value) is list:
            waiting += value
        elif type(value) is dict:
            reference = value.get("reference")
            if type(reference) is str and reference[:1] == "#":
                wanted.discard(reference[1:])
            waiting += value.values()
    return not wanted
