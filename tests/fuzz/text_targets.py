"""Fuzz targets: texts of people and of other programs, names, settings, answers of children.

Source: storage-security.md sections 15 and 22 (F11).
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tests.fuzz.mutation import textual
from tests.fuzz.target import Target
from tests.unit.domain.forms.small_pack import base_files, with_texts

from nrm_desktop.app.erasing import read_order
from nrm_desktop.app.fingerprints import (
    code_groups,
    read_code_groups,
    read_short_groups,
    short_groups,
)
from nrm_desktop.app.handlers.groups import read_group
from nrm_desktop.app.release_file import read_release
from nrm_desktop.app.strict_json import read_json
from nrm_desktop.app.wire.hashes import file_name, read_file_name
from nrm_desktop.bootstrap.lock_settings import NAME as LOCKING
from nrm_desktop.bootstrap.lock_settings import read_lock_settings
from nrm_desktop.bootstrap.window_settings import NAME as WINDOW
from nrm_desktop.bootstrap.window_settings import read_settings
from nrm_desktop.cli.commands import answers
from nrm_desktop.cli.commands.organisation import _read as read_entries
from nrm_desktop.documents.pictures import ANSWER, DONE, read_picture
from nrm_desktop.domain.dates import parse_date
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.forms.problems import PackRefused
from nrm_desktop.domain.ids import parse_op_id, read_case_code
from nrm_desktop.domain.labels import is_label, label_from
from nrm_desktop.exchange.sheets import DONE as SHEETS_DONE
from nrm_desktop.exchange.sheets import read_sheets
from nrm_desktop.paths import resource_root
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.vault.delays import TRIES_NAME, Delays
from nrm_desktop.security.vault.recovery import read_recovery_groups, recovery_groups
from nrm_desktop.security.vault.shift import check_code
from nrm_desktop.sync.tree import (
    read_checkpoint_name,
    read_exchange_name,
    read_mark,
    read_root_name,
)

ENTRY = {"id": "0a" * 16, "kind": "shelter", "name": "A", "contact": "desk", "verified": False}
DIRECTORY = json.dumps({"format": 1, "entries": [ENTRY]}).encode()
IMPORT = json.dumps(
    {"pack": "base", "answers": [{"field": "screening.situation[+1].tasks", "value": ["x", 1]}]}
).encode()
ORDER = json.dumps({"ground": "asked", "ordered_by": "P-01", "fields": ["a.b"]}).encode()

RELEASE = "\r\n".join(
    [
        "nrm_desktop counts,1",
        *("sheet,table,t,T", "sheet,population,persons,P", "sheet,period,case.opened_at,D"),
        *("sheet,from,2025-01-01,F", "sheet,to,2025-12-31,L", "sheet,smallest_cell,10,S"),
        *("missing,a,c,12", "dimension,a,b.c,W", "class,a,x,X", "class,a,*,All"),
        *("figure,x,12", "figure,*,12"),
    ]
).encode()


def text_targets() -> list[Target]:
    """Give them all."""
    return [*_typed(), *_names(), *_files(), *_children()]


def _typed() -> list[Target]:
    words, groups = code_groups(123456789), recovery_groups(bytes(range(32)))
    slip = "-".join(short_groups(123456789))
    return [
        _text("word code", read_code_groups, " ".join(words), "fingerprints", Usage),
        _text("hand-over code", read_short_groups, slip, "fingerprints", Usage),
        _text("group code", read_group, "G-7RQY-GPC7", "groups", Usage),
        _text("recovery code", read_recovery_groups, " ".join(groups), "recovery", Usage),
        _text("shift code", check_code, "49 27 13", "shift", Usage),
        _text("case code", read_case_code, "7RQY-GPC7", "ids", ValueError),
        _text("operation id", parse_op_id, f"{'0a' * 16}:3", "ids", ValueError),
        _text("date", parse_date, "2026-05", "dates", ValueError),
    ]


def _text(
    name: str, read: Callable[[str], Any], seed: str, home: str, *refusals: type[Exception]
) -> Target:
    """A parser of a text; bytes that are none are turned into some."""
    return Target(
        name,
        lambda data: read(data.decode("utf-8", "replace")),
        (seed.encode(),),
        (f"{home}.{read.__name__.removeprefix('_')}",),
        change=textual,
        refusals=refusals,
    )


def _names() -> list[Target]:
    point = "c/aaaaaaaaaaaa-000000000001-aaaaaaaa.cp"
    return [
        _text("label", _label, "photo 1.jpg", "labels"),
        _text("checkpoint name", read_checkpoint_name, point, "tree"),
        _text("root name", read_root_name, "t/root-000001.nrmroot", "tree"),
        _text("exchange name", read_exchange_name, "x/000001-aaaaaaaa.kx", "tree"),
        _text("mark", read_mark, "t/aaaaaaaaaaaaaaaaaaaaaaaaaa.id", "tree"),
        _text("file name", read_file_name, file_name(bytes(20)), "hashes", ValueError),
    ]


def _label(name: str) -> str:
    found = label_from(name)
    assert is_label(found)
    assert "/" not in found
    assert "\\" not in found
    return found


def _files() -> list[Target]:
    return [
        _document("json", read_json, "strict_json.read_json", DIRECTORY, IMPORT),
        _document(
            "directory file",
            _in_file("d.json", read_entries),
            "organisation._read",
            DIRECTORY,
        ),
        _document("answers file", _in_file("a.json", _read_answers), "answers._read", IMPORT),
        Target(
            "table that left",
            read_release,
            (RELEASE,),
            ("release_file.read_release",),
            change=textual,
        ),
        _document("erase order", _read_erase_order, "erasing.read_order", ORDER),
        Target(
            "form pack",
            _read_pack,
            (_pack(),),
            ("parse.parse_pack", "load.load_packs"),
            change=textual,
            refusals=(PackRefused,),
        ),
        *_settings(),
    ]


def _document(name: str, read: Callable[[bytes], Any], covers: str, *seeds: bytes) -> Target:
    return Target(name, read, seeds, (covers,), change=textual, refusals=(Usage,))


def _settings() -> list[Target]:
    """Files of our own that anybody may have changed: they are read as far as they make sense."""
    return [
        _setting(TRIES_NAME, _tries, "delays.Delays", b"00" * 8 + b" 3 1000\n"),
        _setting(
            LOCKING,
            lambda path: read_lock_settings(path.parent),
            "lock_settings.read_lock_settings",
            b'{"idle_min": 5, "off": ["lid"]}',
        ),
        _setting(
            WINDOW,
            lambda path: read_settings(path.parent, resource_root()),
            "window_settings.read_settings",
            b'{"language": "uk", "scale": 115}',
        ),
    ]


def _setting(name: str, read: Callable[[Path], Any], covers: str, seed: bytes) -> Target:
    return Target(name, _in_file(name, read), (seed,), (covers,), change=textual, refusals=())


def _children() -> list[Target]:
    """What a child without keys answers is as foreign as the file that it read."""
    picture = ANSWER.pack(DONE, 2, 1, 1) + bytes(8)
    numbers = [n.to_bytes(4, "big") for n in (1, 1)]
    row = [n.to_bytes(4, "big") for n in (1, 2, 1)]
    sheet = b"".join((SHEETS_DONE, *numbers, b"A", *row, b"x", bytes(4)))
    return [
        Target("picture", read_picture, (picture,), ("pictures.read_picture",)),
        Target(
            "sheets",
            lambda data: read_sheets(b"", lambda *_: data),
            (sheet,),
            ("sheets.read_sheets",),
        ),
    ]


def _read_erase_order(data: bytes) -> Any:
    return read_order(read_json(data))


def _read_answers(path: Path) -> None:
    for entry in answers._read(path)[1]:
        answers._wanted(entry)


def _tries(path: Path) -> int:
    return Delays(SystemFiles(), path.parent, lambda: 1.0).failures(bytes(8))


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _in_file(name: str, read: Callable[[Path], Any]) -> Callable[[bytes], Any]:
    def run(data: bytes) -> Any:
        path = _folder() / name
        path.write_bytes(data)
        return read(path)

    return run


COUNTS = """
smallest_cell = 12
[[dimension]]
id = "urgency"
field = "referral.urgency"
rest = "not_recorded"
  [[dimension.class]]
  id = "now"
  codes = ["now"]
[[dimension]]
id = "year"
field = "screening.started_at"
by = "year"
[[table]]
id = "talks"
unit = "records"
record = "screening"
once = true
dimensions = ["urgency", "year"]
period = "screening.started_at"
"""


LOADED = """
[[loaded]]
id = "claims"
language = "en"
words = ["claims", "claims to be"]
instead = "says"
"""


BODIES = """
[[authority]]
id = "line"
kind = "other"
contact = ["116 111", "line@example.org"]
source = "a page"
as_of = "2026-11"
"""


KINDS = """
[[codelist]]
id = "referral_type"
version = 1
  [[codelist.code]]
  code = "other"
"""


def _pack() -> bytes:
    more = {
        "statistics.toml": COUNTS,
        "wording.toml": LOADED,
        "authorities.toml": BODIES,
        "codelists/kinds.toml": KINDS,
    }
    files = with_texts({**base_files(), **more})
    return b"\0".join(part.encode() for each in files.items() for part in each)


def _read_pack(data: bytes) -> Any:
    """Names and texts of a pack, one behind the other."""
    parts = data.decode("utf-8", "replace").split("\0")
    texts = dict(zip(parts[::2], parts[1::2], strict=False))
    return load_packs([PackFiles("base", texts)])
