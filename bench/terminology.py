"""Nomenclatures: loaded, searched as one types, checked, beside what SQLite itself takes."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

from bench.harness import Figure, Floor, Result, beside, micros, paired
from bench.house import Served, directory, served
from bench.house import token as token_of
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import validate_code_of_system
from hygie.nomenclature.layer import Books

LOADED, SEARCHED = 100_000, 38_000
LOAD_SECONDS, TEXT_MS, CHECK_US = 30, 30, 1_000
QUESTIONS, CHECKED = 400, 2_000
SYSTEM = "urn:oid:1.2.250.1.99999.{}"
STEMS = (
    "fract", "aort", "card", "pulmon", "hépat", "rén", "cérébr", "artéri", "vein", "thrombo",
    "infect", "tumeur", "kyst", "ulcér", "sténos", "œdèm", "hémorrag", "insuffis", "malform",
    "trauma", "luxat", "entors", "brûlur", "plai", "corp", "étrang", "intoxic", "allerg",
    "diabét", "thyroïd", "surrénal", "hypophys", "ovar", "utér", "prostat", "vessi", "urét",
    "rectal", "côlon", "gastr", "œsophag", "pharyng", "laryng", "trach", "bronch", "pleur",
    "médiastin", "péricard", "endocard", "myocard", "valv", "coronar", "fémor", "tibi", "humér",
    "radi", "cubit", "clavicul", "vertèbr", "crân", "méning", "nerf", "moell", "muscl",
    "tendon", "articul",
)  # fmt: skip
ENDS = ("e", "ite", "al", "ique", "ose", "aire", "ure", "ation", "ie", "ome")
SMALL = ("du", "de la", "des", "avec", "sans", "après", "par")


def run() -> Result:
    with directory() as folder:
        file = folder / "codes.csv"
        loaded = _load(folder, file, LOADED)
        _load(folder, file, SEARCHED)
        checked = _checked(Catalogue(Books(folder)))
        token = token_of(folder)
        with served(folder) as server:
            searched = _searched(server, token)
    return Result(
        bench="terminology",
        data=f"systems of {LOADED} and {SEARCHED} made-up French codes, in ten levels",
        figures=(loaded, *searched, checked),
    )


def _load(folder: Path, file: Path, count: int) -> Figure:
    rows = _rows(count)
    text = "code;display;parent\n" + "".join(";".join(row) + "\n" for row in rows)
    file.write_text(text, encoding="utf-8")
    hygie = str(Path(sys.executable).parent / "hygie")
    command = [
        hygie, "terminology", "load", "csv", str(file), "--data", str(folder), "--json",
        "--url", SYSTEM.format(count), "--version", "1", "--language", "fr",
    ]  # fmt: skip
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    took = time.perf_counter() - start
    floor = Floor(_floor(rows), "SQLite: the same rows, one table and FTS5")
    return beside(f"{count} concepts loaded by command", took, "s", floor, goal=LOAD_SECONDS)


def _floor(rows: Sequence[tuple[str, str, str]]) -> float:
    start = time.perf_counter()
    with directory() as folder:
        database = sqlite3.connect(folder / "floor.db")
        database.execute("CREATE TABLE concept (code PRIMARY KEY, display, parent)")
        database.execute("CREATE VIRTUAL TABLE words USING fts5(display, prefix='2 3')")
        database.executemany("INSERT INTO concept VALUES (?, ?, ?)", rows)
        database.executemany("INSERT INTO words VALUES (?)", ((row[1],) for row in rows))
        database.commit()
        database.close()
    return time.perf_counter() - start


def _rows(count: int) -> list[tuple[str, str, str]]:
    """Code, display, parent; the first of every ten is above the nine that follow."""
    chance = random.Random(6)
    rows = []
    for number in range(count):
        words = [chance.choice(STEMS) + chance.choice(ENDS) for _ in range(chance.randint(2, 5))]
        display = f"{words[0].capitalize()} {chance.choice(SMALL)} {' '.join(words[1:])}"
        rows.append((f"C{number:06}", display, f"C{number // 10:06}" if number else ""))
    return rows


def _searched(server: Served, token: str) -> tuple[Figure, ...]:
    """As one types: beginnings of one to three words; the letter that nearly all begin with."""
    chance, system = random.Random(7), SYSTEM.format(SEARCHED)
    typed = [
        " ".join(chance.choice(STEMS)[: chance.randint(2, 6)] for _ in range(chance.randint(1, 3)))
        for _ in range(QUESTIONS)
    ]
    by_words = _times(server, token, [_text(system, one) for one in typed])
    by_letter = _times(server, token, [_text(system, "c")] * 50)
    plain = _times(server, token, ["/fhir/.well-known/smart-configuration"] * QUESTIONS)
    floor = Floor(_p95(plain), "p95 of a constant answer, same client")
    name = f"$expand by text over {SEARCHED} codes, HTTP"
    return (
        beside(f"{name}, p95", _p95(by_words), "ms", floor, goal=TEXT_MS),
        beside(f"{name}, one letter, p95", _p95(by_letter), "ms", floor, goal=TEXT_MS),
        beside(
            f"$validate-code over {SEARCHED} codes, HTTP, p95",
            _p95(_times(server, token, [_check(system, n) for n in range(QUESTIONS)])), "ms", floor,
        ),
    )  # fmt: skip


def _checked(catalogue: Catalogue) -> Figure:
    system = SYSTEM.format(SEARCHED)
    found = catalogue.system(system)
    assert found is not None
    asked = [
        Asked(query=[("url", system), ("code", f"C{number * 17 % SEARCHED:06}")])
        for number in range(CHECKED)
    ]
    codes = [f"C{number * 17 % SEARCHED:06}" for number in range(CHECKED)]

    def check() -> None:
        for one in asked:
            validate_code_of_system(catalogue, one)

    def find() -> None:
        for code in codes:
            found.find(code)

    measured = micros(
        f"$validate-code over {SEARCHED} codes", paired(check, find), CHECKED, "finding the code"
    )
    return Figure(**{**_fields(measured), "goal": CHECK_US})


def _fields(figure: Figure) -> dict[str, object]:
    return {name: getattr(figure, name) for name in Figure.__struct_fields__}


def _text(system: str, typed: str) -> str:
    filtered = f"filter={quote(typed)}&count=20"
    return f"/fhir/ValueSet/$expand?url={quote(system + '?fhir_vs', safe='')}&{filtered}"


def _check(system: str, number: int) -> str:
    return f"/fhir/CodeSystem/$validate-code?url={quote(system, safe='')}&code=C{number * 17:06}"


def _times(server: Served, token: str, paths: Sequence[str]) -> list[float]:
    """Milliseconds of each, one after the other; a first tenth warms up."""
    for path in paths[: max(1, len(paths) // 10)]:
        server.get(path, token)
    return [_took(lambda path=path: server.get(path, token)) for path in paths]


def _took(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]
