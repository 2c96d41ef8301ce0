"""Guards against an index that answers a parameter otherwise than the resource it was made from."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from tests.fhir.search.examples import examples
from tests.fhir.search.questions import Question, questions
from tests.fhir.search.shared import EXTRACTOR
from tests.fhir.search.test_every_parameter import ASKED

from hygie.fhir.definitions import SearchParameter
from hygie.fhir.search import matches
from hygie.store.store import Store

Asked = tuple[str, SearchParameter, dict[str, Any], Question]
FEW = 80


def everything(of: list[tuple[str, SearchParameter]]) -> Iterator[Asked]:
    """An example of each parameter, under an id of its own, with what is asked of its entries."""
    for place, (kind, parameter) in enumerate(of):
        for resource, entries in islice(examples(kind, parameter), 1):
            named = {**resource, "id": f"n{place}"}
            for entry in {repr(e): e for e in entries}.values():
                for question in questions(entry):
                    yield kind, parameter, named, question


async def ask(store: Store, context, make_query, of: list[tuple[str, SearchParameter]]) -> int:
    """Files the examples and asks for each; how many questions were asked."""
    asked = list(everything(of))
    resources = {resource["id"]: resource for _, _, resource, _ in asked}
    for start in range(0, len(resources), 500):
        async with store.transaction(context) as transaction:
            await transaction.write_many(list(resources.values())[start : start + 500])
    wrong = []
    for kind, parameter, resource, question in asked:
        query = make_query(kind, ("_id", resource["id"]), question.asked(parameter.code))
        page = await store.search(context, query)
        expected = matches(query.conditions[1], EXTRACTOR.entries_of(resource, (parameter.code,)))
        if bool(page.matches) is not expected:
            wrong.append((kind, *question.asked(parameter.code), expected))
    assert not wrong, f"{len(wrong)}, of which {wrong[:20]}"
    return len(asked)


async def test_a_sample_of_parameters_is_answered_by_the_index(store, context, make_query):
    """A token filed in one form and asked in another: a record that is there is not shown."""
    sample = random.Random(20).sample(ASKED, FEW)
    assert await ask(store, context, make_query, sample) > 10 * FEW


@pytest.mark.slow
@pytest.mark.parametrize("share", range(8))
async def test_every_parameter_is_answered_by_the_index(store, context, make_query, share):
    """As above, for all types and parameters."""
    assert await ask(store, context, make_query, ASKED[share::8]) > 2_000
