"""The self-test: does every part of the program work on this machine?

This module decides which checks there are and when each passes (cli.md section 2). No vault is
needed and none is touched. A check that cannot run fails, and says which part is missing.
"""

from __future__ import annotations

import platform
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from nrm_desktop.bootstrap.shell import SystemClock
from nrm_desktop.documents.fonts import load_fonts
from nrm_desktop.documents.selftest import check_page
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.security.selftest import check_primitives
from nrm_desktop.storage.selftest import EngineCheck, check_engine

Detail = Mapping[str, object]
_PROGRAM: Final = "nrm_desktop"
_OLDEST_PYTHON: Final = (3, 11)
_QT: Final = "pyside6-essentials"
_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9._-]+)(.*)")
_RULE: Final = re.compile(r"(>=|<)([0-9.]+)")
_NAMED: Final = {"hpke": "hpke", "mldsa": "ml_dsa"}


@dataclass(frozen=True, slots=True)
class Check:
    """How a check ended. Units: `milliseconds`."""

    name: str
    is_good: bool
    detail: Detail
    milliseconds: int


Answer = tuple[bool, Detail]


def run_selftest(resources: Path, draw_window: Callable[[], Answer]) -> tuple[Check, ...]:
    """Run every check, also after one has failed. Shape: `draw_window` is the check `window`."""
    engine = cache(_engine)
    primitives = cache(lambda: {check.name: check.is_good for check in check_primitives()})
    checks: Sequence[tuple[str, Callable[[], Answer]]] = (
        ("versions", _versions),
        ("sqlcipher", lambda: (engine().is_encrypting, {"provider": engine().provider})),
        ("fts5", lambda: (engine().finds_folded and engine().finds_pieces, {})),
        ("hpke", lambda: (primitives()[_NAMED["hpke"]], {"suite": "MLKEM768_X25519"})),
        ("mldsa", lambda: (primitives()[_NAMED["mldsa"]], {"set": "ML-DSA-65"})),
        ("fonts", lambda: _fonts(resources)),
        ("window", draw_window),
        ("pdf", lambda: _pdf(resources)),
    )
    return tuple(_run(name, check) for name, check in checks)


def satisfies(version: str, rules: str) -> bool:
    """Say whether a version lies in a range such as `<6.12,>=6.11.3`.

    Shape: only `>=` and `<` are understood; numbers behind a letter (`3.14rc1`) do not count.
    """
    found = _numbers(version)
    for sign, limit in _RULE.findall(rules):
        bound = _numbers(limit)
        if (found >= bound) != (sign == ">="):
            return False
    return True


def _run(name: str, check: Callable[[], Answer]) -> Check:
    clock = SystemClock()
    begin = clock.monotonic_s()
    try:
        is_good, detail = check()
    except NrmError as error:
        is_good, detail = False, {"code": error.code}
    except (ImportError, OSError) as error:
        is_good, detail = False, {"missing": getattr(error, "name", None) or type(error).__name__}
    return Check(name, is_good, detail, round((clock.monotonic_s() - begin) * 1000))


def _versions() -> Answer:
    """Compare Python and every runtime dependency with what the program was tested with."""
    found = {name: metadata.version(name) for name, _ in _requirements()}
    wrong = sorted(name for name, rules in _requirements() if not satisfies(found[name], rules))
    is_python_new = sys.version_info[:2] >= _OLDEST_PYTHON
    detail = {"python": platform.python_version(), "qt": found.get(_QT, ""), "wrong": wrong}
    return is_python_new and not wrong, detail


def _requirements() -> list[tuple[str, str]]:
    """Runtime dependencies as the installed program names them: name and version rules."""
    texts = (text.partition(";") for text in metadata.requires(_PROGRAM) or ())
    matches = [_REQUIREMENT.match(text) for text, _, marker in texts if "extra" not in marker]
    return [(match[1].lower(), match[2]) for match in matches if match]


def _numbers(version: str) -> tuple[int, ...]:
    plain = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    parts = [int(part) for part in plain[0].split(".")] if plain else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _engine() -> EngineCheck:
    with tempfile.TemporaryDirectory() as folder:
        return check_engine(Path(folder))


def _fonts(resources: Path) -> Answer:
    """Every character of every text of the packs can be printed."""
    fonts = load_fonts(resources / "fonts")
    missing: dict[str, list[str]] = {}
    for path in sorted(resources.glob("packs/*/texts/*.toml")):
        texts = "".join(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
        if lacking := fonts.missing(set(texts)):
            missing[path.stem] = [f"U+{ord(character):04X}" for character in lacking]
    return not missing and bool(fonts.regular), {"faces": len(fonts.regular), "missing": missing}


def _strings(table: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for value in table.values():
        if isinstance(value, dict):
            found += _strings(value)
        elif isinstance(value, str):
            found.append(value)
    return found


def _pdf(resources: Path) -> Answer:
    pages, has_left, has_right = check_page(load_fonts(resources / "fonts"))
    detail = {"pages": pages, "left_to_right": has_left, "right_to_left": has_right}
    return pages == 1 and has_left and has_right, detail
