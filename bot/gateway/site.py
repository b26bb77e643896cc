"""The pages: a demonstration with the widget, the operators' console, the API's documentation, and the widget itself.

Plain files from `pages/`, with no inline script, so the policy can forbid it.
"""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from .errors import GatewayError
from .parts import gateway
from .security import STRICT_CSP, WIDGET_CSP

PAGES = Path(__file__).parent / "pages"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".webp": "image/webp",
}
# No component that starts with a dot, so no way out of the folder.
_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")

router = APIRouter(include_in_schema=False)


def _page(name: str, policy: str) -> Response:
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    return FileResponse(PAGES / name, headers=headers, media_type=_TYPES[".html"])


@router.get("/")
async def demo() -> Response:
    """A small streaming home with the assistant in it."""
    return _page("demo.html", WIDGET_CSP)


@router.get("/console")
async def console() -> Response:
    """The operators' page."""
    return _page("console.html", STRICT_CSP)


@router.get("/docs")
async def docs() -> Response:
    """The API, read from /openapi.json."""
    return _page("docs.html", STRICT_CSP)


@router.get("/pages/{name}")
async def asset(name: str) -> Response:
    """Styles and scripts of the pages."""
    return _file(PAGES, name, "not_found")


@router.get("/widget/{name:path}")
async def widget(request: Request, name: str) -> Response:
    """The built widget; other origins may load it, that is what it is for."""
    response = _file(gateway(request).settings.widget_dir, name, "widget_not_built")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _file(folder: Path, name: str, missing: str) -> Response:
    path = folder / name
    if not _NAME.fullmatch(name) or path.suffix not in _TYPES or not path.is_file():
        raise GatewayError(missing)
    headers = {"Content-Security-Policy": STRICT_CSP, "Cache-Control": "no-cache"}
    return FileResponse(path, headers=headers, media_type=_TYPES[path.suffix])
