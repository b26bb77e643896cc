"""`python -m bot.gateway --host 127.0.0.1 --port 8000`: serve the gateway; everything else is in the environment."""

from __future__ import annotations

import argparse
import socket
import sys

import uvicorn

from .app import create_app
from .parts import Gateway
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
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        log_level=options.log_level,
        access_log=False,  # addresses are personal data, and a line a message is what the metrics are for
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=round(settings.rasa_timeout) + 1,  # turns in progress may finish
    )
    _Server(config).run()
    return 0


class _Server(uvicorn.Server):
    """Ends the event streams when asked to stop; they would not end by themselves, and the server waits for them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        gateway: Gateway = self.config.app.state.gateway  # type: ignore[union-attr]
        gateway.hub.end_all()
        await super().shutdown(sockets)


if __name__ == "__main__":
    sys.exit(main())
