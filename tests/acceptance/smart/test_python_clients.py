"""PyPI's `fhirclient` and `fhirpy`, unmodified: launch, read, search, renew, revoke, and export."""

import json
import re
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.acceptance.house import House, proof
from tests.acceptance.smart.conftest import SCOPES, made

fhirclient = pytest.importorskip("fhirclient.client", reason="fhirclient is not installed")
fhirpy = pytest.importorskip("fhirpy", reason="fhirpy is not installed")
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.slow,
]
REDIRECT = "https://app.test/callback"
LAB = "category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"


def permitted(browser: httpx.Client, asked: str, patient: str) -> str:
    """Where the browser of a person who says yes is sent."""
    assert browser.get(asked).headers["refresh"] == "0; url=/autorisation"
    page = browser.get("/autorisation")
    mark = re.search(r'name="demande" value="([^"]+)"', page.text)
    assert mark, page.text
    form = {"jeton": proof(page), "demande": mark[1], "acte": "autoriser", "patient": patient}
    return browser.post("/autorisation", data=form).headers["location"]


def launched(house: House, launch: str = "", **settings: Any) -> Any:
    """`fhirclient` that a person has let in; opened from the record of the patient `launch`."""
    said = made(
        house, "--name", "Serveur", "--redirect", REDIRECT, "--scope", SCOPES,
        "--method", "client_secret_basic", "--launch", "https://app.test/launch",
    )  # fmt: skip
    client = fhirclient.FHIRClient(settings={
        "app_id": said["client_id"], "app_secret": said["client_secret"],
        "api_base": f"{house.address}/fhir", "redirect_uri": REDIRECT, **settings,
    })  # fmt: skip
    with house.reader("claire") as browser:
        if launch:
            client.launch_token = opened(browser, said["client_id"], launch)
        assert not client.prepare()
        client.handle_callback(permitted(browser, client.authorize_url, "jeanne"))
    return client


def opened(browser: httpx.Client, application: str, patient: str) -> str:
    """The launch that a record page gives."""
    page = browser.get(f"/patients/{patient}/applications")
    form = {"jeton": proof(page), "application": application}
    gone = browser.post(f"/patients/{patient}/applications", data=form).headers["location"]
    given = parse_qs(urlsplit(gone).query)
    assert given["iss"] == [str(browser.base_url.join("/fhir"))]
    return given["launch"][0]


def test_fhirclient_reads_searches_and_renews(smart_house: House) -> None:
    """Guards: the reference client of Python that gets nowhere; a scope's search that is not
    obeyed; a revoked token that goes on."""
    from fhirclient.models.observation import Observation  # noqa: PLC0415

    scope = f"patient/Patient.rs patient/Observation.rs?{LAB} offline_access launch/patient"
    client = launched(smart_house, scope=scope)
    assert client.launch_context["scope"].count("?category=") == 1
    assert client.patient.name[0].family == "ARCANGUES"
    found = Observation.where({"patient": "jeanne"}).perform_resources(client.server)
    assert sorted(one.id for one in found) == ["jeanne-0", "jeanne-1"]
    with pytest.raises(Exception, match="404"):
        Observation.read("jeanne-2", client.server)
    with pytest.raises(Exception, match="404"):
        Observation.read("paul-0", client.server)
    before = client.server.auth.access_token
    assert client.reauthorize()
    assert client.server.auth.access_token != before
    assert Observation.read("jeanne-0", client.server).status == "final"
    auth = httpx.BasicAuth(client.app_id, client.app_secret)
    form = {"token": client.server.auth.refresh_token}
    answer = httpx.post(f"{smart_house.address}/oauth/revoke", data=form, auth=auth)
    assert answer.status_code == 200
    with pytest.raises(Exception, match="401"):
        Observation.read("jeanne-0", client.server)


def test_fhirclient_opened_from_a_record(smart_house: House) -> None:
    """Guards: a launch from a record that a server-side application cannot follow."""
    client = launched(smart_house, "paul", scope="launch patient/*.rs")
    assert client.launch_context["need_patient_banner"] is True
    assert client.patient.name[0].family == "ESCALIER"


def test_fhirpy_with_the_token_of_an_application(smart_house: House) -> None:
    """Guards: another client of Python, which is given its token."""
    token = launched(smart_house, scope="launch/patient patient/*.rs").server.auth.access_token
    client = fhirpy.SyncFHIRClient(f"{smart_house.address}/fhir", authorization=f"Bearer {token}")
    assert client.reference("Patient", "jeanne").to_resource()["name"][0]["family"] == "ARCANGUES"
    found = client.resources("Observation").search(code="2823-3").fetch_all()
    assert {one["id"] for one in found} == {"jeanne-0", "jeanne-1", "jeanne-2"}
    assert [one["id"] for one in client.resources("Patient").fetch_all()] == ["jeanne"]
    headers = {"Authorization": f"Bearer {token}", "Prefer": "respond-async"}
    asked = httpx.get(f"{smart_house.address}/fhir/$export", headers=headers)
    assert asked.status_code == 403


def test_a_backend_exports(smart_house: House, tmp_path: Path) -> None:
    """Guards: SMART Backend Services that end before what they are for."""
    key = ECKey.generate_key("P-384", {"use": "sig", "kid": "k1"}, private=True)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    said = made(
        smart_house, "--name", "Entrepôt", "--scope", "system/*.rs", "--method",
        "private_key_jwt", "--keys", str(keys),
    )  # fmt: skip
    token_url = f"{smart_house.address}/oauth/token"
    claims = {
        "iss": said["client_id"], "sub": said["client_id"], "aud": token_url,
        "exp": int(time.time()) + 240, "jti": str(uuid4()),
    }  # fmt: skip
    assertion = jwt.encode({"alg": "ES384", "kid": "k1"}, claims, key, algorithms=["ES384"])
    client = fhirclient.FHIRClient(settings={
        "app_id": said["client_id"], "api_base": f"{smart_house.address}/fhir",
        "scope": "system/*.rs", "jwt_token": assertion,
    })  # fmt: skip
    client.wants_patient = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client.prepare()
        client.authorize()
    bearer = {"Authorization": f"Bearer {client.server.auth.access_token}"}
    with httpx.Client(headers=bearer, timeout=60) as browser:
        asked = browser.get(
            f"{smart_house.address}/fhir/$export?_type=Observation",
            headers={"Prefer": "respond-async", "Accept": "application/fhir+json"},
        )
        assert asked.status_code == 202, asked.text
        for _ in range(60):
            state = browser.get(asked.headers["content-location"])
            if state.status_code != 202:
                break
            time.sleep(1)
        assert state.status_code == 200, state.text
        lines = [
            json.loads(line)
            for file in state.json()["output"]
            for line in browser.get(file["url"]).text.splitlines()
        ]
    assert {line["id"] for line in lines} >= {"jeanne-0", "paul-2"}
