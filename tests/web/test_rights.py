"""Guards every page and every form, for each role: who may, who may not, and who is nobody. What is
allowed is written down here once more, by hand: a right given by mistake must fail a test.
"""

import pytest
from tests.web.conftest import Entrance, Site, token_of

from hygie.web.app import DOORS, PAGES, STAGED

VISITORS = ("physician", "nurse", "technician", "administrator", "auditor")
ANYBODY = frozenset(VISITORS)
CARE, FLOWS = frozenset({"physician", "nurse"}), frozenset({"technician"})
JUDGES = frozenset({"administrator", "auditor"})
ALLOWED = {
    "": ANYBODY, "deconnexion": ANYBODY, "confirmation": ANYBODY, "moi": ANYBODY, "verrou": ANYBODY,
    "terminologie": ANYBODY, "autorisation": CARE,
    "patients": CARE, "presents": CARE, "droits": ANYBODY, "droits/simulateur": JUDGES,
    "applications": frozenset({"administrator"}), "comptes": frozenset({"administrator"}),
    "comptes/revue": JUDGES, "comptes/revue/confirmation": JUDGES, "comptes/revue/export": JUDGES,
    "bris-de-glace": frozenset({"auditor"}), "traces": frozenset({"auditor"}),
    "flux": FLOWS, "sources": FLOWS, "routes": FLOWS, "declaration": FLOWS, "messages": FLOWS,
    "quarantaine": FLOWS, "contenus": FLOWS, "regles": FLOWS, "outils": FLOWS,
    "correspondances": FLOWS,
}  # fmt: skip
"""By the first part of the path, or the whole of it."""
NAMES = {
    "{patient}": "aubin", "{result}": "r-2823-3-5", "{document}": "d-lettre", "{kind}": "Condition",
    "{resource}": "x", "{source}": "gam", "{route}": "labo", "{entry:int}": "1",
    "{provider}": "psc", "{application}": "courbes", "{account}": "physician",
}  # fmt: skip
TARGETS = [(method, path) for method, path, *_ in (*PAGES, *STAGED)]
FORMS = [path for method, path in TARGETS if method == "POST"]
HEALTH = ("ARCANGUES", "ESCALIER", "80419999")
"""Of the patients of this site, and of its messages."""


def target(path: str) -> str:
    for name, value in NAMES.items():
        path = path.replace(name, value)
    assert "{" not in path, f"{path}: a name is missing from this table"
    return path


def allowed(path: str) -> frozenset[str]:
    return ALLOWED.get(path[1:]) or ALLOWED[path.split("/")[1]]


def test_nothing_is_open_but_the_entrance() -> None:
    """A page that whoever knows its address can read."""
    ways = {"", "/cle", "/par/{provider}", "/retour/{provider}", "/fin/{provider}"}
    entrance = {f"/connexion{way}" for way in ways}
    assert {path for _, path, _ in DOORS} == {*entrance, "/oauth/authorize", "/invitation"}
    assert {path.split("/")[1] for _, path in TARGETS} == {path.split("/")[0] for path in ALLOWED}


@pytest.mark.parametrize("role", VISITORS)
async def test_each_role_is_shut_out_of_all_that_is_not_its_work(
    enter: Entrance, role: str
) -> None:
    """A form that acts, or a page that tells, for somebody whose menu only does not show it."""
    browser = await enter(role)
    refused = [(method, path) for method, path in TARGETS if role not in allowed(path)]
    assert refused
    for method, path in refused:
        for headers in ({}, {"hx-request": "true"}):
            answer = await browser.request(method, target(path), headers=headers)
            assert answer.status_code == 403, f"{method} {path}"
            assert not [name for name in HEALTH if name in answer.text], f"{method} {path}"


async def test_who_has_no_session_gets_nothing(site: Site) -> None:
    """The same for a stranger, and for somebody with a session that was made up."""
    for cookies in ({}, {"hygie-session": "A" * 43}, {"__Host-hygie-session": "A" * 43}):
        async with site.visitor() as browser:
            browser.cookies.update(cookies)
            for method, path in TARGETS:
                answer = await browser.request(method, target(path), data={"jeton": "x"})
                place = (answer.status_code, answer.headers.get("location"), answer.text)
                assert place == (303, "/connexion", ""), f"{method} {path}"


@pytest.mark.parametrize("role", VISITORS)
async def test_who_may_act_acts_only_by_a_form_of_ours(enter: Entrance, role: str) -> None:
    """A link or a page elsewhere that acts in the name of somebody who is signed in, and may."""
    browser = await enter(role)
    token = token_of((await browser.get("/moi/securite")).text)
    forged = (
        ({"autre": ""}, {}), ({"jeton": "x"}, {}), ({"jeton": "AAAA" * 16}, {}),
        ({"jeton": token}, {"sec-fetch-site": "cross-site"}),
        ({"jeton": token}, {"sec-fetch-site": "same-site"}),
    )  # fmt: skip
    for path in (path for path in FORMS if role in allowed(path)):
        for fields, headers in forged:
            answer = await browser.post(target(path), data=fields, headers=headers)
            assert answer.status_code == 403, f"{path} {sorted(fields)} {headers}"


async def test_a_page_is_no_way_to_act(enter: Entrance) -> None:
    """An address that acts when it is followed, as an image of a mail is."""
    browser = await enter("technician")
    shown = {path for method, path in TARGETS if method == "GET"}
    for path in (path for path in FORMS if path not in shown):
        answer = await browser.get(target(path))
        assert answer.status_code in {404, 405}, path
