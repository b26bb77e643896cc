"""A conversation in the terminal, over the same public API as the widget."""

from __future__ import annotations

from typing import Any

import httpx
from rich.console import Console
from rich.panel import Panel

BYE = {"/q", "/quit", "/exit", "quit", "exit", "退出"}


def talk(url: str, lang: str | None, console: Console) -> None:
    """Reads lines until end of input; numbers choose a quick reply."""
    with httpx.Client(base_url=url, timeout=60) as client:
        try:
            session = client.post("/v1/session", json={"lang": lang} if lang else {}).raise_for_status().json()
        except httpx.HTTPError as error:
            console.print(f"[red]No assistant at {url} ({error}).[/] Start one with: yuban run")
            return
        client.headers["Authorization"] = f"Bearer {session['token']}"
        choices = show(session["greeting"], console) if session.get("greeting") else []
        while True:
            try:
                text = console.input("[bold cyan]> [/]").strip()
            except (EOFError, KeyboardInterrupt):
                break
            if text.lower() in BYE:
                break
            body: dict[str, Any] = {"text": text}
            if text.isdigit() and 0 < int(text) <= len(choices):
                chosen = choices[int(text) - 1]
                body = {"text": chosen["title"], "payload": chosen["payload"]}
            answer = client.post("/v1/messages", json=body)
            if answer.is_error:
                message = answer.json().get("error", {}).get("message", {})
                console.print(f"[yellow]{message.get(lang or session['lang'], answer.text)}[/]")
                continue
            choices = [choice for reply in answer.json()["replies"] for choice in show(reply, console)]


def show(message: dict[str, Any], console: Console) -> list[dict[str, str]]:
    """Prints one message; returns what can be chosen, in the order of its numbers."""
    choices: list[dict[str, str]] = []
    for part in message["parts"]:
        kind = part["type"]
        if kind == "carousel":
            for card in part["cards"]:
                lines = [card.get("subtitle"), card.get("reason"), card.get("contrast")]
                console.print(
                    Panel("\n".join(line for line in lines if line), title=card["title"], expand=False), markup=False
                )
        elif kind == "citation":
            for fact in part["facts"]:
                console.print(f"  · {fact['text']}  ({fact['source']})", style="dim", markup=False)
        elif part.get("text"):
            label = f"  [{part['label']}]" if part.get("label") else ""
            console.print(f"{part['text']}{label}", markup=False)
        choices += part.get("replies", [])
    if choices:
        console.print(
            "   ".join(f"({number}) {choice['title']}" for number, choice in enumerate(choices, 1)),
            style="dim",
            markup=False,
        )
    return choices
