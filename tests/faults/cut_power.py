"""What may lie on a disk after the power went, at every step of a recorded program.

Decides what is durable when: bytes are after the file was synced, names after their folder was, or
after the file that got the name was. Everything else is lost, kept, or torn into sectors, each as
chance wills. A disk that says it has written and has not is not modelled (L15).

Source: storage-security.md section 22 (F2).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.recording import Operation

SECTOR = 512
WAYS = ("none", "all", "torn", "torn again", "reordered")
SKIPPED = ("-shm", "ballast")
"""Shared memory is no content: after a power cut it is never there."""


@dataclass(slots=True)
class Content:
    """A file without a name. Shape: `waiting` is written, and not synced."""

    durable: bytearray = field(default_factory=bytearray)
    waiting: list[Operation] = field(default_factory=list)

    def sync(self) -> None:
        for each in self.waiting:
            _apply(self.durable, each)
        self.waiting.clear()

    def after(self, way: str, chance: random.Random) -> bytes:
        found = bytearray(self.durable)
        pieces = self.waiting if way in {"none", "all"} else list(sectors(self.waiting))
        if way == "reordered":
            chance.shuffle(pieces)
        for each in pieces:
            if way == "all" or (way != "none" and chance.random() < 0.5):
                _apply(found, each)
        return bytes(found)


@dataclass(slots=True)
class Disk:
    """Names and contents. Shape: `waiting` are changes of names that no sync has made durable."""

    live: dict[str, Content]
    durable: dict[str, Content]
    waiting: list[tuple[Operation, Content]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> Disk:
        files = {
            str(path.relative_to(folder)): Content(bytearray(path.read_bytes()))
            for path in folder.rglob("*")
            if path.is_file()
        }
        return cls(files, dict(files))

    def step(self, done: Operation) -> None:
        """Carry out one recorded operation."""
        if done.kind in {"write", "cut"}:
            if done.path in self.live:  # else it was written into a file that has lost its name
                self.live[done.path].waiting.append(done)
        elif done.kind == "make":
            self._name(done, self.live.get(done.path))
        elif done.kind in {"remove", "rename"}:
            self._name(done, self.live[done.path])
        elif done.kind == "sync" and done.path in self.live:
            content = self.live[done.path]
            content.sync()
            self._settle(lambda name, owner: name.path == done.path, until=content)
        elif done.kind == "sync_folder":
            folder = "" if done.path == "." else f"{done.path}/"
            self._settle(lambda name, owner: name.path.startswith(folder))

    def _name(self, done: Operation, content: Content | None) -> None:
        if done.kind == "make":
            if content is not None:
                return
            content = Content()
        assert content is not None
        _rename(self.live, done, content)
        self.waiting.append((done, content))

    def _settle(self, concerns, until: Content | None = None) -> None:
        """Make changes of names durable, in their order, up to the one that made `until`."""
        if until is not None:
            places = [
                number
                for number, (name, owner) in enumerate(self.waiting)
                if owner is until and name.kind == "make"
            ]
            if not places:
                return
            upto = places[-1] + 1
        else:
            upto = len(self.waiting)
        left = []
        for number, (name, owner) in enumerate(self.waiting):
            if number < upto and concerns(name, owner):
                _rename(self.durable, name, owner)
            else:
                left.append((name, owner))
        self.waiting = left

    def after(self, way: str, chance: random.Random) -> dict[str, bytes]:
        """Give the files that are there once the power is back."""
        names = dict(self.durable)
        upto = {"none": 0, "all": len(self.waiting)}.get(way)
        if upto is None:
            upto = chance.randint(0, len(self.waiting))
        for number, (name, content) in enumerate(self.waiting):
            if number < upto if way != "reordered" else chance.random() < 0.5:
                _rename(names, name, content)
        return {
            name: content.after(way, chance)
            for name, content in names.items()
            if not name.endswith(SKIPPED)
        }


@dataclass(frozen=True, slots=True)
class Cut:
    """One moment and one way in which the power may go. Shape: `said` until then, in order."""

    step: int
    way: str
    said: tuple[str, ...]
    files: dict[str, bytes]


def cuts(
    start: Disk, done: Iterable[Operation], wanted: set[int] | None, chance: random.Random
) -> Iterator[Cut]:
    """Give every state at every step, or at those steps only."""
    said: list[str] = []
    for number, each in enumerate(done):
        if each.kind == "say":
            said += each.data.decode().splitlines()
            continue
        start.step(each)
        if wanted is not None and number not in wanted:
            continue
        for way in WAYS:
            yield Cut(number, way, tuple(said), start.after(way, chance))


def lay(files: dict[str, bytes], folder: Path) -> None:
    """Write a state into an empty folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _rename(names: dict[str, Content], done: Operation, content: Content) -> None:
    if done.kind == "make":
        names[done.path] = content
    elif done.kind == "rename":
        names.pop(done.path, None)
        names[done.to] = content
    elif names.get(done.path) is content:
        names.pop(done.path)


def sectors(waiting: list[Operation]) -> Iterator[Operation]:
    """A write comes apart where the sectors of the disk do."""
    for each in waiting:
        if each.kind == "cut":
            yield each
            continue
        end = each.at + len(each.data)
        place = each.at
        while place < end:
            upto = min(end, (place // SECTOR + 1) * SECTOR)
            data = each.data[place - each.at : upto - each.at]
            yield Operation("write", each.path, place, data)
            place = upto


def _apply(content: bytearray, done: Operation) -> None:
    if done.kind == "cut":
        del content[done.at :]
        content.extend(bytes(done.at - len(content)))
        return
    missing = done.at - len(content)
    if missing > 0:
        content.extend(bytes(missing))
    content[done.at : done.at + len(done.data)] = done.data
