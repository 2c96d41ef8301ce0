"""The pages, attacked: hostile names, guessed passwords, forged forms, stolen cookies."""

import httpx
import pytest
from tests.acceptance.conftest import Intake
from tests.acceptance.house import PASSWORD, House, proof, sign_in

BEHIND = ("/", "/patients", "/patients/x", "/patients/x/acces", "/flux", "/quarantaine")


def test_a_stranger_sees_the_door_only(house: House) -> None:
    """Guards: a page that shows itself to who has not signed in."""
    with house.visitor() as browser:
        for path in BEHIND:
            answer = browser.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/connexion"), path
        for path in ("/patients", "/quarantaine/1/rejeu", "/deconnexion"):
            assert browser.post(path, data={}).headers["location"] == "/connexion", path


def test_the_session_is_for_this_browser_and_this_site(house: House) -> None:
    """Guards: a session that a script, another site or a plain link can take."""
    with house.visitor() as browser:
        given = sign_in(browser, "claire").headers.get_list("set-cookie")
    [cookie] = [line for line in given if line.startswith(("hygie=", "__Host-hygie="))]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    assert "path=/" in cookie.lower()
    assert "domain" not in cookie.lower()


def test_a_session_that_is_left_is_over(house: House) -> None:
    """Guards: a cookie that still opens after "sign out"."""
    with house.reader("claire") as browser:
        kept = dict(browser.cookies)
        home = browser.get("/")
        browser.post("/deconnexion", data={"jeton": proof(home)})
        with httpx.Client(base_url=house.address, cookies=kept) as thief:
            assert thief.get("/").headers.get("location") == "/connexion"


def test_a_form_without_its_proof_is_refused(house: House) -> None:
    """Guards: another site that acts in the name of who is signed in."""
    search = {"nom": "kervoalen"}
    with house.reader("claire") as browser, house.reader("claire") as other:
        foreign = proof(other.get("/patients"))
        for form in (search, search | {"jeton": ""}, search | {"jeton": foreign}):
            answer = browser.post("/patients", data=form)
            assert answer.status_code == 403
            assert "KERVOALEN" not in answer.text
        right = search | {"jeton": proof(browser.get("/patients"))}
        crossed = browser.post("/patients", data=right, headers={"Sec-Fetch-Site": "cross-site"})
        assert crossed.status_code == 403
        assert browser.post("/patients", data=right).status_code == 200
    with house.visitor() as browser:
        answer = browser.post("/connexion", data={"compte": "claire", "secret": PASSWORD})
        assert answer.status_code == 403
        assert "hygie=" not in answer.headers.get("set-cookie", "").replace("hygie-entree=", "")


def test_guessing_a_password_is_slowed(house: House) -> None:
    """Guards: a password found by trying."""
    with house.visitor() as browser:
        tried = [sign_in(browser, "adele", f"wrong-{n}").status_code for n in range(10)]
        assert set(tried) == {401}
        locked = sign_in(browser, "adele")
        assert locked.status_code == 429
        assert "location" not in locked.headers
        unknown = sign_in(browser, "nobody-of-this-name", "wrong").text
        known = sign_in(browser, "thierry", "wrong").text
    assert said(unknown) == said(known)


def said(page: str) -> str:
    """The alert of a page."""
    return page.partition('role="alert"')[2].partition("</div>")[0]


def test_a_name_that_is_a_script_is_shown_as_text(house: House, intake: Intake) -> None:
    """Guards: a message that runs in the browser of whoever looks at it."""
    with house.reader("claire") as browser:
        form = {"jeton": proof(browser.get("/patients")), "naissance": "09/05/1971", "nom": ""}
        found = browser.post("/patients", data=form)
        assert "&lt;script" in found.text.lower()
        link = found.text.partition('href="/patients/')[2].partition('"')[0]
        pages = [found, *(browser.get(f"/patients/{link}{part}") for part in RECORD)]
    with house.reader("thierry") as browser:
        [entry] = intake.of("wrong-hostile")
        said = {"raison": "mending", "motif": "Lire ce que dit ce message"}
        browser.post("/contenus", data={"jeton": proof(browser.get("/contenus")), **said})
        pages += [browser.get("/quarantaine"), browser.get(f"/quarantaine/{entry['id']}")]
        assert "&lt;script" in pages[-1].text.lower()
    for page in pages:
        assert page.status_code == 200, page.url
        assert "<script>alert" not in page.text.lower(), page.url
        assert "1962<b>" not in page.text.lower(), page.url
        assert "14" not in page.text.partition("ALERT")[2][:20], page.url
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]


RECORD = ("", "/chronologie", "/resultats", "/sejours", "/documents", "/acces")


def test_each_role_keeps_to_its_pages(house: House, intake: Intake) -> None:
    """Guards: a technician who reads records, a clinician who reads the flows."""
    with house.reader("claire") as clinician, house.reader("thierry") as technician:
        assert clinician.get("/patients").status_code == 200
        assert clinician.get("/quarantaine").status_code == 403
        assert clinician.get("/flux").status_code == 403
        assert technician.get("/quarantaine").status_code == 200
        assert technician.get("/patients").status_code == 403
        assert technician.get("/patients/x").status_code == 403


def test_looking_at_a_record_is_seen_in_the_record(house: House, intake: Intake) -> None:
    """Guards: a colleague who looks without reason, and nobody can see it."""
    with house.reader("claire") as browser:
        form = {"jeton": proof(browser.get("/patients")), "nom": "kervoa", "naissance": ""}
        found = browser.post("/patients", data=form)
        patient = found.text.partition('href="/patients/')[2].partition('"')[0]
        browser.get(f"/patients/{patient}")
        accesses = browser.get(f"/patients/{patient}/acces")
    assert "Mme Claire" in accesses.text
    assert "Passerelle des flux" in accesses.text


@pytest.mark.parametrize(
    "path", ["/patients/nobody", "/patients/%00", "/nothing", "/quarantaine/9"]
)
def test_what_does_not_exist_is_a_page_in_french(house: House, path: str) -> None:
    """Guards: a stack of calls shown to a reader."""
    account = "thierry" if path.startswith("/quarantaine") else "claire"
    with house.reader(account) as browser:
        answer = browser.get(path if path != "/quarantaine/9" else "/quarantaine/999999999999999")
    assert answer.status_code == 404
    assert '<html lang="fr">' in answer.text
    assert "Traceback" not in answer.text
