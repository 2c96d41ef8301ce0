"""Declarations as files: what is shown can be declared again; faults are said where they are."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.sources.declaration import Folder, Mllp, Source, Tls
from hygie.refusal import Refused
from hygie.store.declared_toml import as_toml, read_toml

LINES = """\
name = "labo"
title = "Laboratoire"
events = ["ORU^R01", "ORU^R30"]

[way]
kind = "mllp"
port = 2576
peers = ["10.1.0.0/16"]

[way.tls]
certificate = "/s/labo.pem"
key = "/s/labo.key"
"""


def test_a_declaration_as_people_write_it():
    """Guards: an example of the documentation that does not declare what it says."""
    tls = Tls(certificate="/s/labo.pem", key="/s/labo.key")
    assert read_toml(LINES.encode(), Source, "source") == Source(
        name="labo", title="Laboratoire", events=("ORU^R01", "ORU^R30"),
        way=Mllp(port=2576, peers=("10.1.0.0/16",), tls=tls),
    )  # fmt: skip


@given(
    st.builds(
        Source, name=st.text(), title=st.text(), events=st.lists(st.text()).map(tuple),
        running=st.booleans(), retention_days=st.integers(0, 9_999),
        messages_per_second=st.floats(0, 1e9),
        way=st.none() | st.builds(Folder, path=st.text(), every_seconds=st.floats(0.1, 100))
        | st.builds(Mllp, port=st.integers(), tls=st.none() | st.builds(
            Tls, certificate=st.text(), key=st.text())),
    )
)  # fmt: skip
def test_what_is_shown_declares_the_same(source):
    """Guards: a declaration copied from what is shown, and changed by it unseen."""
    assert msgspec.structs.asdict(
        read_toml(as_toml(source).encode(), Source, "source")
    ) == msgspec.structs.asdict(source)


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ("name = ", "source.toml", ""),
        ("title = 'x'", "source.missing", ""),
        ("name = 'a'\nport = 1", "source.field", ""),
        ("name = 'a'\nway = {kind = 'mllp', port = '1'}", "source.kind", "way.port"),
        ("name = 'a'\nway = {kind = 'mllp', port = 1, prot = 1}", "source.field", "way"),
        ("name = 'a'\nway = {kind = 'telex'}", "source.value", "way.kind"),
        ("name = 'a'\norder = 'soon'", "source.value", "order"),
    ],
)
def test_a_faulty_file_is_told_where(text, rule, place):
    """Guards: somebody left alone with "invalid file"."""
    with pytest.raises(Refused) as refused:
        read_toml(text.encode(), Source, "source")
    issue = refused.value.refusal.issues[0]
    assert (issue.rule, issue.location) == (rule, place)
    assert issue.text("fr") != issue.text("en")


def test_what_is_nested_without_end_is_no_declaration():
    """Guards: a form that brings its page down."""
    with pytest.raises(Refused) as refused:
        read_toml(b"x = " + b"[" * 100_000, Source, "source")
    assert refused.value.refusal.issues[0].rule == "source.toml"
