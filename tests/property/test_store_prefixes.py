"""A store may serve anybody any earlier state of itself: whoever reads it is current or is told.

Everything that is ever put or deleted makes one line of events; each visit is shown some beginning
of it, cut also between the files of one run, and what the visitor writes goes to its end. After
each visit (sync.md sections 8 and 22):

- without an alarm nothing is shown that is older than what this laptop was shown before, and
  everything that was told up to there is in its journal;
- once the whole line is shown again, all hold the same and nothing is missing.

What nobody can tell: a store that never showed a laptop anything newer ("last heard from" is for
that), and one that shows itself under another mark, as a new stick would.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.e2e.laptops import PLACE, Laptop, new_record, two_laptops
from tests.fakes.store import FakeStore

from nrm_desktop.bootstrap.exchange import VaultExchange, office_of
from nrm_desktop.sync.run import exchange
from nrm_desktop.sync.tree import read_checkpoint_name, read_mark

VALUES = ("port", "airport", "border_crossing", "shelter")
Event = tuple[str, bytes | None]


class Beginning(FakeStore):
    """The store as it was after some events; what is changed here goes to the end of the line."""

    def __init__(self, line: list[Event], count: int) -> None:
        super().__init__()
        self._line = line
        for name, data in line[:count]:
            if data is None:
                self.files.pop(name, None)
            else:
                self.files[name] = data

    def put(self, name: str, data: bytes) -> None:
        super().put(name, data)
        self._line.append((name, data))

    def delete(self, name: str) -> None:
        super().delete(name)
        self._line.append((name, None))

    @property
    def counters(self) -> Counter[str]:
        """The newest checkpoint of each device folder."""
        found: Counter[str] = Counter()
        for file in filter(None, map(read_checkpoint_name, self.files)):
            found[file.folder] = max(found[file.folder], file.counter)
        return found


class Prefixes(RuleBasedStateMachine):
    """Two laptops write into one case; the store shows them what it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Path(mkdtemp(prefix="prefixes-"))
        self.line: list[Event] = []
        self.laptops: list[Laptop] = []
        self.shown: list[Counter[str]] = [Counter(), Counter()]
        self.told: list[tuple[int, dict]] = []
        """What was in the journal of whoever ended a visit, and how long the line was then."""

    @initialize()
    def begin(self) -> None:
        self.laptops = list(two_laptops(self.room))
        self.case, self.record = self.laptops[0].open_case(), new_record()
        self.laptops[0].save(self.case, self.record, PLACE, "port")
        for who in (0, 1, 0):
            self._visit(who, len(self.line))
        marks = [number for number, (name, _) in enumerate(self.line) if read_mark(name)]
        self.first = marks[0] + 1

    @rule(who=st.integers(0, 1), value=st.sampled_from(VALUES))
    def write(self, who: int, value: str) -> None:
        """Somebody writes, and nobody hears of it yet."""
        self.laptops[who].save(self.case, self.record, PLACE, value)

    @rule(who=st.integers(0, 1))
    def visit(self, who: int) -> None:
        """The store shows all that it has."""
        self._visit(who, len(self.line))

    @rule(who=st.integers(0, 1), back=st.integers(1, 12))
    def visit_an_earlier_state(self, who: int, back: int) -> None:
        self._visit(who, max(self.first, len(self.line) - back))

    def teardown(self) -> None:
        try:
            if self.laptops:
                self._all_is_well_once_everything_is_shown()
        finally:
            for laptop in self.laptops:
                laptop.close()
            shutil.rmtree(self.room)

    def _visit(self, who: int, count: int):
        store = Beginning(self.line, count)
        there, before = store.counters, self.shown[who]
        office = office_of(self.laptops[who].vault.session)
        report = exchange(store, "server", office).report
        held = self._heads(who)
        if not (report.alarms or report.missing or report.skipped):
            assert all(there[folder] >= counter for folder, counter in before.items())
            for length, heads in self.told:
                if length <= count:
                    assert all(held.get(log, 0) >= seq for log, seq in heads.items())
        self.shown[who] = before | there | store.counters
        self.told.append((len(self.line), held))
        return report

    def _heads(self, who: int) -> dict:
        work = VaultExchange(self.laptops[who].vault.session)
        return work.run(lambda unit: {head.log: head.seq for head in unit.journal.heads()})

    def _all_is_well_once_everything_is_shown(self) -> None:
        for who in (0, 1, 0, 1):
            report = self._visit(who, len(self.line))
        assert (report.missing, report.skipped, report.alarms) == ((), (), ())
        assert self.laptops[0].digest == self.laptops[1].digest


TestStoreMayServeAnyEarlierPrefix = pytest.mark.threat("T18")(Prefixes.TestCase)
TestStoreMayServeAnyEarlierPrefix.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, derandomize=True
)
