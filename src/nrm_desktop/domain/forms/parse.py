"""Reads the files of one pack: from texts by path to everything the pack says.

This module decides which files a pack consists of. All problems of all files are collected; the
caller refuses the pack once, with the whole list. Foreign text never raises anything else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from nrm_desktop.domain.forms.authorities import FILE as AUTHORITIES_FILE
from nrm_desktop.domain.forms.authorities import Authority, parse_authorities
from nrm_desktop.domain.forms.block import Block, short_id
from nrm_desktop.domain.forms.counter import FILE as COUNTER_FILE
from nrm_desktop.domain.forms.counter import CounterSheet, parse_counter
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.keeping import FILE as KEEPING_FILE
from nrm_desktop.domain.forms.keeping import KeepingRule, parse_keeping
from nrm_desktop.domain.forms.parse_codes import (
    CompartmentFile,
    parse_codelists,
    parse_compartments,
    parse_facts,
    parse_layout,
    parse_names,
    parse_texts,
)
from nrm_desktop.domain.forms.parse_form import FormFile, parse_form
from nrm_desktop.domain.forms.parse_signs import parse_signs
from nrm_desktop.domain.forms.parse_times import parse_clocks, parse_tracks
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import CodeList, FactRule, Layout, PackInfo
from nrm_desktop.domain.forms.signs import SignBook
from nrm_desktop.domain.forms.statistics import FILE as STATISTICS_FILE
from nrm_desktop.domain.forms.statistics import CountBook, parse_statistics
from nrm_desktop.domain.forms.timetable import Timetable
from nrm_desktop.domain.forms.wording import FILE as WORDING_FILE
from nrm_desktop.domain.forms.wording import LoadedWord, parse_wording

PACK_FILE = "pack.toml"


@dataclass(frozen=True, slots=True)
class PackFiles:
    """The files of one pack as texts. Shape: `texts` by path with `/`, relative to the pack."""

    name: str
    texts: Mapping[str, str]


@dataclass(slots=True)
class ParsedPack:
    """Everything one pack says, before it is joined and checked."""

    info: PackInfo
    forms: list[FormFile] = field(default_factory=list)
    codelists: list[tuple[CodeList, Place]] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)
    compartments: CompartmentFile | None = None
    facts: list[FactRule] = field(default_factory=list)
    timetable: Timetable = field(default_factory=Timetable)
    signs: SignBook = field(default_factory=SignBook)
    keeping: Mapping[str, KeepingRule] = field(default_factory=dict)
    wording: Mapping[str, LoadedWord] = field(default_factory=dict)
    counter: CounterSheet = field(default_factory=CounterSheet)
    counts: CountBook = field(default_factory=CountBook)
    authorities: Mapping[str, Authority] = field(default_factory=dict)
    htcds_names: frozenset[str] = frozenset()
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Head:
    """`pack.toml`: the pack, and the files it names."""

    info: PackInfo
    forms: tuple[str, ...]
    layouts: tuple[str, ...]


def parse_pack(files: PackFiles, log: ProblemLog, base: FormSet | None = None) -> ParsedPack | None:
    """Read all files of a pack; None if it has no usable `pack.toml`. Problems go to the log."""
    _register(files, log)
    head = _head(files, log)
    if head is None:
        return None
    # Places are told by the pack's id from here on, whatever its folder is called.
    files = PackFiles(head.info.id, files.texts)
    _register(files, log)
    pack = ParsedPack(head.info)
    for path in _in_order(files, head, log):
        table = _table(files, path, log)
        if table is not None:
            _READERS[_folder(path)](pack, Block(log, table, Place(f"{files.name}/{path}")), base)
    return pack


def extends_of(files: PackFiles) -> str:
    """The pack that a pack extends; empty if it is a base, or cannot be read at all."""
    info = info_of(files)
    return info.extends if info else ""


def info_of(files: PackFiles) -> PackInfo | None:
    """What a pack says of itself; None if it cannot be read at all."""
    head = _head(files, ProblemLog())
    return head.info if head else None


def _register(files: PackFiles, log: ProblemLog) -> None:
    for path, text in files.texts.items():
        log.sources[f"{files.name}/{path}"] = text


def _head(files: PackFiles, log: ProblemLog) -> _Head | None:
    place = Place(f"{files.name}/{PACK_FILE}")
    if PACK_FILE not in files.texts:
        log.add(place, "missing_file", "The pack has no pack.toml.", "Add it, or choose a folder.")
        return None
    table = _table(files, PACK_FILE, log)
    if table is None:
        return None
    outer = Block(log, table, place)
    heads = outer.blocks("pack")
    outer.finish()
    if len(heads) != 1:
        log.add(place, "missing_key", "One table [pack] is needed.", "Add it.")
        return None
    block = heads[0]
    language = block.text("language", None)
    info = PackInfo(
        id=block.text("id", None),
        version=block.text("version", None),
        language=language,
        languages=block.texts("languages") or (language,),
        extends=block.text("extends"),
        is_verified=block.flag("verified"),
        keeps_likeness=block.flag("photos_of_persons"),
    )
    head = _Head(info, block.texts("forms"), block.texts("layouts"))
    block.finish()
    return head if info.id and short_id(block, "id", info.id) else None


def _in_order(files: PackFiles, head: _Head, log: ProblemLog) -> list[str]:
    """Name the files to read: those that pack.toml lists in its order, then all the others."""
    listed = [
        *(f"forms/{name}.toml" for name in head.forms),
        *(f"layouts/{name}.toml" for name in head.layouts),
    ]
    place = Place(f"{files.name}/{PACK_FILE}")
    for path in listed:
        if path not in files.texts:
            log.add(
                Place(place.file, (), path.rpartition("/")[2].removesuffix(".toml")),
                "missing_file",
                f"pack.toml names {path}, which is not there.",
                "Add the file, or take its name out.",
            )
    for path in sorted(set(files.texts) - set(listed) - {PACK_FILE}):
        if _folder(path) not in _READERS or _folder(path) in {"forms", "layouts"}:
            log.add(
                Place(f"{files.name}/{path}"),
                "unknown_file",
                "pack.toml does not name this file, and it has no place in a pack.",
                "Name it in pack.toml, move it, or remove it.",
            )
        else:
            listed.append(path)
    return [path for path in dict.fromkeys(listed) if path in files.texts]


def _folder(path: str) -> str:
    folder, separator, _ = path.rpartition("/")
    return folder if separator else path


def _table(files: PackFiles, path: str, log: ProblemLog) -> dict[str, object] | None:
    try:
        return tomllib.loads(files.texts[path])
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError:
        # tomllib lets the errors of int() and date() through: huge numbers, 30 February.
        reason = "a number or date in it is none"
    log.add(
        Place(f"{files.name}/{path}", line=_line_in(reason)),
        "bad_toml",
        f"The file is no TOML: {reason[:200]}.",
        "Correct the line.",
    )
    return None


def _line_in(reason: str) -> int:
    after = reason.partition("at line ")[2]
    number = after.partition(",")[0]
    return int(number) if number.isdecimal() else 1


def _read_form(pack: ParsedPack, block: Block, base: FormSet | None) -> None:
    name = block.place.file.rpartition("/")[2].removesuffix(".toml")
    known = base.forms.get(name) if base else None
    found = parse_form(block, pack.info.id, known)
    if found is None:
        return
    if found.form.id != name:
        block.problem(
            "id", "bad_id", f"The form `{found.form.id}` stands in {name}.toml.", "Name both alike."
        )
        return
    pack.forms.append(found)
    pack.codelists.extend((one, found.place.within(one.id)) for one in found.codelists)


def _read_codelists(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    place = block.place
    pack.codelists.extend((one, place.within(one.id)) for one in parse_codelists(block))


def _read_layout(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    layout = parse_layout(block)
    if layout:
        pack.layouts.append(layout)


def _read_texts(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    language = block.place.file.rpartition("/")[2].removesuffix(".toml")
    pack.texts[language] = parse_texts(block)


def _read_compartments(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.compartments = parse_compartments(block)


def _read_facts(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.facts.extend(parse_facts(block))


def _read_tracks(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.timetable = replace(pack.timetable, tracks=parse_tracks(block))


def _read_clocks(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    clocks, holidays = parse_clocks(block, pack.info.id)
    pack.timetable = replace(pack.timetable, clocks=clocks, holidays=holidays)


def _read_signs(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.signs = parse_signs(block)


def _read_keeping(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.keeping = parse_keeping(block, pack.info.id)


def _read_wording(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.wording = parse_wording(block, pack.info.id)


def _read_counter(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.counter = parse_counter(block, pack.info.id)


def _read_statistics(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.counts = parse_statistics(block, pack.info.id)


def _read_authorities(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.authorities = parse_authorities(block, pack.info.id)


def _read_names(pack: ParsedPack, block: Block, _base: FormSet | None) -> None:
    pack.htcds_names = parse_names(block)


_READERS: Mapping[str, Callable[[ParsedPack, Block, FormSet | None], None]] = {
    "forms": _read_form,
    "codelists": _read_codelists,
    "layouts": _read_layout,
    "texts": _read_texts,
    "compartments.toml": _read_compartments,
    "facts.toml": _read_facts,
    "tracks.toml": _read_tracks,
    "clocks.toml": _read_clocks,
    "signs.toml": _read_signs,
    KEEPING_FILE: _read_keeping,
    WORDING_FILE: _read_wording,
    COUNTER_FILE: _read_counter,
    STATISTICS_FILE: _read_statistics,
    AUTHORITIES_FILE: _read_authorities,
    "standards": _read_names,
}
"""By folder, or by file name for files that stand alone."""
