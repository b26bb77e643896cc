"""The public door: sessions, limits, delivery, handoff and privacy in front of Rasa. Start at `app`."""

from .app import create_app
from .settings import Settings, SettingsError

__all__ = ["Settings", "SettingsError", "create_app"]
