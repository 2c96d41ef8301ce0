"""Resolution in bundles agrees with a slow obvious reading of the specification."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.validate.references.entries import Entries

IDS = st.sampled_from(["1", "2"])
VERSIONS = st.sampled_from(["", "1", "2"])
TYPES = st.sampled_from(["Patient", "Group"])
ROOTS = st.sampled_from(["https://a.test/fhir/", "https://b.test/"])
UUIDS = st.sampled_from([f"urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-{n:012}" for n in range(2)])


@st.composite
def entries(draw: Any) -> dict[str, Any]:
    type_, id_, version = draw(TYPES), draw(IDS), draw(VERSIONS)
    url = draw(st.one_of(st.just(""), UUIDS, ROOTS.map(lambda root: f"{root}{type_}/{id_}")))
    meta = {"meta": {"versionId": version}} if version else {}
    resource = {"resourceType": type_, "id": id_, **meta}
    return {**({"fullUrl": url} if url else {}), "resource": resource}


@st.composite
def references(draw: Any) -> str:
    name = f"{draw(TYPES)}/{draw(IDS)}"
    version = draw(VERSIONS)
    text = draw(st.one_of(st.just(name), ROOTS.map(lambda root: root + name), UUIDS))
    return f"{text}/_history/{version}" if version else str(text)


def naive(bundle: list[dict[str, Any]], source: int, reference: str) -> list[int]:
    """R4 §2.36.4.1, sentence by sentence."""
    url, _, version = reference.partition("/_history/")
    full_url = bundle[source].get("fullUrl", "")
    if ":" not in url:
        if not full_url.startswith("http"):
            return []
        url = full_url.rsplit("/", 2)[0] + "/" + url
    return [
        index
        for index, entry in enumerate(bundle)
        if entry.get("fullUrl") == url
        and version in ("", entry["resource"].get("meta", {}).get("versionId"))
    ]


@given(st.lists(entries(), min_size=1, max_size=8), references(), st.data())
def test_resolution_is_that_of_the_specification(
    bundle: list[dict[str, Any]], reference: str, data: Any
) -> None:
    """Danger: a result read as that of another patient, whose id is the same elsewhere."""
    source = data.draw(st.integers(0, len(bundle) - 1))
    index = Entries({"entry": bundle})
    assert list(index.find(reference, index.root(source))) == naive(bundle, source, reference)


@given(st.lists(entries(), max_size=8), references())
def test_what_resembles_has_the_type_and_id(bundle: list[dict[str, Any]], reference: str) -> None:
    """Danger: a sentence that proposes the wrong entry."""
    name = "/".join(reference.partition("/_history/")[0].split("/")[-2:])
    alike = [
        index
        for index, entry in enumerate(bundle)
        if f"{entry['resource']['resourceType']}/{entry['resource']['id']}" == name
    ]
    assert list(Entries({"entry": bundle}).alike(reference)) == alike


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(
    st.lists(
        JSON | st.fixed_dictionaries({}, optional={"fullUrl": JSON, "resource": JSON}), max_size=4
    ),
    st.text(),
)
def test_any_json_is_indexed(bundle: list[Any], reference: str) -> None:
    """Danger: an exception for a bundle that is none."""
    index = Entries({"entry": bundle})
    assert set(index.find(reference, "")) <= set(range(len(bundle)))
    assert set(index.alike(reference)) <= set(range(len(bundle)))
