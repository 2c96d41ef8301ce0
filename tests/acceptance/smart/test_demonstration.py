"""The demonstration's own application, opened from a record in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from tests.acceptance.house import HYGIE, House
from tests.rights import OPEN

CHROMIUM = Path("/usr/bin/chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.slow,
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PATIENTS = 8


class Demonstration(House):
    """`hygie demo`, and the address and passwords that it prints."""

    def command(self) -> list[str]:
        options = {"--data": self.data, "--port": self.port, "--patients": PATIENTS}
        return [*HYGIE, "demo", *(str(word) for pair in options.items() for word in pair)]

    def start(self) -> Self:
        super().start()
        printed = self.log.read_text()
        (self.address,) = re.findall(r"Hygie : (\S+)", printed)
        self.passwords = dict(re.findall(r"^  (\S+) +(\S+)  ", printed, re.MULTILINE))
        return self

    @property
    def patient(self) -> str:
        """The one with the most results."""
        token = self.run("token", "create", "--scope", "system/*.rs").strip()
        headers = {"Authorization": f"Bearer {token}"}
        query = f"{self.address}/fhir/Observation?category=laboratory&_count=500"
        found = httpx.get(query, headers=headers, timeout=60).json()["entry"]
        about = [one["resource"]["subject"]["reference"] for one in found]
        return max(set(about), key=about.count).removeprefix("Patient/")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    directory = tmp_path_factory.mktemp("demonstration")
    (directory / "data").mkdir(mode=0o700)
    (directory / "data" / "droits.toml").write_text(OPEN, "utf-8")
    demonstration = Demonstration(directory)
    with demonstration:
        yield demonstration


@pytest.fixture
def page(demonstration: Demonstration) -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = launched.new_context(base_url=demonstration.address, locale="fr-FR").new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        yield page
        launched.close()


def test_the_address_is_one_that_passkeys_take(demonstration: Demonstration) -> None:
    """Guards: a demonstration of passkeys on an address to which browsers give none."""
    assert demonstration.address == f"http://localhost:{demonstration.port}"


def test_the_application_is_opened_from_a_record(demonstration: Demonstration, page: Any) -> None:
    """Guards: the application that everybody is shown first, and that does not open; or that is
    told more than the person said yes to."""
    page.goto("/connexion")
    page.fill("#compte", "dr.martin")
    page.fill("#secret", demonstration.passwords["dr.martin"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demonstration.address}/")
    page.goto(f"/patients/{demonstration.patient}")
    page.get_by_role("link", name="Applications").click()
    page.get_by_role("button", name="Ouvrir Courbes").click()
    page.wait_for_url(f"{demonstration.address}/autorisation")
    page.get_by_role("button", name="Autoriser").click()
    page.wait_for_selector("#plot polyline", timeout=30_000)
    application = page.url.rpartition("/")[0]
    assert application.startswith("http://127.0.0.1:")
    assert page.url == f"{application}/index.html"
    assert page.locator("#values tbody tr").count() >= 1
    assert page.locator("#plot circle").count() == page.locator("#values tbody tr").count()
    assert page.locator("#analyte option").count() > 1
    page.select_option("#analyte", index=1)
    assert page.locator("#title").inner_text()
    assert page.complaints == []
    page.reload()
    assert page.get_by_text("Ouvrez cette application depuis un dossier").is_visible()


def test_the_application_is_led_nowhere_else(demonstration: Demonstration, page: Any) -> None:
    """Guards: a demonstration that any server could use to be asked for tokens."""
    site = f"http://127.0.0.1:{demonstration.port + 1}"
    page.goto(f"{site}/launch.html?iss=https://evil.example/fhir&launch=x")
    page.get_by_text("Cette application s’ouvre depuis un dossier d’Hygie.").wait_for()
    assert page.url.startswith(site)
    assert httpx.get(f"{site}/../registering.py").status_code == 404
