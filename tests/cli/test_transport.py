"""Guards what a browser or a client is spoken to with: HTTPS that nobody can weaken."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.acceptance.house import HYGIE, House, free_port
from tests.authority import Authority

from hygie.refusal import Refused
from hygie.settings import load


class Secured(House):
    """A house that speaks HTTPS itself."""

    def __init__(self, directory: Path, authority: Authority) -> None:
        super().__init__(directory)
        self.authority = authority
        self.address = f"https://127.0.0.1:{self.port}"
        self.certificate, self.key = authority.sign("hygie.example")

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {
            "HYGIE_TLS_CERTIFICATE": str(self.certificate), "HYGIE_TLS_KEY": str(self.key),
        }  # fmt: skip

    def is_up(self) -> bool:
        try:
            found = httpx.get(f"{self.address}/health", verify=self.authority.client(), timeout=10)
        except httpx.TransportError:
            return False
        return found.status_code == 200


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secured")
    with Secured(folder, Authority(folder, "authority")) as house:
        yield house


def test_cookies_and_links_are_of_https(secured: Secured) -> None:
    """Guards: a session cookie that also travels in clear."""
    with httpx.Client(base_url=secured.address, verify=secured.authority.client()) as client:
        shown = client.get("/connexion")
        stated = client.get("/fhir/metadata")
        nothing = client.post("/oauth/token")
    assert shown.headers["set-cookie"].startswith("__Host-hygie-entree=")
    assert "Secure" in shown.headers["set-cookie"]
    for answer in (shown, stated, nothing):
        said = answer.headers["strict-transport-security"]
        assert said == "max-age=31536000; includeSubDomains"
    for answer in (shown, stated):
        policy = answer.headers["content-security-policy"]
        assert {"object-src 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert stated.json()["implementation"]["url"] == f"{secured.address}/fhir"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize(
    ("least", "most", "suites"),
    [
        (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "AES128-SHA:@SECLEVEL=0"),
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
    ],
)
def test_weak_transport_is_refused(secured: Secured, least, most, suites: str) -> None:
    """Guards: a conversation recorded today and read tomorrow."""
    context = secured.authority.client()
    context.set_ciphers(suites)
    context.minimum_version, context.maximum_version = least, most
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{secured.address}/health", verify=context)


def test_nothing_is_said_in_clear_on_that_port(secured: Secured) -> None:
    """Guards: a client that forgot the s, whose token anybody on the way reads an answer to."""
    with pytest.raises(httpx.TransportError):
        httpx.get(secured.address.replace("https", "http") + "/health")


def refusal(**given: object) -> str:
    """What is said of settings that are refused."""
    with pytest.raises(Refused) as refused:
        load({}, **given)
    return refused.value.refusal.issues[0].text("en")


def test_a_key_that_is_not_the_certificates_is_refused_before_anything_opens(tmp_path) -> None:
    """Guards: a server that starts, and then fails every handshake."""
    authority = Authority(tmp_path, "authority")
    certificate, _ = authority.sign("one")
    _, key = authority.sign("other")
    assert "HYGIE_TLS_CERTIFICATE" in refusal(tls_certificate=certificate, tls_key=key)
    assert "HYGIE_TLS_KEY" in refusal(tls_certificate=certificate)


@pytest.mark.parametrize("given", ["*", "proxy.example", "10.0.0.1/99"])
def test_the_word_of_any_proxy_is_not_taken(given: str) -> None:
    """Guards: an address that the caller chose, by which attempts to sign in are counted."""
    assert "HYGIE_TRUSTED_PROXIES" in refusal(trusted_proxies=given)


def test_serve_says_in_one_sentence_what_is_wrong(tmp_path) -> None:
    """Guards: a trace of a program in place of what to do."""
    environment = os.environ | {"HYGIE_TLS_CERTIFICATE": "/no.pem", "HYGIE_TLS_KEY": "/no.key"}
    done = subprocess.run(
        [*HYGIE, "serve", "--data", str(tmp_path)],
        check=False,
        timeout=60,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "HYGIE_TLS_CERTIFICATE" in done.stderr
    assert "Traceback" not in done.stderr


NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {certificate}; ssl_certificate_key {key};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_http_version 1.1;
            proxy_set_header Host $host:$server_port;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""
"""What docs/installation.md advises, on ports of a test."""


class Behind(House):
    """A house that people reach through a proxy."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.public = free_port()

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {"HYGIE_PUBLIC_URL": f"https://127.0.0.1:{self.public}"}


@contextmanager
def proxied(house: Behind, authority: Authority, folder: Path) -> Iterator[httpx.Client]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("nginx is not installed")
    certificate, key = authority.sign("proxy")
    written = folder / "nginx.conf"
    written.write_text(NGINX.format(
        folder=folder, port=house.public, certificate=certificate, key=key, behind=house.port,
    ))  # fmt: skip
    proxy = subprocess.Popen([program, "-c", str(written), "-p", str(folder)])
    try:
        address = f"https://127.0.0.1:{house.public}"
        outside = httpx.HTTPTransport(verify=authority.client(), local_address="127.0.0.2")
        with httpx.Client(base_url=address, transport=outside) as client:
            while not _answers(client):
                assert proxy.poll() is None, (folder / "error.log").read_text()
                time.sleep(0.05)
            yield client
    finally:
        proxy.terminate()
        proxy.wait(10)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def test_behind_a_proxy_links_cookies_and_addresses_are_those_of_outside(tmp_path: Path) -> None:
    """Guards: links to an inner address, cookies in clear, every attempt counted as the proxy's."""
    authority = Authority(tmp_path, "authority")
    with Behind(tmp_path) as house, proxied(house, authority, tmp_path) as client:
        stated = client.get("/fhir/metadata").json()
        shown = client.get("/connexion")
        name, token = re.search(r'type="hidden" name="(.+?)" value="(.+?)"', shown.text).groups()
        form = {name: token, "compte": "personne", "secret": "Un-mot-de-passe-faux-2026"}
        spoofed = {"X-Forwarded-For": "203.0.113.9"}
        client.post("/connexion", data=form, headers=spoofed | {"Sec-Fetch-Site": "same-origin"})
        places = house.value("SELECT count(DISTINCT source) FROM hygie.attempt")
        client.post("/connexion", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        again = house.value("SELECT count(DISTINCT source) FROM hygie.attempt")
    assert stated["implementation"]["url"] == f"https://127.0.0.1:{house.public}/fhir"
    assert shown.headers["set-cookie"].startswith("__Host-hygie-entree=")
    assert (places, again) == (1, 1)  # the address that the proxy saw, whatever the caller says
