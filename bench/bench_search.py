"""Searching 100,000 names and 50,000 texts: equal, beginning so, spelled alike, the worst words.

The vault is filled through the program's own index, on rows that stand. Names are those of the
lists of `tools/name_lists`, most of them with an ending of their own, so that the spellings differ
as in a register. The bare side runs plain statements that give the case of each name without
looking at who may see what, on the same file, in turns with the program.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from bench.saving import KEY

from nrm_desktop.app.sight import Sight
from nrm_desktop.app.wire import cbor
from nrm_desktop.app.wire.operations import answer_item
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import answered
from nrm_desktop.storage import engine
from nrm_desktop.storage.migrate import migrate
from nrm_desktop.storage.search.asking import read_question, seen_by
from nrm_desktop.storage.search.filling import fill_some, prepare
from nrm_desktop.storage.search.finding import Finder
from nrm_desktop.storage.search.index import SearchIndex
from nrm_desktop.storage.search.memory import NameMemory
from nrm_desktop.storage.search.names import NameFinder
from nrm_desktop.storage.search.stopping import watched
from nrm_desktop.storage.statements import load_statements
from nrm_desktop.storage.uow import transaction

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from measure_names import LISTS, lists_of

CASES = 50_000
ROUNDS = 200
FEW = 20
LIMIT = 20
FIRST = 50
P95 = 94
GIVEN, FAMILY = FieldId("screening.given_name"), FieldId("screening.family_name")
NOTE = FieldId("screening.note")
FIELDS = {GIVEN: "name", FAMILY: "name", NOTE: "text"}
WORDS = (
    *("harbour", "station", "evening", "driver", "passport"),
    *("salary", "kitchen", "weekend", "border", "phone"),
)
COMMON = "person work"
"""In every text: the worst that can be asked for."""
SIGHT = Sight(frozenset(range(1, 11)))
ROWS = "SELECT id, code, field, name FROM person_name JOIN scope_line USING (scope)"
BARE = {
    "begins": f"{ROWS} WHERE folded BETWEEN ? AND ? || '~' ORDER BY folded LIMIT ?",
    "words": "SELECT DISTINCT found.id, code, field, name FROM json_each(?) AS word "
    "CROSS JOIN person_name AS found ON folded BETWEEN word.value AND word.value || '~' "
    "JOIN scope_line USING (scope) WHERE NOT EXISTS (SELECT 1 FROM json_each(?) AS each "
    "WHERE NOT EXISTS (SELECT 1 FROM person_name AS other WHERE other.scope = found.scope "
    "AND instr(' ' || other.folded, ' ' || each.value) > 0)) LIMIT ?",
    "holds": "SELECT id, code, field, name FROM name_fts JOIN person_name ON id = name_fts.rowid "
    "JOIN scope_line USING (scope) WHERE name_fts MATCH ? ORDER BY name_fts.rowid DESC LIMIT ?",
}


def run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "vault.db"
        folded = make(path)
        # Two connections: neither side finds its pages warmed by the other.
        sides = [engine.open_database(path, KEY, is_read_only=True) for _ in range(2)]
        figures = measured(*sides, folded)
        for side in sides:
            engine.close_database(side)
    return figures


def measured(
    connection: engine.Connection, plain: engine.Connection, folded: list[str]
) -> dict[str, float]:
    picked = folded[:: max(1, len(folded) // ROUNDS)][:ROUNDS]
    memory = NameMemory()
    exact, exact_bare = in_turns(
        [(lambda word=word: written(connection, memory, word)) for word in picked],
        [(lambda word=word: bare(plain, word)) for word in picked],
    )
    prefix, prefix_bare = in_turns(
        [(lambda word=word[:3]: written(connection, memory, word)) for word in picked],
        [(lambda word=word[:3]: bare(plain, word)) for word in picked],
    )
    finder = Finder(connection, memory)
    finder.find("zzzz", SIGHT, LIMIT)  # reads the names into memory, once per unlocking
    fuzzy = [
        timed(lambda word=word: finder.find(misspelled(word), SIGHT, LIMIT)) for word in picked
    ]
    worst = [timed(lambda: finder.find(COMMON, SIGHT, FIRST)) for _ in range(FEW)]
    started = time.perf_counter()
    NameMemory().names(connection, seen_by(SIGHT))
    return {
        "search.exact_over_ms": (p95(exact) - 3 * p95(exact_bare)) * 1000,
        "search.exact_ms": p95(exact) * 1000,
        "search.exact_bare_ms": p95(exact_bare) * 1000,
        "search.prefix_over_ms": (p95(prefix) - 3 * p95(prefix_bare)) * 1000,
        "search.prefix_ms": p95(prefix) * 1000,
        "search.prefix_bare_ms": p95(prefix_bare) * 1000,
        "search.fuzzy_ms": p95(fuzzy) * 1000,
        "search.worst_text_ms": max(worst) * 1000,
        "search.names_read_ms": (time.perf_counter() - started) * 1000,
    }


def written(connection: engine.Connection, memory: NameMemory, word: str) -> list:
    """What the program finds as it is written, before anything is only spelled alike."""
    with watched(connection) as watch:
        finder = NameFinder(connection, memory, seen_by(SIGHT), watch)
        found = []
        for row in finder.as_written(read_question(word), LIMIT):
            found.append(row)
            if len(found) >= LIMIT:
                break
    return found


def bare(connection: engine.Connection, word: str) -> list:
    found = connection.execute(BARE["begins"], (word, word, LIMIT)).fetchall()
    if len(found) < LIMIT and " " in word:
        words = json.dumps(word.split())
        driving = json.dumps([one for one in word.split() if len(one) > 2] or word.split())
        found += connection.execute(BARE["words"], (driving, words, LIMIT)).fetchall()
    if len(found) < LIMIT:
        found += connection.execute(BARE["holds"], (f'"{word}"', LIMIT)).fetchall()
    return found


def in_turns(
    app: list[Callable[[], object]], bare: list[Callable[[], object]]
) -> tuple[list[float], list[float]]:
    pairs = [(timed(one), timed(other)) for one, other in zip(app, bare, strict=True)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[P95]


def misspelled(word: str) -> str:
    """Two letters change places, and one is written twice."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle:]


def make(path: Path) -> list[str]:
    """Fill a vault; give the folded names."""
    connection = engine.create_database(path, KEY)
    migrate(connection, 0)
    with transaction(connection):
        prepare(connection, FIELDS)
        while fill_some(connection):
            pass
    for start in range(0, CASES, 5_000):
        with transaction(connection):
            for number in range(start, start + 5_000):
                add_case(connection, number)
    rows = connection.execute("SELECT DISTINCT folded FROM person_name ORDER BY folded").fetchall()
    engine.checkpoint(connection)
    engine.close_database(connection)
    return [row[0] for row in rows]


PROJECTIONS = load_statements("projections")
PEOPLE = [lists_of(path) for path in sorted(LISTS.glob("*.txt"))]


def add_case(connection: engine.Connection, number: int) -> None:
    chosen = sha256(b"%d" % number).digest()
    scope, record = ScopeId(chosen[:16]), RecordId(chosen[16:])
    connection.execute(PROJECTIONS["add_to_scope"], (scope, number, 1, bytes(32)))
    line = (f"{number:08d}", "open", "", "", 0, 0, 0, 0, scope)
    connection.execute(PROJECTIONS["set_case_line"], line)
    given, family = PEOPLE[chosen[0] % len(PEOPLE)]
    ending = "".join("aeioulmnrst"[each % 11] for each in chosen[4:7])
    said = {
        GIVEN: (2, given[chosen[1] % len(given)][-1]),
        FAMILY: (2, family[chosen[2] % len(family)][-1] + ending),
        NOTE: (4, f"{COMMON} " + " ".join(WORDS[each % 10] for each in chosen[8:18])),
    }
    index = SearchIndex(connection)
    for order, (field, (compartment, text)) in enumerate(said.items()):
        register = (scope, record, field, compartment)
        answer = cbor.encode(answer_item(answered(text)))
        row = (*register, chosen[:16], order, 1, answer, number, bytes(16), bytes(16), 0)
        connection.execute(PROJECTIONS["let_stand"], row)
        index.refresh(register)
    index.settle()
