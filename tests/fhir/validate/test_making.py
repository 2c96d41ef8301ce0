"""Guards against checks that were kept and are not those that would be made now."""

import marshal
from typing import Any

import pytest
from tests.fhir.validate.conftest import OBSERVATION, PATIENT

from hygie.fhir.definitions import r4
from hygie.fhir.validate import Validator, making

BROKEN: dict[str, Any] = {"resourceType": "Patient", "contact": [{"gender": "femme"}], "x": 1}


@pytest.fixture(scope="module")
def packed() -> bytes:
    return making.pack()


@pytest.fixture
def installed(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    _, found = marshal.loads(packed)
    monkeypatch.setattr(making, "kept", lambda: found)
    return dict(found)


def test_every_type_is_kept(packed: bytes) -> None:
    """One type left out is compiled in every process, and nobody notices."""
    _, found = marshal.loads(packed)
    assert found.keys() == r4().types.keys()


def test_what_is_kept_finds_what_is_made(
    installed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule lost on the way lets everything through."""
    assert installed
    kept = Validator(r4())
    found = [kept.validate(resource) for resource in (PATIENT, OBSERVATION, BROKEN)]
    monkeypatch.setattr(making, "kept", dict)
    fresh = Validator(r4())
    assert found == [fresh.validate(resource) for resource in (PATIENT, OBSERVATION, BROKEN)]
    assert {issue.rule for issue in found[2]} >= {"invariant.pat-1", "value.binding"}


def test_what_was_kept_for_others_is_passed_over(
    packed: bytes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks of other definitions, or byte code of another Python."""
    (tmp_path / making.ARTEFACT).write_bytes(packed)
    monkeypatch.setattr(making.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(making, "_digest", lambda: b"other")
    making.kept.cache_clear()
    assert making.kept() == {}
    monkeypatch.setattr(making, "_digest", lambda: marshal.loads(packed)[0])
    making.kept.cache_clear()
    assert making.kept().keys() == r4().types.keys()
    making.kept.cache_clear()
