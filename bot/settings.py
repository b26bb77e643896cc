"""Where things live and which ports they listen on: the few choices an operator makes, from the environment.

Only ``bot.cli`` and ``bot.processes`` read this; the gateway has its own settings, the engines have none.
"""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Settings:
    home: Path
    """Everything Yuban writes: catalogue, models, databases, logs (``YUBAN_HOME``, default ``./var``)."""
    host: str = LOOPBACK
    """Address the gateway listens on (``YUBAN_HOST``); Rasa and the action server never leave loopback."""
    port: int = 8000
    """Port of the gateway (``YUBAN_PORT``); the next free one is taken when the default is in use."""
    rasa_python: Path = ROOT / ".venv-rasa" / "bin" / "python"
    """The Python 3.10 that has Rasa (``YUBAN_RASA_PYTHON``)."""
    database_url: str = ""
    """SQLAlchemy URL for conversations and Rasa's trackers (``YUBAN_DATABASE_URL``); empty: SQLite files in ``home``."""
    redis_url: str = ""
    """Redis for locks and fan-out when there is more than one process of a kind (``YUBAN_REDIS_URL``); empty: in memory."""
    text_server: str = ""
    """Base URL of an OpenAI-compatible server that writes beside the rules (``YUBAN_TEXT_SERVER``), its key in
    ``YUBAN_TEXT_KEY``; empty: none."""
    text_model: str = ""
    """The model's name there; without a server a folder or the name of a model in the Hugging Face cache
    (``YUBAN_TEXT_MODEL``)."""
    internal_token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """What the three processes show each other (``YUBAN_INTERNAL_TOKEN``); drawn anew at every start by default."""

    @classmethod
    def from_environment(cls) -> Settings:
        """Raises ValueError, naming the variable, when a value does not fit."""
        get = os.environ.get
        port = get("YUBAN_PORT", "8000")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"YUBAN_PORT={port!r}: a port is a number from 1 to 65535")
        token = get("YUBAN_INTERNAL_TOKEN")
        return cls(
            home=Path(get("YUBAN_HOME", "var")).expanduser().resolve(),
            host=get("YUBAN_HOST", LOOPBACK),
            port=int(port),
            rasa_python=Path(get("YUBAN_RASA_PYTHON", str(cls.rasa_python))),
            database_url=get("YUBAN_DATABASE_URL", ""),
            redis_url=get("YUBAN_REDIS_URL", ""),
            text_server=get("YUBAN_TEXT_SERVER", "").strip(),
            text_model=get("YUBAN_TEXT_MODEL", "").strip(),
            **({"internal_token": token} if token else {}),
        )

    @property
    def dialogue_models(self) -> Path:
        return self.home / "models" / "dialogue"

    @property
    def recsys_model(self) -> Path:
        return self.home / "models" / "recsys"

    @property
    def sentiment_model(self) -> Path:
        return self.home / "models" / "sentiment"

    @property
    def suggester(self) -> Path:
        return self.home / "models" / "suggestions.npz"

    @property
    def gazetteer(self) -> Path:
        return self.home / "gazetteer.json"

    @property
    def operator_token(self) -> Path:
        """The file with what operators show the console (``YUBAN_OPERATOR_TOKEN`` overrides it)."""
        return self.home / "operator-token"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def tracker_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'tracker.db'}"


def kept_secret(path: Path) -> str:
    """The secret in this file; drawn and written, for its owner's eyes only, the first time."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = secrets.token_urlsafe(24)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secret + "\n")
        return secret


def free_port(preferred: int = 0, host: str = LOOPBACK) -> int:
    """``preferred`` if nobody listens there, else the next free port above it (any free port when 0).

    Raises:
        OSError: none of the hundred ports from ``preferred`` on is free.
    """
    candidates = range(preferred, min(preferred + 100, 65536)) if preferred else [0]
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port from {preferred} to {preferred + 99} on {host}")
