"""Guards against a bundle's entry doing something else than its address says."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.limits import MAX_QUERY_CHARACTERS
from hygie.refusal import Refused
from hygie.store.interactions.addresses import (
    Address,
    pairs,
    parameters,
    parse_address,
    parse_tag,
    query_string,
)

IDS = st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Patient", Address("Patient")),
        ("/Patient/", Address("Patient")),
        ("Patient?name=x&a=b/c", Address("Patient", query="name=x&a=b/c")),
        ("Patient/1", Address("Patient", id="1")),
        ("Patient/1/_history", Address("Patient", id="1", history=True)),
        ("Patient/1/_history/3", Address("Patient", id="1", history=True, version=3)),
        ("Patient/_history?_count=2", Address("Patient", history=True, query="_count=2")),
        ("", None),
        ("Patient/a b", None),
        ("Patient/1/$everything", None),
        ("Patient/1/_history/x", None),
        ("Patient/1/_history/0", None),
        ("Patient/1/2/3/4", None),
        ("Patient/" + "a" * 65, None),
    ],
)
def test_an_address_is_read_whole_or_not_at_all(text: str, address: Address | None) -> None:
    """Danger: a part that is not understood is dropped, and the rest is done."""
    assert parse_address(text) == address


@given(type_=st.sampled_from(["Patient", "Observation"]), id_=IDS, version=st.integers(1, 10**9))
def test_every_version_has_one_address(type_: str, id_: str, version: int) -> None:
    """Danger: an id that looks like something else changes the meaning of the address."""
    address = parse_address(f"{type_}/{id_}/_history/{version}")
    assert address == Address(type_, id=id_, history=True, version=version)


@pytest.mark.parametrize(
    ("text", "version"),
    [('W/"3"', 3), (' W/"12" ', 12), ('"3"', None), ("3", None), ('W/"x"', None), ("*", None)],
)
def test_a_version_tag_is_exact(text: str, version: int | None) -> None:
    """Danger: a tag that is not understood passes for no condition at all."""
    assert parse_tag(text) == version


@pytest.mark.parametrize("query", ["name=%ff", "a=" + "b" * MAX_QUERY_CHARACTERS])
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    """Danger: replacement characters search for something else than was asked."""
    with pytest.raises(Refused) as caught:
        parameters(query)
    assert caught.value.refusal.issues[0].rule == "query.form"


@given(
    st.lists(st.tuples(st.text(), st.text())).map(urlencode) | st.text("ab&=+%3cC2é", max_size=40)
)
def test_a_form_is_read_as_the_standard_library_reads_it(text: str) -> None:
    """Danger: the fast way finds other names or values than those that were sent."""
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            pairs(text)
    else:
        assert pairs(text) == expected


@given(st.lists(st.tuples(st.text(), st.text())))
def test_links_say_what_was_asked(given: list[tuple[str, str]]) -> None:
    """Danger: the next page is that of another search."""
    written = query_string(given)
    assert written == urlencode(given, safe=":,/")
    assert pairs(written) == given
