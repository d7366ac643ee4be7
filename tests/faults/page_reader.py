"""Reads an encrypted database without SQLCipher: a second opinion, written from the format alone.

Decides nothing about the content: it gives the plain pages of a database file and of its WAL, and a
file that the standard library's own `sqlite3` can open. It uses `cryptography` and `hmac` only, so
that what it finds, or does not find, does not hang on the engine that wrote it.

Format: pages of 4096 bytes: ciphertext (AES-256-CBC), 16 bytes IV, 64 bytes HMAC-SHA-512 over
ciphertext, IV and the little-endian page number. Page 1 begins with the salt. The HMAC key is
PBKDF2-SHA-512 of the key with the salt XOR 0x3a, two rounds. A WAL has a head of 32 bytes;
before each page stands a frame head of 24 bytes, which begins with the page number.

Source: storage-security.md section 22 (F9, F16).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from nrm_desktop.storage.engine import DatabaseKey

PAGE, SALT, IV, MAC = 4096, 16, 16, 64
RESERVE = IV + MAC
WAL_HEAD, FRAME_HEAD = 32, 24
PLAIN_HEAD = b"SQLite format 3\0"


class BadPage(Exception):
    """A page whose HMAC does not fit: changed, of another place, or under another key."""


def plain_page(page: bytes, number: int, key: DatabaseKey) -> bytes:
    """Decrypt one page. Raises: BadPage."""
    start = SALT if number == 1 else 0
    sealed, tag = page[start : PAGE - MAC], page[PAGE - MAC :]
    salt = bytes(byte ^ 0x3A for byte in key.salt)
    mac_key = hashlib.pbkdf2_hmac("sha512", key.raw, salt, 2, 32)
    wanted = hmac.new(mac_key, sealed + struct.pack("<I", number), hashlib.sha512).digest()
    if not hmac.compare_digest(wanted, tag):
        raise BadPage(number)
    mode = modes.CBC(sealed[-IV:])
    decryptor = Cipher(algorithms.AES256(key.raw), mode).decryptor()
    plain = decryptor.update(sealed[:-IV]) + decryptor.finalize()
    return (PLAIN_HEAD if number == 1 else b"") + plain + bytes(RESERVE)


def plain_database(path: Path, key: DatabaseKey) -> bytes:
    """Decrypt a whole database file, so that plain SQLite can open it; a WAL is not looked at."""
    data = path.read_bytes()
    return b"".join(
        plain_page(data[at : at + PAGE], at // PAGE + 1, key) for at in range(0, len(data), PAGE)
    )


def plain_frames(wal: Path, key: DatabaseKey) -> Iterator[tuple[int, bytes]]:
    """Decrypt every page in a WAL, also those that a later transaction replaced."""
    data = wal.read_bytes() if wal.exists() else b""
    for at in range(WAL_HEAD, len(data) - FRAME_HEAD - PAGE + 1, FRAME_HEAD + PAGE):
        number = struct.unpack(">I", data[at : at + 4])[0]
        yield number, plain_page(data[at + FRAME_HEAD : at + FRAME_HEAD + PAGE], number, key)


def everything_plain(path: Path, key: DatabaseKey) -> bytes:
    """All that a thief with the key could read: pages in use, free pages, and the WAL."""
    wal = path.with_name(f"{path.name}-wal")
    return plain_database(path, key) + b"".join(page for _, page in plain_frames(wal, key))
