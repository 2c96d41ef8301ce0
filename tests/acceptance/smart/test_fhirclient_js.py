"""A small SMART app on npm's `fhirclient`, in a real browser: launched, reads, searches, renews."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.acceptance.house import PASSWORD, House
from tests.acceptance.smart.conftest import SCOPES, made
from tests.npm import installed

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.slow,
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
LAUNCH = """<!doctype html><script src="fhir-client.js"></script><script>
FHIR.oauth2.authorize({{clientId: "{client}", scope: "{scope}", redirectUri: "{site}/index.html",
  pkceMode: "required", {iss} }});
</script>"""
INDEX = """<!doctype html><pre id="said"></pre><script src="fhir-client.js"></script><script>
FHIR.oauth2.ready().then(async client => {
  const said = {patient: client.patient.id, scope: client.state.tokenResponse.scope};
  said.family = (await client.patient.read()).name[0].family;
  const found = await client.patient.request("Observation");
  said.found = found.total ?? found.entry.length;
  const other = client.patient.id === "paul" ? "jeanne" : "paul";
  said.others = await client.request("Patient/" + other)
    .then(() => "read", error => error.status ?? error.statusCode);
  const before = client.state.tokenResponse.access_token;
  await client.refresh();
  said.renewed = client.state.tokenResponse.access_token !== before;
  said.again = (await client.patient.read()).name[0].family;
  window.token = client.state.tokenResponse.access_token;
  window.refresh = client.state.tokenResponse.refresh_token;
  document.getElementById("said").textContent = JSON.stringify(said);
}).catch(error => { document.getElementById("said").textContent = "failed: " + error; });
</script>"""
Site = Callable[..., tuple[str, str]]


@pytest.fixture
def site(smart_house: House, pages: tuple[Path, str]) -> Site:
    """The app's address and identifier."""
    folder, address = pages
    build = installed("fhirclient", "2.6.3") / "node_modules" / "fhirclient" / "build"
    shutil.copy(build / "fhir-client.js", folder)

    def write(name: str, scope: str, iss: str = "") -> tuple[str, str]:
        said = made(
            smart_house, "--name", name, "--redirect", f"{address}/index.html",
            "--launch", f"{address}/launch.html", "--scope", SCOPES,
        )  # fmt: skip
        page = LAUNCH.format(
            client=said["client_id"], scope=scope, site=address, iss=f'iss: "{iss}"' if iss else ""
        )
        (folder / "launch.html").write_text(page)
        (folder / "index.html").write_text(INDEX)
        return address, said["client_id"]

    return write


@pytest.fixture
def page(smart_house: House) -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = launched.new_context(base_url=smart_house.address, locale="fr-FR")
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        yield page
        launched.close()


def sign_in(page: Any) -> None:
    page.fill("#compte", "claire")
    page.fill("#secret", PASSWORD)
    page.keyboard.press("Enter")


def said(page: Any) -> dict[str, Any]:
    page.wait_for_function("document.getElementById('said')?.textContent", timeout=30_000)
    text = page.evaluate("document.getElementById('said').textContent")
    assert text.startswith("{"), (text, page.complaints)
    return dict(page.evaluate("JSON.parse(document.getElementById('said').textContent)"))


def test_standalone_a_person_chooses_the_patient(smart_house: House, site: Site, page: Any) -> None:
    """Guards: an app started on its own that gets nowhere, or at more than one patient; and one
    that is revoked and reads on."""
    base = f"{smart_house.address}/fhir"
    address, client = site(
        "Courbes", "launch/patient patient/*.rs openid fhirUser offline_access", base
    )
    page.goto(f"{address}/launch.html")
    page.wait_for_url(f"{smart_house.address}/connexion")
    sign_in(page)
    page.wait_for_url(f"{smart_house.address}/autorisation")
    assert page.get_by_role("heading", name="Autoriser « Courbes »").is_visible()
    page.fill("#naissance", "03/02/1951")
    page.fill("#nom", "arcangues")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Choisir").click()
    assert page.get_by_text("Lire tout le dossier du patient choisi").is_visible()
    assert page.get_by_text("ARCANGUES").is_visible()
    page.get_by_role("button", name="Autoriser").click()
    told = said(page)
    assert told["patient"] == "jeanne"
    assert told["family"] == told["again"] == "ARCANGUES"
    assert told["found"] == 3
    assert told["others"] == 404
    assert told["renewed"] is True
    assert not [one for one in page.complaints if "Content Security Policy" in one]

    token = {"Authorization": f"Bearer {page.evaluate('window.token')}"}
    assert httpx.get(f"{base}/Patient/jeanne", headers=token).status_code == 200
    assert httpx.post(f"{base}/Observation", headers=token, json={}).status_code in (403, 415)
    form = {"token": page.evaluate("window.refresh"), "client_id": client}
    assert httpx.post(f"{smart_house.address}/oauth/revoke", data=form).status_code == 200
    assert httpx.get(f"{base}/Patient/jeanne", headers=token).status_code == 401


def test_from_a_record_the_patient_is_the_record_s(
    smart_house: House, site: Site, page: Any
) -> None:
    """Guards: an app opened from a record for somebody else; and a permission that its person
    cannot take back."""
    site("Suivi", "launch patient/Observation.rs patient/Patient.rs online_access")
    page.goto("/connexion")
    sign_in(page)
    page.wait_for_url(f"{smart_house.address}/")
    page.goto("/patients/paul")
    page.get_by_role("link", name="Applications").click()
    page.get_by_role("button", name="Ouvrir Suivi").click()
    page.wait_for_url(f"{smart_house.address}/autorisation")
    assert page.get_by_text("ESCALIER").is_visible()
    page.get_by_role("button", name="Autoriser").click()
    told = said(page)
    assert (told["patient"], told["family"], told["others"]) == ("paul", "ESCALIER", 404)
    assert told["scope"] == "patient/Observation.rs patient/Patient.rs launch online_access"
    token = {"Authorization": f"Bearer {page.evaluate('window.token')}"}
    page.goto(f"{smart_house.address}/moi/applications")
    page.get_by_role("button", name="Retirer l’autorisation de Suivi").click()
    page.wait_for_load_state()
    address = f"{smart_house.address}/fhir/Patient/paul"
    for _ in range(30):
        if httpx.get(address, headers=token).status_code == 401:
            break
        page.wait_for_timeout(100)
    assert httpx.get(address, headers=token).status_code == 401


def test_who_says_no_gives_nothing(smart_house: House, site: Site, page: Any) -> None:
    """Guards: an app that is answered with more than a no."""
    address, _ = site("Curieuse", "patient/*.rs launch/patient", f"{smart_house.address}/fhir")
    page.goto(f"{address}/launch.html")
    page.wait_for_url(f"{smart_house.address}/connexion")
    sign_in(page)
    page.get_by_role("button", name="Refuser").click()
    page.wait_for_url(f"{address}/index.html?error=access_denied*")
