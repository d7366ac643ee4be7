"""Finds the texts that are marked for translation, by reading the code of the window."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nrm_desktop.paths import resource_root

SOURCE = resource_root().parent / "src/nrm_desktop"
FOLDERS = ("ui", "bootstrap")
"""The settings of the window are named where the window is built."""
MARKERS = ("of", "plural")


@dataclass(frozen=True)
class Marked:
    """One call of `say`. Shape: `texts` are None where an argument is no plain literal."""

    place: str
    context: str
    texts: tuple[str | None, ...]
    params: frozenset[str]


def marked_texts() -> Iterator[Marked]:
    for path in sorted(one for name in FOLDERS for one in (SOURCE / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (kind := kind_of(node.func)):
                yield marked(node, kind, f"{path.name}:{node.lineno}")


def kind_of(function: ast.expr) -> str:
    """`say`, `of` or `plural`; empty for every other call."""
    if is_say(function):
        return "say"
    if isinstance(function, ast.Attribute) and function.attr in MARKERS and is_say(function.value):
        return function.attr
    return ""


def is_say(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "say"
    return isinstance(node, ast.Attribute) and node.attr in {"say", "_say"}


def marked(node: ast.Call, kind: str, place: str) -> Marked:
    count = 1 if kind == "say" else 2
    words = [literal(argument) for argument in node.args[:count]]
    context = words.pop(0) if kind == "of" else ""
    given = frozenset(keyword.arg or "" for keyword in node.keywords)
    return Marked(
        place, context or "", tuple(words), given | ({"count"} if kind == "plural" else set())
    )


def literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None
