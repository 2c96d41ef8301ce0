"""Guards against a first resource that waits for a compiler all the same."""

from typing import NoReturn
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.policy.standards import base_writing
from hygie.fhir.preparation import prepare
from hygie.fhir.search import Extractor, derivation
from hygie.fhir.validate import compiling


def test_nothing_is_left_to_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `prepare` compiles is what writing asks for."""

    def late(*_: object, **__: object) -> NoReturn:
        raise AssertionError("compiled while a resource waits")

    prepare("VerificationResult")
    monkeypatch.setattr(derivation, "partial_source", late)
    monkeypatch.setattr(compiling, "made", late)
    result = {
        "resourceType": "VerificationResult",
        "status": "validated",
        "target": [{"reference": "Organization/o"}],
    }
    assert base_writing().validate(result) == []
    assert len(Extractor(r4(), ZoneInfo("Europe/Paris")).filed(result).entries) == 1
