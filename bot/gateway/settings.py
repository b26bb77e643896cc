"""Everything the gateway can be told from outside, read once from the environment.

Every setting has a default that works on one machine with SQLite and memory; `YUBAN_DATABASE_URL` (PostgreSQL) and
`YUBAN_REDIS_URL` are what several gateway processes need to act as one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from limits import parse_many

PACKAGE = Path(__file__).parent


class SettingsError(ValueError):
    """A setting is missing or cannot be read; the message names the variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The gateway's settings. The comment beside a field names its environment variable."""

    internal_token: str = field(repr=False)  # YUBAN_INTERNAL_TOKEN
    """Shared with Rasa and the action server; opens `/internal/deliver` and `/metrics`. Required."""

    home: Path = Path("var")  # YUBAN_HOME
    """Folder of the database and the secret; created when missing."""

    rasa_url: str = "http://127.0.0.1:5005"  # YUBAN_RASA_URL
    actions_url: str = "http://127.0.0.1:5055"  # YUBAN_ACTIONS_URL

    database_url: str = ""  # YUBAN_DATABASE_URL
    """SQLAlchemy URL. Default: SQLite at `home/yuban.db`; `postgresql://…` is read as psycopg 3."""

    redis_url: str | None = None  # YUBAN_REDIS_URL
    """Carries live events and rate limits between gateway processes; without it both stay in this process."""

    secret_file: Path | None = None  # YUBAN_SECRET_FILE
    """Signing keys of session tokens, one a line, newest last; default `home/secret`, created with mode 0600."""

    operator_token: str | None = field(default=None, repr=False)  # YUBAN_OPERATOR_TOKEN
    """Opens the operator console. Without it nobody can answer, so no conversation is handed over."""

    allowed_origins: tuple[str, ...] = ()  # YUBAN_ALLOWED_ORIGINS, comma separated
    """Sites that may embed the widget from another origin, e.g. `https://www.example.com`."""

    trusted_proxies: str = "127.0.0.1"  # YUBAN_TRUSTED_PROXIES
    """Addresses whose `X-Forwarded-For` is believed (uvicorn's `forwarded_allow_ips`)."""

    session_days: float = 30.0  # YUBAN_SESSION_DAYS
    """How long a session token is good for; PATCH /v1/session renews it."""

    retention_days: float = 30.0  # YUBAN_RETENTION_DAYS
    """Conversations untouched for longer are deleted; 0 keeps them."""

    rasa_timeout: float = 20.0  # YUBAN_RASA_TIMEOUT, seconds
    """How long a turn may take before the user is told that it is slow."""

    rate_messages: str = "40/minute"  # YUBAN_RATE_LIMIT
    """Messages of one session. Syntax of the `limits` library (`10/second;200/hour`), or `off`."""

    rate_messages_ip: str = "400/minute"  # YUBAN_RATE_LIMIT_IP
    """Messages of one address: an office or a campus shares one."""

    rate_sessions: str = "60/minute"  # YUBAN_RATE_LIMIT_SESSIONS
    """New sessions of one address."""

    rate_reads: str = "240/minute"  # YUBAN_RATE_LIMIT_READS
    """Everything else a session asks for: history, streams, feedback, export."""

    heartbeat: float = 15.0
    """Seconds between comment lines on a quiet event stream, so that proxies keep it open."""

    streams_per_conversation: int = 8
    """Open event streams (browser tabs) of one conversation."""

    widget_dir: Path = PACKAGE.parent / "widget" / "dist"
    """Where the built widget lies."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read `YUBAN_*`; an empty variable counts as unset.

        Raises:
            SettingsError: `YUBAN_INTERNAL_TOKEN` is missing, or a number cannot be read.
        """
        values: dict[str, object] = {}
        for name, (variable, read) in _VARIABLES.items():
            raw = environ.get(variable, "").strip()
            if not raw:
                continue
            try:
                values[name] = read(raw)
            except ValueError as error:
                raise SettingsError(f"{variable}={raw!r}: {error}") from error
        if "internal_token" not in values:
            raise SettingsError("YUBAN_INTERNAL_TOKEN is not set: the gateway, Rasa and the action server share it")
        return cls(**values)  # type: ignore[arg-type]

    def sqlalchemy_url(self) -> str:
        """The database URL with its driver named; creates `home` for the default SQLite file."""
        if self.database_url:
            scheme, _, rest = self.database_url.partition("://")
            return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else self.database_url
        self.home.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{self.home / 'yuban.db'}"

    def signing_keys(self) -> list[str]:
        """Keys that sign session tokens, oldest first; the file is created (0600) on first use.

        Raises:
            SettingsError: the file exists and is empty.
        """
        path = self.secret_file or self.home / "secret"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _create_private(path, secrets.token_urlsafe(48) + "\n")
        keys = path.read_text(encoding="utf-8").split()
        if not keys:
            raise SettingsError(f"{path} holds no signing key")
        return keys


def _create_private(path: Path, text: str) -> None:
    """Write a new 0600 file in one step; when two processes start together, the first one wins."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        # link() fails when the name is taken, where replace() would overwrite the winner's key.
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()


def _origins(raw: str) -> tuple[str, ...]:
    return tuple(origin.strip().rstrip("/") for origin in raw.split(",") if origin.strip())


def _rate(raw: str) -> str:
    if raw != "off":
        parse_many(raw)
    return raw


def _url(raw: str) -> str:
    if not raw.startswith(("http://", "https://")):
        raise ValueError("expected http:// or https://")
    return raw.rstrip("/")


_VARIABLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "internal_token": ("YUBAN_INTERNAL_TOKEN", str),
    "home": ("YUBAN_HOME", Path),
    "rasa_url": ("YUBAN_RASA_URL", _url),
    "actions_url": ("YUBAN_ACTIONS_URL", _url),
    "database_url": ("YUBAN_DATABASE_URL", str),
    "redis_url": ("YUBAN_REDIS_URL", str),
    "secret_file": ("YUBAN_SECRET_FILE", Path),
    "operator_token": ("YUBAN_OPERATOR_TOKEN", str),
    "allowed_origins": ("YUBAN_ALLOWED_ORIGINS", _origins),
    "trusted_proxies": ("YUBAN_TRUSTED_PROXIES", str),
    "session_days": ("YUBAN_SESSION_DAYS", float),
    "retention_days": ("YUBAN_RETENTION_DAYS", float),
    "rasa_timeout": ("YUBAN_RASA_TIMEOUT", float),
    "rate_messages": ("YUBAN_RATE_LIMIT", _rate),
    "rate_messages_ip": ("YUBAN_RATE_LIMIT_IP", _rate),
    "rate_sessions": ("YUBAN_RATE_LIMIT_SESSIONS", _rate),
    "rate_reads": ("YUBAN_RATE_LIMIT_READS", _rate),
}
