"""Guards what is shown of an expression that is tried."""

import asyncio
import time
from threading import BoundedSemaphore

import pytest

from hygie.insight.trial import Asked, Trial, apart
from hygie.insight.trial import trial as module
from hygie.insight.trial.apart import attempt
from hygie.insight.trial.phrases import FAILED
from hygie.insight.trial.trial import tried
from hygie.insight.trial.values import Branch

NOW = "2026-11-22T10:00:00+01:00"
PATIENT = (
    b'{"resourceType":"Patient","name":[{"family":"ARNOUX","given":["Camille","Rose"]}],'
    b'"birthDate":"1970-03-04","multipleBirthInteger":2}'
)
BUNDLE = (
    b'{"resourceType":"Bundle","type":"collection","entry":['
    b'{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Observation","status":"final",'
    b'"code":{"text":"x"},"subject":{"reference":"urn:uuid:2"}}},'
    b'{"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient","id":"p"}}]}'
)


def of(expression: str, resource: bytes = PATIENT) -> Trial:
    return tried(Asked(expression, resource, NOW))


def test_items_are_shown_with_type_and_place() -> None:
    """Guards: a result one cannot find again in the resource."""
    trial = of("Patient.name.given | 1.50")
    assert [(item.type, item.text, item.place) for item in trial.found] == [
        ("FHIR.string", '"Camille"', "Patient.name[0].given[0]"),
        ("FHIR.string", '"Rose"', "Patient.name[0].given[1]"),
        ("System.Decimal", "1.50", ""),
    ]
    assert trial.problem is None
    assert trial.count == 3


def test_the_clock_is_the_one_handed_in() -> None:
    """Guards: a majority decided by another day than the one shown."""
    assert of("today()").found[0].text == '"2026-11-22"'
    assert of("birthDate <= today() - 18 years").found[0].text == "true"


def test_references_lead_to_the_bundle_and_nowhere_else() -> None:
    """Guards: an expression that fetches what its author may not read."""
    found = of("Bundle.entry.resource.ofType(Observation).subject.resolve()", BUNDLE).found
    assert [item.place for item in found] == ["Bundle.entry[1].resource"]
    outside = BUNDLE.replace(b'urn:uuid:2"}', b'https://example.org/Patient/1"}')
    assert of("Bundle.entry.resource.subject.resolve()", outside).count == 0


@pytest.mark.parametrize(
    ("expression", "before", "at"),
    [("name.given.(", "name.given.", "("), ("name.where(", "name.where(", "\u00a0")],
)
def test_a_fault_is_pointed_at(expression: str, before: str, at: str) -> None:
    """Guards: a sentence that leaves one to search."""
    problem = of(expression).problem
    assert problem is not None
    assert (problem.before, problem.at) == (before, at)
    assert problem.before + problem.at.strip() + problem.after == expression


def test_an_unreadable_resource_is_told_from_a_wrong_expression() -> None:
    """Guards: a search for the fault in the wrong of two texts."""
    for raw in (b"{", b"[]", b'{"name": 1}', b'{"resourceType": "Patient", "a": 1, "a": 2}'):
        problem = of("name", raw).problem
        assert problem is not None
        assert problem.of_resource
    unknown = of("name", b'{"resourceType": "Foo"}').problem
    assert unknown is not None
    assert "Foo" in unknown.sentence


def test_traces_are_shown_in_their_order() -> None:
    """Guards: a trace that goes to a log instead of its reader."""
    traced = of("name.trace('a').given.trace('b', length())").traced
    assert [(trace.name, len(trace.items)) for trace in traced] == [("a", 1), ("b", 2)]
    assert [item.text for item in traced[1].items] == ["7", "4"]


def test_long_results_are_counted_and_cut() -> None:
    """Guards: a page of a million items."""
    given = b'{"resourceType":"Patient","name":[%s]}' % b",".join([b'{"given":["x"]}'] * 500)
    trial = of("name.given", given)
    assert (trial.count, len(trial.found)) == (500, module.MAX_TRIED_ITEMS)
    text = of("'%s'" % ("x" * 20_000)).found[0].text
    assert len(text) == module.MAX_TRIED_ITEM_CHARACTERS + 1


def test_a_path_is_shown_step_by_step() -> None:
    """Guards: a tree that reads backwards."""
    tree = of("name.where(use = 'usual').given").tree
    assert tree is not None
    assert [step.label for step in tree.below] == ["name", ".where(…)", ".given"]
    (criterion,) = tree.below[1].below
    assert (criterion.label, [b.label for b in criterion.below]) == ("=", ["use", "'usual'"])
    assert all(isinstance(branch, Branch) for branch in tree.below)


async def test_an_expression_that_never_ends_is_stopped() -> None:
    """Guards: one tab of one browser that keeps a processor for ever."""
    start = time.monotonic()
    deep = "descendants()." * 6 + "count()"
    trial = await attempt(Asked(f"Patient.{deep}", PATIENT, NOW))
    assert time.monotonic() - start < 25
    assert trial.problem is not None or trial.count == 1


async def test_a_process_that_breaks_down_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a page that fails because an evaluation ran out of memory."""
    monkeypatch.setattr("hygie.insight.trial.apart._COMMAND", ("false",))
    trial = await attempt(Asked("name", PATIENT, NOW))
    assert trial.problem is not None
    assert "temps ou de mémoire" in trial.problem.sentence


async def test_what_is_tried_apart_is_what_is_tried_here() -> None:
    """Guards: a page that shows something else than the command."""
    asked = Asked("Patient.name.given", PATIENT, NOW)
    assert await attempt(asked) == tried(asked)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 1", ["2"]), ("Patient.name", []), ("name.given.exists()", ["false"]), ("$this", []),
        ("%resource", []), ("%context.count()", ["0"]), ("children()", []), ("'#x'.resolve()", []),
        ("iif(id.exists(), 1, 2)", ["2"]), ("name.where(use = 'x').first().given & 'a'", ['"a"']),
    ],
)  # fmt: skip
def test_nothing_is_the_empty_collection(expression: str, result: list[str]) -> None:
    """Guards: an expression without a resource that finds one."""
    trial = of(expression, b"")
    assert trial.problem is None
    assert [item.text for item in trial.found] == result


async def test_who_finds_no_place_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: requests that pile up behind slow expressions until the memory is full."""
    monkeypatch.setattr(apart, "_PLACES", BoundedSemaphore(1))
    asked = Asked("1", b"", NOW)
    trials = await asyncio.gather(*(attempt(asked) for _ in range(3)))
    assert sorted(trial.problem is None for trial in trials) == [False, False, True]
    assert (await attempt(asked)).problem is None


async def test_a_process_that_cannot_start_is_a_problem_like_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guards: a machine without memory for one more process answers with an error page."""
    monkeypatch.setattr(apart, "_COMMAND", ("/nowhere/python",))
    trial = await attempt(Asked("1", b"", NOW))
    assert trial.problem is not None
    assert trial.problem.sentence == FAILED.fr
