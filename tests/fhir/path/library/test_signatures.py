"""Guards against a table of functions that does not say what the functions are."""

import inspect

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.path.library.signature import KINDS, Signature
from hygie.fhir.path.library.signatures import SIGNATURES
from hygie.fhir.path.library.singleton import VALUE_TYPES

TYPES = {*KINDS, *VALUE_TYPES.values()}
GIVEN = {*VALUE_TYPES.values(), "input", "items", "value", "TypeInfo"}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=lambda signature: signature.name)
def test_a_signature_says_what_its_function_takes(signature: Signature) -> None:
    """Danger: a compiled call has one argument more than the function."""
    assert signature.takes in TYPES | {"collection", "nothing"}
    assert signature.gives in GIVEN | set(r4().types)
    optional = [argument.optional for argument in signature.arguments]
    assert optional == sorted(optional)
    assert not any(argument.repeats for argument in signature.arguments[:-1])
    later = {"expression", "later"} & {argument.kind for argument in signature.arguments}
    if signature.call is None:
        assert later or signature.arguments[0].kind == "type"
        return
    given = signature.evaluation + (signature.takes != "nothing")
    called = inspect.signature(signature.call)
    called.bind(*range(given + signature.fewest))
    handed = [argument for argument in signature.arguments if argument.kind != "expression"]
    called.bind(*range(given + len(handed)))
    for argument in signature.arguments:
        assert argument.type in TYPES
