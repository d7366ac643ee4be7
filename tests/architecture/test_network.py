"""Where the program may speak to a network, and that nobody but a person makes it do so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.source import PACKAGE

SPEAKS = {
    *("httpx", "obstore", "socket", "ssl", "urllib", "http", "ftplib", "smtplib", "telnetlib"),
    *("requests", "aiohttp", "websockets", "webbrowser", "xmlrpc", "asyncio", "QtNetwork"),
    *("QtWebEngineCore", "QtWebEngineWidgets", "QtWebSockets"),
}
HOMES = {
    "sync/transports": "stores that a person has named",
    "ui/qt/instance.py": "a socket of this machine, by which a second window raises the first",
}
EXCHANGES = {
    "cli/commands/exchange.py": "the command",
    "bootstrap/window_tools.py": "the button",
    "bootstrap/practice_story.py": "practice, between folders",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(Path(PACKAGE).rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {part for one in node.names for part in one.name.split(".")[:2]}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= set(node.module.split(".")[:2]) | {one.name for one in node.names}
    return found


@pytest.mark.rule("N12")
@pytest.mark.rule("N6")
def test_nothing_but_the_stores_of_the_exchange_speaks_to_a_network():
    """No text goes to a translation or any other service: there is no way for it to leave."""
    speaking = {name for name, tree in modules() if imported(tree) & SPEAKS}
    homes = {home for home in HOMES if any(name.startswith(home) for name in speaking)}
    assert homes == set(HOMES), "each home is there and speaks"
    assert [one for one in sorted(speaking) if not one.startswith(tuple(HOMES))] == []


@pytest.mark.rule("N6")
def test_an_exchange_begins_with_a_person_who_wants_it():
    """Neither a clock nor a start of the program calls it."""
    callers = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "synchronise"
    }
    assert callers == set(EXCHANGES)
