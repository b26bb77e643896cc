"""The backend an operator names: a server with a model on it, a folder, or a model of the Hugging Face cache."""

from __future__ import annotations

from pathlib import Path

from generation.backends.base import Backend, BackendError

__all__ = ["KEY", "choose"]

KEY = "YUBAN_TEXT_KEY"
"""Environment variable that holds a server's key."""


def choose(server: str = "", model: str = "") -> Backend:
    """Opens a backend; nothing is asked of a server yet, and nothing is downloaded.

    Args:
        server: base URL of an OpenAI-compatible server, ``http://127.0.0.1:8000/v1``; its key is read from :data:`KEY`.
        model: the name the server knows the model by; without a server a folder or the name of a model in the cache.

    Raises:
        BackendError: neither is given, a server without a model, or nothing that can be opened; the message says which.
    """
    if server:
        if not model:
            raise BackendError(f"{server}: which model? Give the name the server knows it by")
        from generation.backends.server import Server

        return Server(server, model, key_variable=KEY, read_timeout=30.0, total_timeout=45.0, retries=1)
    if not model:
        raise BackendError("neither a server nor a model is named")
    folder = Path(model).expanduser()
    if folder.is_dir():
        model = str(folder)
    elif model.startswith((".", "/", "~")):
        raise BackendError(f"{model}: no such folder")
    from generation.backends.hub import Hub

    return Hub(model)
