"""The units that an account may be of, to choose from."""

from typing import Final

from hygie.web.desk import Desk, Visit
from hygie.web.records import Records

OFFERED: Final = (("_count", "200"),)


async def known_units(desk: Desk, visit: Visit) -> list[tuple[str, str]]:
    """Reference and name of each; nothing for a role that does not read the directory."""
    records = Records(desk.store, visit.context)
    found = [
        (f"{kind}/{one['id']}", str(one["name"]))
        for kind in ("Organization", "Location")
        for one in (await records.find(kind, OFFERED)).resources
        if one.get("name")
    ]
    return sorted(found, key=_name)


def _name(unit: tuple[str, str]) -> str:
    return unit[1].casefold()
