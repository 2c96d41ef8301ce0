"""Guards against a set of adaptations that is only found faulty once it is in place."""

from click.testing import CliRunner

from hygie.cli import cli

GOOD = 'title = "t"\n[[change]]\nid = "classe"\nwhy = "w"\nset = "PV1-2"\ncodes = {H = "I"}\n'
MESSAGES = b"".join(
    b"MSH|^~\\&|A|B|C|D|2026||ADT^A01|%d|P|2.5\rPV1|1|%s\r" % (number, kind)
    for number, kind in enumerate((b"H", b"O"))
)


def run(*arguments):
    return CliRunner().invoke(cli, ["adaptations", *map(str, arguments)])


def test_faults_are_told_with_their_lines(tmp_path):
    """A technician who learns of a fault from a quarantine that fills up."""
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(GOOD)
    bad.write_text(GOOD + '[[change]]\nid = "b"\nwhy = "w"\ndrop = "MSH"\n')
    assert (run("check", good).exit_code, run("check", good).output) == (0, "")
    told = run("check", good, bad)
    assert told.exit_code == 1
    assert "7" in told.output
    assert str(bad) in told.output


def test_messages_are_shown_as_they_would_be_mapped(tmp_path):
    """A change that is tried on the live feed for want of another place."""
    good, messages = tmp_path / "good.toml", tmp_path / "messages.hl7"
    good.write_text(GOOD)
    messages.write_bytes(MESSAGES)
    lines = run("try", good, messages).output.split("\n")
    assert [line for line in lines if line.startswith(("#", "PV1"))] == [
        "# classe", "PV1|1|I", "# -", "PV1|1|O",
    ]  # fmt: skip
    assert '"fired":["classe"]' in run("try", good, messages, "--json").output
