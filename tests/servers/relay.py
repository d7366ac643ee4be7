"""A line between a store and its server that breaks after so many bytes, or is slow."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import Lock, Thread

_PIECE = 1024


class Relay:
    """Carries bytes to a port of this machine, both ways, until it breaks.

    Shape: after `cut_after` bytes towards the server every connection breaks, also new ones, until
    `heal`. `sent` counts what went towards the server. Units of `rate`: bytes per second.
    """

    def __init__(self, to: int, cut_after: int | None = None, rate: int = 0) -> None:
        self._to = to
        self._left = cut_after
        self._rate = rate
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.sent = 0

    def __enter__(self):
        self._thread = Thread(target=self._let_in, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._break()
        self._thread.join(10)

    def heal(self) -> None:
        """From now on everything goes through."""
        with self._lock:
            self._left = None

    def _let_in(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            with self._lock:
                is_broken = self._left == 0
            if is_broken:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._to))
            with self._lock:
                self._open += [client, server]
            for pair, is_outward in (((client, server), True), ((server, client), False)):
                way = {"is_outward": is_outward}
                Thread(target=self._carry, args=pair, kwargs=way, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, *, is_outward: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                allowed = self._allowed(len(piece)) if is_outward else len(piece)
                sink.sendall(piece[:allowed])
                if self._rate and is_outward:
                    time.sleep(allowed / self._rate)
                if allowed < len(piece):
                    self._break()
                    return
        _end(source)
        _end(sink)

    def _allowed(self, wanted: int) -> int:
        with self._lock:
            allowed = wanted if self._left is None else min(wanted, self._left)
            if self._left is not None:
                self._left -= allowed
            self.sent += allowed
            return allowed

    def _break(self) -> None:
        with self._lock:  # those of now: a later line is not meant
            lines, self._open = self._open, []
        for line in lines:
            _end(line)


def _end(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
