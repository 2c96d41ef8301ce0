"""Where may one send to: spellings, sides of the house, what the administrator allows."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.outbound.addresses import Address, Side, side_of
from hygie.outbound.permission import Permission, read_permission
from hygie.outbound.place import Place, read_place
from hygie.refusal import Category, Refused

OUTSIDE = ip_address("93.184.215.14")
INSIDE = ip_address("10.1.2.3")


def refused_by(permission: Permission, place: Place, *addresses: Address) -> str:
    """The rule that refuses, or nothing."""
    try:
        permission.judge(place, addresses)
    except Refused as refused:
        return refused.refusal.issues[0].rule
    return ""


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1.",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "https://user@clinic.example.org/",
        "https://user:password@clinic.example.org/",
        "https://clinic.example.org\\@127.0.0.1/",
        "https://clinic.example.org#@127.0.0.1/",
        "https://clinic.example.org/#fragment",
        "https://ⓔxample.org/",
        "https://127。0。0。1/",
        "https://clinic.example.org./",
        "https://[::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://clinic..example.org/",
        "https://clinic.example.org:0/",
        "https://clinic.example.org:65536/",
        "https://clinic.example.org:443:80/",
        "https:///path",
        "https://",
        "//clinic.example.org/",
        "file:///etc/passwd",
        "ftp://clinic.example.org/",
        "gopher://clinic.example.org/",
        " https://clinic.example.org/",
        "https://clinic.example.org/\r\nHost: other",
        "https://clinic.example.org/a b",
        "https://clinic.example.org/" + "a" * 2_000,
        "",
    ],
)
def test_odd_spellings_are_refused(url: str) -> None:
    """Guards: an address that one program reads as outside, and another as inside."""
    with pytest.raises(Refused) as refused:
        read_place(url)
    assert refused.value.refusal.category is Category.UNPROCESSABLE


def test_a_refused_address_is_not_repeated() -> None:
    """Guards: a subscriber's secret in a message that others read."""
    with pytest.raises(Refused) as refused:
        read_place("https://clinic.example.org/hook?token=s3cret#x")
    issue = refused.value.refusal.issues[0]
    assert "s3cret" not in issue.text("fr") + issue.text("en") + str(refused.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Clinic.Example.ORG", Place("https", "clinic.example.org", 443)),
        ("http://10.0.0.1:8080/a/b?c=d", Place("http", "10.0.0.1", 8080)),
        ("https://[2001:DB8:0::1]/x", Place("https", "2001:db8::1", 443)),
        ("https://clinic?x=1", Place("https", "clinic", 443)),
        ("https://a.example:0443/", Place("https", "a.example", 443)),
    ],
)
def test_plain_spellings_are_read(url: str, expected: Place) -> None:
    """Guards: a judgement of another host than the one that is connected to."""
    found = read_place(url)
    assert found[:3] == expected[:3]
    assert read_place(found.url) == found


@given(st.text(max_size=60) | st.from_regex(r"\Ahttps?://[0-9a-fx.:\[\]@/\\#?%]{1,40}\Z"))
def test_what_is_read_has_one_spelling(text: str) -> None:
    """Guards: an address that reads otherwise the second time, or holds a user or a fragment."""
    try:
        place = read_place(text)
    except Refused:
        return
    assert read_place(place.url) == place
    assert not set(place.url) & set("#\\ ")
    assert "@" not in place.url.partition("://")[2].partition("/")[0]
    assert place.scheme in ("http", "https")


@pytest.mark.parametrize(
    ("address", "side"),
    [
        ("93.184.215.14", Side.OUTSIDE),
        ("2606:2800:21f:cb07::1", Side.OUTSIDE),
        ("::ffff:93.184.215.14", Side.OUTSIDE),
        ("64:ff9b::5db8:d70e", Side.OUTSIDE),
        ("127.0.0.1", Side.INSIDE),
        ("10.0.0.1", Side.INSIDE),
        ("172.31.255.255", Side.INSIDE),
        ("192.168.1.1", Side.INSIDE),
        ("100.64.0.1", Side.INSIDE),
        ("198.18.0.1", Side.INSIDE),
        ("::1", Side.INSIDE),
        ("fc00::1", Side.INSIDE),
        ("fec0::1", Side.INSIDE),
        ("::ffff:10.0.0.1", Side.INSIDE),
        ("::10.0.0.1", Side.INSIDE),
        ("64:ff9b::a00:1", Side.INSIDE),
        ("64:ff9b:1::1", Side.INSIDE),
        ("2002:a00:1::", Side.INSIDE),
        ("2001:db8::1", Side.INSIDE),
        ("2001::1", Side.INSIDE),
        ("0.0.0.0", Side.NEVER),
        ("0.1.2.3", Side.NEVER),
        ("::", Side.NEVER),
        ("169.254.169.254", Side.NEVER),
        ("::ffff:169.254.169.254", Side.NEVER),
        ("64:ff9b::a9fe:a9fe", Side.NEVER),
        ("100.100.100.200", Side.NEVER),
        ("168.63.129.16", Side.NEVER),
        ("fd00:ec2::254", Side.NEVER),
        ("fd20:ce::254", Side.NEVER),
        ("fe80::1", Side.NEVER),
        ("224.0.0.1", Side.NEVER),
        ("255.255.255.255", Side.NEVER),
        ("ff02::1", Side.NEVER),
    ],
)
def test_addresses_are_judged_by_where_they_lead(address: str, side: Side) -> None:
    """Guards: an inner address in the disguise of an outer one."""
    assert side_of(ip_address(address)) is side


def test_nothing_internal_without_permission() -> None:
    """Guards: a subscriber who has the house ask its own services."""
    nobody = Permission()
    assert refused_by(nobody, Place("https", "a.example", 443), OUTSIDE) == ""
    assert refused_by(nobody, Place("https", "a.example", 8443), OUTSIDE) == ""
    assert refused_by(nobody, Place("https", "a.example", 443), INSIDE) == "outbound.forbidden"
    assert refused_by(nobody, Place("https", "a.example", 443), OUTSIDE, INSIDE)
    assert refused_by(nobody, Place("http", "a.example", 80), OUTSIDE) == "outbound.forbidden"
    assert refused_by(nobody, Place("https", "a.example", 25), OUTSIDE) == "outbound.forbidden"


def test_the_administrator_names_hosts_and_networks() -> None:
    """Guards: a permission wider, or narrower, than what was written."""
    some = read_permission("engine.local:2575, labo, 10.1.0.0/16:8080 ,[fd12::/16]:443,192.168.0.7")
    assert refused_by(some, Place("mllp", "engine.local", 2575), INSIDE) == ""
    assert refused_by(some, Place("mllp", "engine.local", 2576), INSIDE)
    assert refused_by(some, Place("http", "labo", 9), INSIDE) == ""
    assert refused_by(some, Place("http", "labo.other", 9), INSIDE)
    assert refused_by(some, Place("http", "x.example", 8080), INSIDE) == ""
    assert refused_by(some, Place("http", "x.example", 8080), INSIDE, ip_address("10.2.0.1"))
    assert refused_by(some, Place("http", "x.example", 80), INSIDE)
    assert refused_by(some, Place("http", "x.example", 80), ip_address("::ffff:192.168.0.7")) == ""
    assert refused_by(some, Place("https", "x.example", 443), ip_address("fd12::9")) == ""


@pytest.mark.parametrize("entry", ["0.0.0.0/0,::/0", "metadata.example", "169.254.169.254"])
def test_no_permission_reaches_metadata(entry: str) -> None:
    """Guards: credentials of the machine given away by a setting that is too wide."""
    place = Place("http", "metadata.example", 80)
    assert refused_by(read_permission(entry), place, ip_address("169.254.169.254")) == (
        "outbound.never"
    )


def test_the_house_tells_itself_nothing() -> None:
    """Guards: notifications of the changes that notifications make, without end."""
    own = read_permission("hygie.example.org", "https://hygie.example.org/")
    assert refused_by(own, Place("https", "hygie.example.org", 443), OUTSIDE) == "outbound.never"


@pytest.mark.parametrize(
    "text",
    ["http://labo", "a b", "10.0.0.0/33", "labo:0x1", "labo:70000", "10.0.0.1/8", "::1]", "[labo]"],
)
def test_a_doubtful_permission_is_refused(text: str) -> None:
    """Guards: an administrator who believes something is allowed, or forbidden, that is not."""
    with pytest.raises(Refused):
        read_permission(text)
