"""Search over a vault in memory: reads every answer each time, without SQL and without an index."""

from __future__ import annotations

from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.app.queries import AlikePerson, SearchHit, SearchResult
from nrm_desktop.domain.forms.schema import SearchRole
from nrm_desktop.domain.values import FieldType
from nrm_desktop.storage.lens import may_see
from nrm_desktop.storage.search.asking import read_question
from nrm_desktop.storage.search.folding import fold, skeleton
from nrm_desktop.storage.search.likeness import (
    ALIKE,
    SHORTEST_SKELETON,
    alike,
    people_alike,
)
from nrm_desktop.storage.search.names import closeness
from nrm_desktop.storage.search.snippets import snippet

WORDS = (FieldType.TEXT, FieldType.LONG, FieldType.PLACE)


class FakeSearch:
    """The searching part of the Reader port; `_vault`, `_lens` and `_reads` are the reader's."""

    def search(self, text, sight, limit, stop=None):
        question = read_question(text)
        if stop is not None and stop.is_set():
            return SearchResult(is_cut=True)
        names = list(self._said(sight, lambda one: one.search is SearchRole.NAME))
        texts = self._said(sight, lambda one: one.search is SearchRole.NONE and one.type in WORDS)
        hits = [
            *self._names(question, names),
            *(_hit(row, question) for row in texts if _holds(fold(row[3]), question)),
        ]
        return SearchResult(tuple(hits[:limit]), has_more=len(hits) > limit)

    def similar_names(self, scope, sight):
        names = list(self._said(sight, lambda one: one.search is SearchRole.NAME))
        ours = [row[3] for row in names if row[0] == scope]
        joined = files_of_person(self._reads, scope).standing.others
        others = {row[0]: row[1] for row in names if row[0] != scope and row[1] not in joined}
        found = []
        for other, code in others.items():
            theirs = [row[3] for row in names if row[0] == other]
            if people_alike(_words(ours), _words(theirs)):
                agrees, differs = self._compared(scope, other, sight)
                pair = (" ".join(ours), " ".join(theirs))
                found.append(AlikePerson(other, code, *pair, agrees, differs))
        return tuple(found)

    def _compared(self, scope, other, sight):
        agrees, differs = [], []
        kinds = ((SearchRole.BIRTH, "birth_year"), (SearchRole.NATIONALITY, "nationality"))
        for role, what in kinds:
            rows = list(self._said(sight, lambda one, role=role: one.search is role))
            ours, theirs = (
                {_fact(row[3]) for row in rows if row[0] == place} for place in (scope, other)
            )
            if ours and theirs:
                (agrees if ours & theirs else differs).append(what)
        return tuple(agrees), tuple(differs)

    def _names(self, question, names):
        steps = (
            lambda folded, case: folded == question.folded,
            lambda folded, case: folded.startswith(question.folded),
            lambda folded, case: (
                all(any(f" {word}" in f" {name}" for name in case) for word in question.words)
                and any(folded.startswith(word) for word in question.words)
            ),
            lambda folded, case: question.folded in folded,
        )
        cases = {}
        for row in names:
            cases.setdefault(row[0], []).append(fold(row[3]))
        seen = set()
        for fits in steps:
            for row in names:
                if row not in seen and fits(fold(row[3]), cases[row[0]]):
                    seen.add(row)
                    yield _hit(row, question)
        for row in names:
            likeness = _likeness(question, cases[row[0]])
            if row not in seen and likeness and _likeness(question, [fold(row[3])], any_word=True):
                yield _hit(row, question, likeness if likeness < 1 else None)

    def _said(self, sight, is_wanted):
        """Shape: (scope, code, field, value) of every standing answer in sight."""
        scopes = {commit.header.scope for commit in self._vault.state.commits.values()}
        for scope in sorted(scopes):
            code = self._reads.code_of_scope(scope)
            for cell in self._reads.cells(scope):
                field = self._lens.forms.find_field(cell.field)
                if code is None or field is None or not is_wanted(field):
                    continue
                for each in cell.standing:
                    is_seen = may_see(sight, cell.compartment, each.signer)
                    if is_seen and each.answer and each.answer.is_answered:
                        yield scope, code, cell.field, each.answer.value


def _likeness(question, names, *, any_word=False):
    words = [word for name in names for word in name.split()]
    bones = {skeleton(name) for name in names}
    best = [
        max((alike(word, one) for one in words), default=0.0)
        or ALIKE * (len(skeleton(word)) >= SHORTEST_SKELETON and skeleton(word) in bones)
        for word in question.words
    ]
    return max(best) if any_word else min(best)


def _holds(folded, question):
    padded = f" {folded} "
    *whole, last = question.terms
    return all(f" {term} " in padded for term in whole) and f" {last}" in padded


def _hit(row, question, likeness=None):
    scope, code, field, text = row
    piece = snippet(text, question.words)
    match = "similar" if likeness is not None else closeness(text, question)
    return SearchHit(scope, code, field, piece.text, piece.marks, match, likeness)


def _words(names):
    return [word for name in names for word in fold(name).split()]


def _fact(value):
    return value[0][:4] if isinstance(value, tuple) else value
