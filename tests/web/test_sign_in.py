"""Guards the door: who gets in, what the browser keeps, and what a stranger learns."""

import pytest
from tests.web.conftest import PASSWORD, Entrance, Site, plain, token_of

from hygie.web.cookies import cookie_name


async def attempt(site: Site, account: str, secret: str) -> tuple[int, str]:
    async with site.visitor() as browser:
        token = token_of((await browser.get("/connexion")).text)
        fields = {"jeton": token, "compte": account, "secret": secret}
        answer = await browser.post("/connexion", data=fields)
        return answer.status_code, plain(answer.text).replace(account, "")


async def test_a_stranger_cannot_tell_which_accounts_exist(site: Site) -> None:
    """A list of accounts is half of a break-in."""
    assert await attempt(site, "physician", "faux") == await attempt(site, "inconnue", "faux")


@pytest.mark.parametrize("secret", ["", "faux", PASSWORD + " ", "a" * 5000])
async def test_a_wrong_password_opens_nothing(site: Site, secret: str) -> None:
    """The obvious one."""
    status, _ = await attempt(site, "physician", secret)
    assert status >= 400


async def test_the_sign_in_form_belongs_to_its_browser(site: Site) -> None:
    """Signing a victim in under another's account makes them write in the wrong name."""
    async with site.visitor() as mine, site.visitor() as other:
        token = token_of((await mine.get("/connexion")).text)
        await other.get("/connexion")
        fields = {"jeton": token, "compte": "physician", "secret": PASSWORD}
        assert (await other.post("/connexion", data=fields)).status_code == 403
        bare = {"compte": "physician", "secret": PASSWORD}
        assert (await mine.post("/connexion", data=bare)).status_code == 403


async def test_the_session_cookie_is_out_of_reach(site: Site, enter: Entrance) -> None:
    """A script, another site or a plain connection must not get it."""
    async with site.visitor() as browser:
        token = token_of((await browser.get("/connexion")).text)
        fields = {"jeton": token, "compte": "physician", "secret": PASSWORD}
        answer = await browser.post("/connexion", data=fields)
    cookies = [c.lower() for c in answer.headers.get_list("set-cookie")]
    session = next(cookie for cookie in cookies if cookie.startswith("hygie="))
    assert "httponly" in session
    assert "samesite=strict" in session
    assert "path=/" in session


async def test_behind_https_cookies_leave_by_no_other_way(site: Site) -> None:
    """A session sent once in clear is a session taken."""
    secure = site.rebuilt(secure=True)
    async with secure.visitor() as browser:
        answer = await browser.get("/connexion")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-hygie-entree=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]
    assert cookie_name("hygie", secure=True) == "__Host-hygie"


async def test_signing_out_ends_the_session_on_the_server(enter: Entrance) -> None:
    """A cookie copied before must not work after."""
    browser = await enter("physician")
    copied = dict(browser.cookies)
    token = token_of((await browser.get("/")).text)
    answer = await browser.post("/deconnexion", data={"jeton": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    browser.cookies.clear()
    browser.cookies.update(copied)
    assert (await browser.get("/")).status_code == 303


async def test_signing_in_again_changes_the_session(enter: Entrance) -> None:
    """A session fixed beforehand by someone else must not become the victim's."""
    first, second = await enter("physician"), await enter("physician")
    assert first.cookies["hygie"] != second.cookies["hygie"]


async def test_someone_already_in_goes_home(enter: Entrance) -> None:
    """Asking for a password twice teaches people to type it anywhere."""
    answer = await (await enter("physician")).get("/connexion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_no_answer_shows_the_password(site: Site) -> None:
    """What was typed wrong is often another site's password."""
    async with site.visitor() as browser:
        token = token_of((await browser.get("/connexion")).text)
        fields = {"jeton": token, "compte": "physician", "secret": "Secret-Ailleurs-77"}
        answer = await browser.post("/connexion", data=fields)
    assert "Secret-Ailleurs-77" not in answer.text
