"""Guards against a compiled extractor whose joined lines say something else."""

from tests.fhir.search.shared import EXTRACTOR
from tests.fhir.search.test_every_shape import filled

from hygie.fhir.definitions import r4
from hygie.fhir.search.extraction import extractor_source
from hygie.fhir.search.merging import merged
from hygie.fhir.search.plans import STORE_OWNED, WORDS

SOURCE = """
def evaluate(resource):
    out = []
    v1 = resource.get('code')
    if type(v1) is dict:
        out.append('v2')
    n3 = 0
    a4 = resource.get('name')
    if type(a4) is list:
        for v5 in a4:
            if n3 == 0:
                out.append(v5)
            n3 += 1
    v2 = resource.get('code')
    if type(v2) is dict:
        out.append(v2)
    a6 = resource.get('name')
    if type(a6) is list:
        for v7 in a6:
            out.append(v7)
    return out
"""


def evaluate(source: str, resource: object) -> list[object]:
    space: dict[str, object] = {}
    exec(compile(source, "test", "exec"), space)
    return space["evaluate"](resource)  # type: ignore[operator,no-any-return]


def test_what_is_fetched_twice_is_joined_and_states_keep_their_order() -> None:
    """Danger: a counter is read before it is set, a text that looks like a name is changed."""
    joined = merged(SOURCE)
    assert joined.count("get('name')") == joined.count("get('code')") == 1
    resource = {"code": {"a": 1}, "name": ["x", "y"]}
    assert sorted(map(str, evaluate(joined, resource))) == sorted(
        map(str, evaluate(SOURCE, resource))
    )


def test_joined_extractors_yield_what_each_parameter_yields() -> None:
    """Danger: one parameter's lines, joined with another's, lose or add an entry."""
    for kind in r4().resource_types:
        for variant in range(4):
            resource = {**filled(kind, variant, 4), "resourceType": kind, "id": "1"}
            apart = [
                entry
                for code in r4().parameters(kind)
                for entry in EXTRACTOR.entries_of(resource, (code,))
                if code not in WORDS | STORE_OWNED
            ]
            together = EXTRACTOR.extract(resource)
            assert sorted(map(repr, apart)) == sorted(map(repr, together)), kind


def test_each_element_is_fetched_once() -> None:
    """Danger: a change of what is generated joins nothing any more, and writes cost double."""
    source = extractor_source(r4(), "Observation")
    assert source.count("resource.get('component')") == 1
    assert source.count("resource.get('meta')") == 1
