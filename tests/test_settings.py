"""Settings: options before environment before defaults; doubtful values refused at start."""

from pathlib import Path

import pytest

from hygie.outbound.mailing import Relay
from hygie.refusal import Refused
from hygie.settings import Settings, load


def test_defaults_hold_when_nothing_is_said() -> None:
    """Guards: a first start that needs configuration."""
    assert load({}) == Settings()


def test_an_option_wins_over_the_environment() -> None:
    """Guards: an administrator's explicit word being ignored."""
    settings = load({"HYGIE_DATA": "/elsewhere"}, data=Path("/here"), database_url=None)
    assert settings.data == Path("/here")


def test_the_key_file_lies_in_the_data_directory_unless_placed_elsewhere() -> None:
    """Guards: a key looked for where it is not."""
    assert load({}, data=Path("/d")).key_file == Path("/d/keys/master.key")
    assert load({"HYGIE_MASTER_KEY_FILE": "/safe/key"}).key_file == Path("/safe/key")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HYGIE_DATABASE_URL", "mysql://somewhere"),
        ("HYGIE_CLAMD", "localhost"),
        ("HYGIE_SCAN", "required"),
        ("HYGIE_SCAN", "sometimes"),
        ("HYGIE_DATABASE_URL", "password-alone"),
        ("HYGIE_PUBLIC_URL", "clinique.example.org"),
        ("HYGIE_TIME_ZONE", "Europe/Lutece"),
        ("HYGIE_TIME_ZONE", "../../etc/passwd"),
    ],
)
def test_a_doubtful_value_is_refused_by_name(variable: str, value: str) -> None:
    """Guards: starting on a configuration that cannot be right."""
    with pytest.raises(Refused) as refused:
        load({variable: value})
    assert variable in refused.value.refusal.issues[0].text("fr")


def test_a_refused_database_url_does_not_show_its_password() -> None:
    """Guards: a secret in an error message."""
    with pytest.raises(Refused) as refused:
        load({"HYGIE_DATABASE_URL": "mysql://user:s3cret@host/db"})
    assert "s3cret" not in refused.value.refusal.issues[0].text("en")


def test_cookies_need_https_when_people_come_by_https() -> None:
    """Guards: a session cookie leaving in clear beside a TLS proxy."""
    assert load({"HYGIE_PUBLIC_URL": "https://clinique.example.org"}).behind_https
    assert not load({}).behind_https


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HYGIE_SMTP_SECURITY", "ssl"),
        ("HYGIE_SMTP_SENDER", "nobody"),
        ("HYGIE_SMTP_HOST", "relay:99999"),
        ("HYGIE_SMTP_PASSWORD_FILE", "/nowhere/at/all"),
        ("HYGIE_OUTBOUND_ALLOW", "http://labo"),
        ("HYGIE_OUTBOUND_AUTHORITIES", "/nowhere/at/all"),
    ],
)
def test_a_doubtful_way_out_is_refused(variable: str, value: str) -> None:
    """Guards: an administrator who believes that mail leaves, or that a host is forbidden."""
    right = {"HYGIE_SMTP_HOST": "relay.local", "HYGIE_SMTP_SENDER": "hygie@hopital.example"}
    assert load(right).relay == Relay("relay.local", 587, "starttls", "hygie@hopital.example")
    with pytest.raises(Refused) as refused:
        load(right | {variable: value})
    assert variable in refused.value.refusal.issues[0].text("fr")
