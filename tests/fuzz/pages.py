"""Every page and form, in every role, with what people never type."""

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import httpx
from tests.fuzz.world import ALL_SEEING, CANARY

from hygie.access import csrf
from hygie.web.app import DOORS, PAGES
from hygie.web.cookies import SESSION

NAMES = re.compile(r"{(\w+)(:int)?}")
NAUGHTY = (
    "", " ", "canari", "connu", "Patient/canari", "resultat-canari", "lettre-canari", "Observation",
    "é" * 300, "a" * 5_000, "%00", "\x00",
    "' OR 1=1 --", "*)(uid=*", "<script>alert(1)</script>", "{{1234*5678}}", "../../etc/passwd",
    "//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
    "-1", "0", "1", "99999999999999999999", "1e309", "NaN", "2026-13-45", "1980-02-03", "Du",
    "Durand",
    "\u202e\u0430dmin", "Ⅷ", "medical-information", "administrator", "MSH|^~\\&|", "[]", "null",
)  # fmt: skip
FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*? name="([A-Za-z0-9_.\-]{1,60})"')


class Pages:
    """Asks, notes which fields forms have, and uses them in what it asks next."""

    def __init__(self, address: str, sessions: dict[str, str], seed: int) -> None:
        self._sessions = sessions
        self._chance = random.Random(seed)
        self._fields: dict[str, set[str]] = {}
        self._browsers = {
            role: httpx.Client(base_url=address, cookies={SESSION: token}, timeout=60)
            for role, token in sessions.items()
        }
        self.statuses: Counter[int] = Counter()
        self.faults: list[str] = []

    def run(self, until: float) -> None:
        while time.monotonic() < until:
            for role in self._sessions:
                for method, path in self._targets():
                    self._ask(role, method, path)

    def ended(self) -> frozenset[str]:
        """Roles whose session the attack itself ended: by signing out, say."""
        return frozenset(
            role for role, browser in self._browsers.items()
            if browser.get("/").headers.get("location", "").startswith("/connexion")
        )  # fmt: skip

    def enter(self, role: str, token: str) -> None:
        self._sessions[role] = token
        self._browsers[role].cookies = httpx.Cookies({SESSION: token})

    def _targets(self) -> Iterator[tuple[str, str]]:
        targets = [(method, path) for method, path, *_ in (*PAGES, *DOORS)]
        targets = [one for one in targets if one[1] != "/deconnexion"]
        yield from self._chance.sample(targets, 8)

    def _ask(self, role: str, method: str, path: str) -> None:
        draw = self._chance.choice
        address = NAMES.sub(lambda _: quote(draw(NAUGHTY)[:200], safe="") or "x", path)
        known = sorted(self._fields.get(path, ())) or ["q", "patient", "motif", "suite"]
        given = {draw(known): draw(NAUGHTY) for _ in range(self._chance.randrange(4))}
        headers = {"sec-fetch-site": "same-origin"} | draw(({}, {"hx-request": "true"}))
        try:
            if method == "POST":
                form = given | {"jeton": csrf(self._sessions[role])}
                answer = self._browsers[role].post(address, data=form, headers=headers)
            else:
                answer = self._browsers[role].get(address, params=given, headers=headers)
        except (httpx.InvalidURL, UnicodeEncodeError):
            return
        except httpx.RequestError:
            return  # a connection that was kept, and closed meanwhile: `is_up` says of the server
        self._judge(role, method, path, given, answer)

    def _judge(
        self, role: str, method: str, path: str, given: dict[str, str], answer: httpx.Response
    ) -> None:
        self.statuses[answer.status_code] += 1
        self._fields.setdefault(path, set()).update(FIELD.findall(answer.text))
        said = f"{role} {method} {path} {given!r:.300}"
        if answer.status_code >= 500:
            self.faults.append(f"{said}: {answer.status_code}")
        if role not in ALL_SEEING and CANARY.lower() in answer.text.lower():
            self.faults.append(f"{said}: the unseen record is in the answer")
        if "<script>alert" in answer.text or "7006652" in answer.text:
            self.faults.append(f"{said}: what was typed runs")
        elsewhere = answer.headers.get("location", "")
        if elsewhere and (not elsewhere.startswith("/") or elsewhere[1:2] in ("/", "\\")):
            self.faults.append(f"{said}: leads away to {elsewhere[:80]}")
