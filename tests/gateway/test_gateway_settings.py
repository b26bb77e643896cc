"""What the environment may say."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.gateway import Settings, SettingsError
from bot.gateway.__main__ import main

TOKEN = {"YUBAN_INTERNAL_TOKEN": "t"}


def test_defaults_need_one_token_only() -> None:
    settings = Settings.from_env(TOKEN)
    assert settings == Settings(internal_token="t")
    with pytest.raises(SettingsError, match="YUBAN_INTERNAL_TOKEN"):
        Settings.from_env({"YUBAN_INTERNAL_TOKEN": "  "})


def test_everything_can_be_said(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "YUBAN_INTERNAL_TOKEN": "t",
            "YUBAN_HOME": str(tmp_path),
            "YUBAN_RASA_URL": "http://rasa:5005/",
            "YUBAN_ALLOWED_ORIGINS": "https://a.test/, https://b.test",
            "YUBAN_RATE_LIMIT": "10/second;200/hour",
            "YUBAN_RATE_LIMIT_IP": "off",
            "YUBAN_SESSION_DAYS": "0.5",
            "YUBAN_OPERATOR_TOKEN": "",
        }
    )
    assert settings.rasa_url == "http://rasa:5005"
    assert settings.allowed_origins == ("https://a.test", "https://b.test")
    assert (settings.rate_messages, settings.rate_messages_ip) == ("10/second;200/hour", "off")
    assert settings.session_days == 0.5 and settings.operator_token is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [("YUBAN_SESSION_DAYS", "soon"), ("YUBAN_RATE_LIMIT", "many"), ("YUBAN_RASA_URL", "rasa:5005")],
)
def test_mistakes_name_the_variable(variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({**TOKEN, variable: value})
    monkeypatch.setenv("YUBAN_INTERNAL_TOKEN", "t")
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr("sys.argv", ["gateway"])
    assert main() == 2
    assert variable in capsys.readouterr().err


def test_tokens_are_not_printed() -> None:
    assert "hush" not in repr(Settings(internal_token="hush", operator_token="hush"))


def test_the_signing_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(internal_token="t", home=tmp_path / "new")
    (key,) = settings.signing_keys()
    assert len(key) >= 43
    assert settings.signing_keys() == [key]
    path = tmp_path / "new" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]
    path.write_text("old\nnew\n")
    assert settings.signing_keys() == ["old", "new"]
    path.write_text("\n")
    with pytest.raises(SettingsError, match="no signing key"):
        settings.signing_keys()


def test_processes_that_start_together_share_the_first_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(internal_token="t", home=tmp_path)
    (tmp_path / "secret").write_text("first\n")
    monkeypatch.setattr(Path, "exists", lambda path: False)  # the other process wrote it after we looked
    assert settings.signing_keys() == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:///x", "sqlite:///x"),
    ],
)
def test_database_urls(given: str, driver: str) -> None:
    assert Settings(internal_token="t", database_url=given).sqlalchemy_url() == driver


def test_the_default_database(tmp_path: Path) -> None:
    assert Settings(internal_token="t", home=tmp_path / "h").sqlalchemy_url() == f"sqlite:///{tmp_path}/h/yuban.db"
    assert (tmp_path / "h").is_dir()
