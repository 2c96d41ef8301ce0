"""Guards what only a browser shows: the policy holds, the keyboard suffices, nothing overflows."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from tests.web.conftest import PASSWORD, Site

from hygie.access.lifecycle.facts import Facts

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
RECORD = "/patients/aubin"
PAGES = (
    "/", "/patients", "/presents?unite=", RECORD, f"{RECORD}/chronologie", f"{RECORD}/resultats",
    f"{RECORD}/resultats/r-2823-3-5", f"{RECORD}/sejours", f"{RECORD}/documents",
    f"{RECORD}/documents/d-cda", f"{RECORD}/acces", f"{RECORD}/applications", "/moi/securite",
    "/moi/applications", "/moi/securite/application", "/droits",
)  # fmt: skip
TECHNICIAN = (
    "/flux", "/messages", "/messages/1", "/messages/1?vue=texte", "/quarantaine",
    "/quarantaine/1", "/sources", "/sources/gam", "/declaration/source",
    "/declaration/source/gam", "/routes", "/declaration/route", "/outils/fhirpath", "/terminologie",
    "/terminologie/nomenclature?url=http://hl7.org/fhir/administrative-gender&code=male",
    "/terminologie/jeu?url=http://hl7.org/fhir/ValueSet/administrative-gender", "/correspondances",
)  # fmt: skip
AUDITOR = (
    "/traces", "/traces/inhabituelles", "/bris-de-glace", "/comptes/revue", "/droits/simulateur",
    "/droits/simulateur?question=dossier&compte=nurse&patient=aubin",
    "/droits/simulateur?question=lecteurs&patient=aubin&refus=1",
)  # fmt: skip
ADMINISTRATOR = (
    "/comptes", "/comptes/nouveau", "/comptes/compte/nurse", "/comptes/compte/administrator",
    "/comptes/import", "/comptes/revue", "/applications",
    "/droits/simulateur?question=lecteurs&situation=team&type=DocumentReference",
)  # fmt: skip
EVERY = (
    ("physician", PAGES), ("technician", TECHNICIAN), ("auditor", AUDITOR),
    ("administrator", ADMINISTRATOR),
)  # fmt: skip


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[str]:
    """The application on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(site.app, log_level="error", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(site: Site) -> AsyncIterator[tuple[Any, str]]:
    async with served(site) as address, playwright.async_playwright() as driver:
        launched = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched, address
        await launched.close()


async def focus_on(page: Any, name: str) -> None:
    """Waits for the keyboard's place: it moves a moment after the page is there."""
    await page.wait_for_function("name => document.activeElement.id === name", arg=name)


async def reach(page: Any, name: str) -> None:
    """By Tab alone, from where the keyboard is."""
    for _ in range(60):
        if await page.evaluate("document.activeElement.id") == name:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(name)


async def signed_in(
    launched: Any, address: str, role: str, **options: Any
) -> tuple[Any, list[str]]:
    """A page after sign-in by keyboard alone, and what the browser complained of."""
    context = await launched.new_context(base_url=address, **options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto("/connexion")
    await focus_on(page, "compte")
    await page.keyboard.type(role)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".whoami")
    return page, complaints


async def test_a_record_is_reached_by_keyboard_alone(browser: tuple[Any, str]) -> None:
    """Hands stay on the keyboard in a ward; some people have no other way."""
    page, complaints = await signed_in(*browser, "physician")
    await focus_on(page, "naissance")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("/")
    await focus_on(page, "naissance")
    await page.keyboard.type("030251")
    await page.keyboard.press("Tab")
    await page.keyboard.type("levesque")
    await page.keyboard.press("Enter")
    await focus_on(page, "titre-trouves")
    assert "Aucun dossier" in await page.inner_text("main")
    await page.keyboard.press("/")
    await focus_on(page, "naissance")
    await page.keyboard.press("Tab")
    await page.keyboard.type("aub")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".found a")
    await focus_on(page, "titre-trouves")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".banner")
    assert page.url.endswith(RECORD)
    await page.click("text=Résultats >> nth=0")
    await page.wait_for_selector("h1:has-text('Résultats')")
    await page.go_back()
    await page.wait_for_selector("text=Dernières constantes")
    assert complaints == []


async def test_a_right_is_simulated_by_keyboard_alone(browser: tuple[Any, str]) -> None:
    """An answer that is read aloud to nobody; an address that says who was asked about."""
    page, complaints = await signed_in(*browser, "auditor")
    await page.goto("/droits/simulateur")
    await page.keyboard.press("/")
    await focus_on(page, "personne")
    await page.keyboard.type("compte nurse")
    await reach(page, "adresse")
    await page.keyboard.type("/patients/aubin")
    await page.keyboard.press("Enter")
    await focus_on(page, "titre-reponse")
    assert "Compte nurse" in await page.inner_text("#titre-reponse")
    assert page.url.endswith("?question=dossier&compte=nurse&patient=aubin")
    await page.reload()
    assert "Dossier clinique" in await page.inner_text("main")
    assert complaints == []


async def test_nothing_of_a_record_stays_in_the_browser(browser: tuple[Any, str]) -> None:
    """The next person at a shared workstation must find nothing."""
    page, _ = await signed_in(*browser, "physician")
    await page.goto(RECORD)
    await page.click("text=Chronologie")
    await page.wait_for_selector("h1:has-text('Chronologie')")
    kept = await page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "ARCANGUES" not in kept
    assert "history-cache" not in kept


@pytest.mark.parametrize("width", [320, 1280])
async def test_no_page_overflows_or_breaks_the_policy(browser: tuple[Any, str], width: int) -> None:
    """A result beyond the edge of the screen is a result not seen."""
    viewport = {"width": width, "height": 700}
    for role, paths in EVERY:
        page, complaints = await signed_in(*browser, role, viewport=viewport)
        for path in paths:
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_background(browser: tuple[Any, str], scheme: str) -> None:
    """WCAG 2.2 §1.4.3: 4.5 to 1, in bright wards and at night."""
    for role, paths in EVERY:
        page, _ = await signed_in(*browser, role, color_scheme=scheme)
        for path in paths:
            await page.goto(path)
            assert await page.evaluate(CONTRAST) == [], path


async def test_a_glass_is_broken_by_keyboard(browser: tuple[Any, str], site: Site) -> None:
    """An emergency at night, and a form that wants a mouse."""
    page, complaints = await signed_in(*browser, "nurse")
    await page.goto(RECORD)
    await focus_on(page, "raison")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Garde, patient inconscient, antécédents nécessaires.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".banner")
    assert page.url.endswith(RECORD)
    await page.click("text=Refermer le dossier")
    await page.wait_for_selector("h1:has-text('Trouver un patient')")
    assert complaints == []
    pool = site.access.invitations.pool
    gone = "DELETE FROM hygie.broken_glass WHERE account = 'nurse' AND closed IS NOT NULL"
    assert await pool.execute(gone) == "DELETE 1"


async def test_an_invitation_is_answered_from_its_link(
    browser: tuple[Any, str], site: Site
) -> None:
    """A code of 24 characters that is typed wrong three times; or one that stands in a log."""
    facts = Facts(display="Zoé Blin", role="technician")
    await site.access.lifecycle.arrive("zoe", facts, by=site.context)
    code = (await site.access.invite("zoe", by=site.context)).code
    launched, address = browser
    page = await (await launched.new_context(base_url=address)).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"/invitation#{code}")
    assert await page.input_value("#code") == code
    assert page.url == f"{address}/invitation"
    await page.keyboard.press("Enter")
    await focus_on(page, "nouveau")
    await page.keyboard.type("Girafe-Lucarne-2026")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Girafe-Lucarne-2026")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".whoami >> text=Zoé Blin")
    assert not [url for url in asked if code in url]


async def test_a_replay_shows_its_outcome_in_place(browser: tuple[Any, str]) -> None:
    """The message must stay in sight while its fate changes."""
    page, complaints = await signed_in(*browser, "technician")
    await page.goto("/quarantaine/1")
    await page.click("text=Rejouer")
    await page.wait_for_selector("text=encore arrêté")
    assert await page.is_visible(".segments")
    assert complaints == []


async def test_sources_are_run_by_keyboard_while_they_refresh(browser: tuple[Any, str]) -> None:
    """Every five seconds the table is another: whoever tabs through it is thrown to the top."""
    page, complaints = await signed_in(*browser, "technician")
    await page.goto("/sources")
    await reach(page, "source-gam")
    await page.evaluate("document.getElementById('sources').dataset.before = 'yes'")
    await page.wait_for_selector("#sources:not([data-before])")
    await focus_on(page, "source-gam")
    await page.keyboard.press("Tab")
    await focus_on(page, "marche-gam")
    await page.keyboard.press("Shift+Tab")
    await focus_on(page, "source-gam")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#titre-versions", timeout=5_000)
    assert await page.is_visible(".whoami")
    assert page.url.endswith("/sources/gam")
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_an_expression_is_evaluated_while_it_is_written(
    browser: tuple[Any, str], width: int, scheme: str
) -> None:
    """A technician learns by trying: what is found, what is wrong and where, without a detour."""
    viewport = {"width": width, "height": 700}
    page, complaints = await signed_in(
        *browser, "technician", viewport=viewport, color_scheme=scheme
    )
    await page.goto("/outils/fhirpath")
    await page.click("text=Téléphones")
    await page.wait_for_selector(".items >> text=01 99 00 00 01")
    assert await page.input_value("#expression") == "Patient.telecom.where(system = 'phone').value"
    assert len(await page.query_selector_all(".tree .hit")) == 2
    for expression, told in (
        ("Patient.name.given.trace('x') | Patient.birthDate", "#titre-traces"),
        ("Patient.name.where(use = 'official'", ".pointed mark"),
        ("Patient.photo.url", "text=collection vide"),
    ):
        await page.fill("#expression", expression)
        await page.wait_for_selector(told)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(CONTRAST) == []
    await page.fill("#expression", "1 + 1")
    await page.press("#expression", "Control+Enter")
    await page.wait_for_selector(".items >> text=calculé")
    assert await page.inner_text("#annonce") == "1 élément"  # said by screen readers
    assert page.url.endswith("/outils/fhirpath")
    assert complaints == []


async def test_an_expression_is_tried_without_scripts(browser: tuple[Any, str]) -> None:
    """A locked-down workstation must not lose the tool."""
    page, _ = await signed_in(*browser, "technician", java_script_enabled=False)
    await page.goto("/outils/fhirpath")
    await page.click("text=Majeur ?")
    await page.wait_for_selector(".items >> text=true")
    await page.fill("#expression", "name.family")
    await page.click("text=Évaluer")
    await page.wait_for_selector(".items >> text=DELMAS")
    assert "ARNOUX" in await page.input_value("#ressource")


CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126*channel(r) + 0.7152*channel(g) + 0.0722*channel(b);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const own = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.offsetParent && own(node))
    .map((node) => {
      const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.textContent.trim()];
    })
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, text]) => `${ratio.toFixed(2)} ${text}`);
}"""
"""Texts whose contrast with what is behind them is below 4.5."""
