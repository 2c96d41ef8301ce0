"""« Courbes » among the applications of the house."""

from typing import Any, Final

from hygie.access import Access
from hygie.access.smart.model import Application
from hygie.demo.curves.serving import Site
from hygie.demo.sources import CONTEXT

NAME: Final = "Courbes (démonstration)"
SCOPES: Final = "patient/Patient.r patient/Observation.rs"
ROLES: Final = ("physician", "nurse")


async def register(access: Access, site: Site) -> None:
    """At its address of today; tells the site by which name it is known."""
    known = await _ours(access)
    same = [one for one in known if one.redirects == (_redirect(site),)]
    await _suspend(access, [one for one in known if one not in same[:1]])
    if same:
        site.client = same[0].id
        return
    made, _ = await access.smart.registry.create(metadata(site), ROLES, by=CONTEXT)
    site.client = made.id


async def withdraw(access: Access) -> None:
    """Where it is not served, it is not to be opened."""
    await _suspend(access, await _ours(access))


def metadata(site: Site) -> dict[str, Any]:
    return {
        "client_name": NAME, "redirect_uris": [_redirect(site)],
        "launch_uri": f"{site.address}/launch.html", "client_uri": f"{site.address}/",
        "token_endpoint_auth_method": "none", "scope": SCOPES,
    }  # fmt: skip


async def _ours(access: Access) -> list[Application]:
    """Those in force."""
    found = await access.smart.registry.list()
    return [one for one in found if one.name == NAME and one.state == "approved"]


async def _suspend(access: Access, applications: list[Application]) -> None:
    for one in applications:
        await access.smart.registry.suspend(one.id, by=CONTEXT)


def _redirect(site: Site) -> str:
    return f"{site.address}/index.html"
