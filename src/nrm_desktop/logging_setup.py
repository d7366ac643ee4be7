"""Logging that cannot leak: event names and ids go into the log, everything else is withheld.

Rules of this module:
- A record is an event name and ids: `log.warning("vault.opened", extra={"ids": {"slot": 3}})`. Any
  other text, also one of a foreign library, is replaced by its logger's name and `withheld`.
- An error is its type, its stable code and the places in the code; never its message, arguments,
  local variables or SQL values (threat T4).
- A crash of the process leaves the places of each thread, without values (`faulthandler`).

It must not open a network connection and must not decide what is worth logging.
"""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from nrm_desktop.domain.errors import NrmError

LOG_NAME = "program.log"
CRASH_NAME = "crash.log"
MAX_BYTES = 256 * 1024  # some weeks of events; two old files are kept beside it
CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", re.ASCII)
HEX_ID = re.compile(r"[0-9a-f]{8,64}(:[0-9]+)?", re.ASCII)

log = logging.getLogger(__name__)


class RedactingFormatter(logging.Formatter):
    """Writes a record as time, level, event and ids, and withholds what is none of these."""

    def format(self, record: logging.LogRecord) -> str:
        """Give one line for an event, and one more per error that came with it."""
        head = f"{self.formatTime(record)} {record.levelname} {_event(record)}"
        ids = [f"{name}={_shown(name, value)}" for name, value in _ids(record).items()]
        lines = [" ".join([head, *ids])]
        if record.exc_info and record.exc_info[1] is not None:
            lines.append(describe_fault(record.exc_info[1]))
        return "\n".join(lines)


def describe_fault(error: BaseException) -> str:
    """Describe an error for log and standard error: types, codes and places, without any value.

    Shape: one line per error, the outermost first, then what it was caused by.
    """
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{_kind(current)} at {_places(current.__traceback__)}")
        current = current.__cause__ or current.__context__
    return "\n  after ".join(lines)


def start_logging(folder: Path) -> ExitStack:
    """Log into this folder from now on, also the errors that nobody catches.

    Shape:  closing the result stops the logging; the program lets it run to its end.
    Raises: OSError when the folder cannot be made or written.
    """
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - it loads sockets and pickles

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(
        folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(RedactingFormatter())
    stop = ExitStack()
    stop.callback(handler.close)
    _add_to_root(handler, stop)
    _set_hooks(stop)
    crash = (folder / CRASH_NAME).open("a", encoding="utf-8")
    stop.callback(crash.close)
    faulthandler.enable(crash, all_threads=True)
    stop.callback(faulthandler.disable)
    return stop


def _add_to_root(handler: logging.Handler, stop: ExitStack) -> None:
    root = logging.getLogger()
    stop.callback(root.setLevel, root.level)
    stop.callback(root.removeHandler, handler)
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def _set_hooks(stop: ExitStack) -> None:
    """Errors that nobody caught go into the log; Python's own hooks would print their values."""
    stop.callback(setattr, sys, "excepthook", sys.excepthook)
    stop.callback(setattr, threading, "excepthook", threading.excepthook)
    stop.callback(setattr, sys, "unraisablehook", sys.unraisablehook)
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_value)
    sys.unraisablehook = lambda args: _log_uncaught(args.exc_value)


def _on_uncaught(
    kind: type[BaseException], error: BaseException, places: TracebackType | None
) -> None:
    _log_uncaught(error.with_traceback(places))
    sys.stderr.write(f"{kind.__name__}: fault in the program\n{describe_fault(error)}\n")


def _log_uncaught(error: BaseException | None) -> None:
    if error is not None:
        log.critical("program.fault", exc_info=(type(error), error, error.__traceback__))


def _event(record: logging.LogRecord) -> str:
    if isinstance(record.msg, str) and CODE.fullmatch(record.msg):
        return record.msg
    return f"{record.name} withheld"


def _ids(record: logging.LogRecord) -> Mapping[str, object]:
    ids = getattr(record, "ids", None)
    return ids if isinstance(ids, Mapping) else {}


def _shown(name: str, value: object) -> str:
    """Let through numbers, ids in hexadecimal and, under the name `code`, stable codes."""
    if isinstance(value, bool | int):
        return str(value)
    allowed = CODE if name == "code" else HEX_ID
    if isinstance(value, str) and allowed.fullmatch(value):
        return value
    return "withheld"


def _kind(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name} [{error.code}]" if isinstance(error, NrmError) else name


def _places(places: TracebackType | None) -> str:
    """Name module file, function and line of every frame, innermost last; no source line."""
    frames = [
        f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}"
        for frame in traceback.extract_tb(places)
    ]
    return " > ".join(frames) or "unknown place"
