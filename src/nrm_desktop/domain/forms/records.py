"""The records of one case as a tree, as far as the forms need it: rows, and what a condition sees.

This module decides which answers stand in the context of a record. It knows neither operations
nor conflicts: whoever builds it puts in the answer that acts, and leaves closed records out.

- A condition in a record sees the record itself first, then what it stands in, then its own rows,
  then the latest record of every other form that says something about the question. It never sees
  another record of its own form: the second interview does not inherit from the first.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nrm_desktop.domain.forms.conditions import Context, holds
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.lineage import lineage
from nrm_desktop.domain.values import Answer, AnswerState


@dataclass(frozen=True, slots=True)
class Record:
    """One record with the answers that act in it.

    Shape: `form` is a record key (`formset`); `parent` None if it hangs on the case; `order` only
    sorts; `opened` and `written` are the ISO minutes of the oldest and the newest answer, empty
    where nobody needs them.
    """

    record: RecordId
    form: str
    parent: RecordId | None = None
    order: int = 0
    answers: Mapping[FieldId, Answer] = field(default_factory=dict)
    written: str = ""
    opened: str = ""


class Records:
    """All open records of a case, oldest first."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self._in_order = sorted(records, key=lambda one: (one.order, one.record))
        self._by_id = {one.record: one for one in self._in_order}
        self._by_key: dict[str, list[Record]] = {}
        self._seen: dict[RecordId | None, ChainMap[FieldId, Answer]] = {}
        for one in self._in_order:
            self._by_key.setdefault(one.form, []).append(one)

    def all(self) -> tuple[Record, ...]:
        """Every record, oldest first."""
        return tuple(self._in_order)

    def get(self, record: RecordId) -> Record | None:
        """A record by its id."""
        return self._by_id.get(record)

    def of(self, record_key: str, within: RecordId | None = None) -> tuple[Record, ...]:
        """Records of one key, of the whole case or of those below one record at any depth."""
        found = self._by_key.get(record_key, ())
        return tuple(
            one
            for one in found
            if within is None or any(above.record == within for above in self._line(one))
        )

    def context(self, record: RecordId | None, facts: frozenset[str] = frozenset()) -> Context:
        """What a condition sees in this record; for a record that is not there yet, use None."""
        known = self._seen.get(record)
        if known is None:
            line = lineage(self._by_id, record)
            known = ChainMap(*(dict(one.answers) for one in line), self._around(line))
            self._seen[record] = known
        return Context(known, facts)

    def _around(self, line: Sequence[Record]) -> dict[FieldId, Answer]:
        """The latest answers outside a line: of its own rows, and of all other forms."""
        root = line[-1] if line else None
        found: dict[FieldId, Answer] = {}
        for one in self._in_order:
            top = self._line(one)[-1]
            if root is None or top is root or top.form != root.form:
                found.update(
                    (name, answer)
                    for name, answer in one.answers.items()
                    if answer.state is not AnswerState.NOT_ASKED
                )
        return found

    def facts(self, forms: FormSet, given: frozenset[str] = frozenset()) -> frozenset[str]:
        """Facts of the case: those handed in, and those that a rule finds in any record.

        One sign in one record is enough; nothing here takes a fact back.
        """
        found = set(given)
        for rule in forms.vocabulary.facts.values():
            contexts = (Context(one.answers, given) for one in self._in_order)
            if rule.when and any(holds(rule.when, context) for context in contexts):
                found.add(rule.id)
        return frozenset(found)

    def _line(self, one: Record) -> tuple[Record, ...]:
        return lineage(self._by_id, one.record)
