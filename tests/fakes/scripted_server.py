"""A server that answers what a test wrote down, piece by piece, and keeps what it was asked."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import Self

Piece = bytes | float
"""Bytes to send, or seconds to wait."""
_OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"


class ScriptedServer:
    """Answers the requests in order, the last answer again and again.

    Shape: an answer is a row of pieces, sent as they are; the connection is closed after each.
    `takes` bytes of a body are read before the answer; None: all of it.
    """

    def __init__(
        self,
        *answers: Sequence[Piece],
        tls: ssl.SSLContext | None = None,
        takes: int | None = None,
    ) -> None:
        self._answers = [list(each) for each in answers] or [[_OK]]
        self._tls = tls
        self._takes = takes
        self._door = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        self._over = Event()
        self.asked: list[bytes] = []
        self.port = int(self._door.getsockname()[1])
        self.host = f"127.0.0.1:{self.port}"
        self.origin = f"{'https' if tls else 'http'}://{self.host}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for line in (self._door, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                self._lines.append(line)
                with suppress(OSError):  # the asking side may go whenever it likes
                    self._answer(line)

    def _answer(self, line: socket.socket) -> None:
        if self._tls is not None:
            line = self._tls.wrap_socket(line, server_side=True)
            self._lines.append(line)
        self.asked.append(self._question(line))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        for piece in answer:
            if isinstance(piece, bytes):
                line.sendall(piece)
            else:
                self._over.wait(piece)
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()

    def _question(self, line: socket.socket) -> bytes:
        found = b""
        while b"\r\n\r\n" not in found and (piece := line.recv(4096)):
            found += piece
        head, _, body = found.partition(b"\r\n\r\n")
        length = 0
        for each in head.split(b"\r\n"):
            name, _, value = each.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        wanted = length if self._takes is None else min(length, self._takes)
        while len(body) < wanted and (piece := line.recv(4096)):
            body += piece
        return head + b"\r\n\r\n" + body
