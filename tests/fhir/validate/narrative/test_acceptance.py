"""Narrative: well-formed XHTML, with nothing that acts (R4 §2.4.0)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.validate import base_validator
from hygie.fhir.validate.narrative.acceptance import (
    DOCUMENT_TYPE,
    FORBIDDEN_ATTRIBUTE,
    FORBIDDEN_ELEMENT,
    MALFORMED,
    NO_CONTENT,
    NOT_A_DIV,
    Reason,
    refusal_reason,
)

OPEN = '<div xmlns="http://www.w3.org/1999/xhtml"'
BOMB = (
    '<!DOCTYPE div [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"{OPEN}>&b;</div>"
)


@pytest.mark.parametrize(
    "text",
    [
        f"{OPEN}>Bonjour</div>",
        f'{OPEN} xml:lang="fr" lang="fr" class="x"><p>Œdème&#160;: 3 &lt; 4 &amp; 5</p></div>',
        f'{OPEN}><table border="1"><tr><td colspan="2">1</td></tr></table></div>',
        f'{OPEN}><a href="https://example.org/" title="x">lien</a><a name="x"/></div>',
        f'{OPEN}><img src="data:image/png;base64,QUJD" alt="courbe"/></div>',
        f'{OPEN} style="color: red; font-size: 11px"><!-- note --><b>x</b></div>',
        f'{OPEN}><p style="background-image: url(tbl_bck1.png)">x</p></div>',
        f"{OPEN}><![CDATA[x]]></div>",
        '<x:div xmlns:x="http://www.w3.org/1999/xhtml">Bonjour</x:div>',
    ],
)
def test_good_narratives(text: str) -> None:
    """Danger: an ordinary narrative refused."""
    assert refusal_reason(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{OPEN}><script>alert(1)</script></div>", FORBIDDEN_ELEMENT),
        (f"{OPEN}><iframe src='x'/>x</div>", FORBIDDEN_ELEMENT),
        (f"{OPEN}><form><input/></form></div>", FORBIDDEN_ELEMENT),
        (f"{OPEN}><object data='x'/>x</div>", FORBIDDEN_ELEMENT),
        (f"{OPEN}><style>p {{}}</style>x</div>", FORBIDDEN_ELEMENT),
        (f"{OPEN}><SCRIPT>x</SCRIPT></div>", FORBIDDEN_ELEMENT),
        (f'{OPEN}><svg xmlns="http://www.w3.org/2000/svg"/>x</div>', FORBIDDEN_ELEMENT),
        (f'{OPEN}><p onclick="x()">x</p></div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN}><a href="javascript:x()">x</a></div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN}><a href=" java&#10;script:x()">x</a></div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN}><a href="data:text/html,x">x</a></div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN}><a href="data:image/svg+xml,x">x</a></div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN} style="background: url(javascript:x)">x</div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN} style="width: expr/**/ession(x)">x</div>', FORBIDDEN_ATTRIBUTE),
        (f'{OPEN}><p srcdoc="x">x</p></div>', FORBIDDEN_ATTRIBUTE),
        (BOMB, DOCUMENT_TYPE),
        (f"<?xml-stylesheet href='x'?>{OPEN}>x</div>", DOCUMENT_TYPE),
        ("<div>x</div>", NOT_A_DIV),
        ('<p xmlns="http://www.w3.org/1999/xhtml">x</p>', NOT_A_DIV),
        (f"{OPEN}>x", MALFORMED),
        (f"{OPEN}>x</div>{OPEN}>y</div>", MALFORMED),
        (f"x{OPEN}>x</div>", MALFORMED),
        (f"{OPEN}>a & b</div>", MALFORMED),
        (f"{OPEN}>&nbsp;</div>", MALFORMED),
        (f"{OPEN}><br></div>", MALFORMED),
        (f"{OPEN}>\ud800</div>", MALFORMED),
        (f"{OPEN}></div>", NO_CONTENT),
        (f"{OPEN}> <p>\n</p></div>", NO_CONTENT),
    ],
)
def test_refused_narratives(text: str, reason: Reason) -> None:
    """Danger: a script stored in a record, and run in the browser of whoever reads it."""
    assert refusal_reason(text) == reason


def test_the_reason_is_said() -> None:
    """Danger: a narrative refused without a word of why."""
    text = {"status": "generated", "div": f"{OPEN}><script/></div>"}
    (issue,) = base_validator().validate({"resourceType": "Patient", "text": text})
    assert (issue.rule, issue.location) == ("value.narrative", "Patient.text.div")
    assert "script" in issue.text("fr")


@given(st.text(alphabet="<>/&;\"'= divpaonclickjs:!-[]?\ud800\x00é", max_size=80))
def test_no_text_escapes_as_an_exception(inside: str) -> None:
    """Danger: an exception of the XML parser on hostile text."""
    refusal_reason(inside)
    refusal_reason(f"{OPEN}>{inside}</div>")
