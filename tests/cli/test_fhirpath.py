"""`hygie fhirpath` as scripts run it: real processes, standard input and output."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HYGIE = [sys.executable, "-c", "from hygie.cli import main; main()", "fhirpath"]
PATIENT = (
    '{"resourceType":"Patient","name":[{"given":["Camille","Rose"]}],'
    '"extension":[{"url":"http://x.test","valueDecimal":72.50}]}'
)
LINES = (
    {"expression": "name.given", "resource": json.loads(PATIENT)},
    {"expression": "name.given.first(", "resource": json.loads(PATIENT)},
    {"expression": "1 + 1"},
    {"expression": "Patient.name.exists()", "resource": None},
    {"expression": "name", "resource": {"name": "without a type"}},
    {"expression": "name", "resource": "text"},
    {"expression": 3},
    {"expression": "name.prenom", "resource": json.loads(PATIENT)},
    {"expression": "id", "resource": {"resourceType": "Inconnu"}},
    {"resource": {}},
    ["expression"],
)


def run(*words: str, given: str | bytes = "", locale: str = "C.UTF-8") -> Any:
    raw = given.encode() if isinstance(given, str) else given
    environment = {**os.environ, "LC_ALL": locale}
    return subprocess.run(
        [*HYGIE, *words], input=raw, capture_output=True, timeout=120, check=False, env=environment
    )


@pytest.fixture
def patient(tmp_path: Path) -> str:
    path = tmp_path / "patient.json"
    path.write_text(PATIENT)
    return str(path)


def test_the_result_is_json_with_decimals_as_written(patient: str) -> None:
    """Guards: 72.50 that comes out as 72.5, and a result that no program can read."""
    assert json.loads(run("Patient.name.given", patient).stdout) == ["Camille", "Rose"]
    assert run("extension.value", patient).stdout == b"[72.50]\n"
    assert run("name.given", "-", given=PATIENT).stdout == b'["Camille","Rose"]\n'
    assert run("name.family", patient).stdout == b"[]\n"


def test_a_refusal_shows_its_place_and_fails(patient: str) -> None:
    """Guards: a script that goes on after an expression that means nothing."""
    done = run("name.given.(", patient)
    assert (done.returncode, done.stdout) == (1, b"")
    sentence, expression, caret = done.stderr.decode().splitlines()
    assert sentence.startswith("hygie: ")
    assert expression[caret.index("^")] == "("
    for wrong in ("{", '{"name": []}', ""):
        done = run("name", "-", given=wrong)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"Traceback" not in done.stderr


def test_a_batch_answers_every_line_in_order() -> None:
    """Guards: one bad line that shifts or stops those after it."""
    given = "\n".join([*map(json.dumps, LINES), "no json", "", json.dumps(LINES[0])])
    done = run("--batch", "-", given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [next(iter(answer)) for answer in answers] == [
        "result", "error", "result", "result", "error", "error", "error", "error", "error",
        "error", "error", "error", "result",
    ]  # fmt: skip
    assert [answers[at]["result"] for at in (0, 2, 3, 12)] == [
        ["Camille", "Rose"], [2], [False], ["Camille", "Rose"],
    ]  # fmt: skip
    assert all(answer["error"].strip() for answer in answers if "error" in answer)


def test_a_line_may_ask_for_more() -> None:
    """Guards: an expression that can never match, taken for one that found nothing."""
    line = {"expression": "name.children().skip(1)", "resource": json.loads(PATIENT)}
    given = "\n".join(json.dumps(one) for one in (line, {**line, "strict": True}))
    first, second = map(json.loads, run("--batch", "-", given=given).stdout.splitlines())
    assert (list(first), list(second)) == (["result"], ["error"])


def test_a_batch_is_answered_line_by_line() -> None:
    """Guards: a program that waits for an answer that waits for the next line."""
    with subprocess.Popen(
        [*HYGIE, "--batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as talker:
        assert talker.stdin is not None
        assert talker.stdout is not None
        for number in range(3):
            talker.stdin.write(b'{"expression": "%d + 1"}\n' % number)
            talker.stdin.flush()
            assert json.loads(talker.stdout.readline()) == {"result": [number + 1]}


def test_a_huge_line_is_refused_alone() -> None:
    """Guards: a line as large as memory."""
    huge = b'{"expression": "' + b"1" * (17 * 1024 * 1024) + b'"}'
    done = run("--batch", "-", given=huge + b'\n{"expression": "1"}\n')
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert str(len(huge) + 1) in first["error"]
    assert second == {"result": [1]}


def test_hostile_expressions_end() -> None:
    """Guards: a batch that one line keeps for ever, or takes down."""
    hostile = (
        "(" * 10_000 + "1" + ")" * 10_000, "1" + "+1" * 500_000, "a." * 100_000 + "b",
        "repeat($this | %resource.descendants())", "Patient" + ".descendants()" * 9,
        "'a'.matches('(a+)+$')", "'" + "a" * 60 + "!'.matches('(a+)+$')",
        "Patient" + ".combine(Patient)" * 60 + ".count()", "1.power(99999999)",
        "name.select($this.combine($this)).repeat(combine(%resource))",
    )  # fmt: skip
    one = json.loads(PATIENT)
    given = "\n".join(json.dumps({"expression": e, "resource": one}) for e in hostile)
    done = run("--batch", "-", given=given)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(hostile)


def test_traces_and_trees_are_for_people(patient: str) -> None:
    """Guards: a trace among the results that a program reads."""
    done = run("name.given.trace('g').count()", patient, "--trace")
    assert done.stdout == b"[2]\n"
    assert done.stderr == b'g: ["Camille","Rose"]\n'
    assert run("name.given.trace('g').count()", patient).stderr == b""
    tree = run("name.where(use = 'usual').given", "--tree").stdout.decode().splitlines()
    assert [line.strip().split()[0] for line in tree] == [
        "name.where(use", "name", ".where(…)", "=", "use", "'usual'", ".given",
    ]  # fmt: skip
    assert run("name.(", "--tree").returncode == 1


def test_the_words_of_the_command_are_checked(patient: str) -> None:
    """Guards: an expression evaluated on nothing because a word is missing."""
    for words in ((), ("name",), ("name", patient, "--batch", patient), ("name", "/nowhere")):
        assert run(*words).returncode == 2
