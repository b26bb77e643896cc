"""`python -m bot.gateway --host 127.0.0.1 --port 8000`: serve the gateway; everything else is in the environment."""

from __future__ import annotations

import argparse
import sys

import uvicorn

from .app import create_app
from .settings import Settings, SettingsError


def main() -> int:
    """Serve until interrupted; 2 when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot.gateway", description="Serve the Yuban gateway.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--log-level", default="info", choices=["debug", "info", "warning", "error"])
    options = parser.parse_args()
    try:
        settings = Settings.from_env()
        app = create_app(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level=options.log_level,
        access_log=False,  # addresses are personal data, and a line a message is what the metrics are for
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        # Open event streams never end by themselves; do not wait for them.
        timeout_graceful_shutdown=2,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
