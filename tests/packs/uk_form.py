"""Walks through the referral form of the United Kingdom as its source describes it.

Names and conditions come from `data/`; answers are those of the form itself (`yes`, `not-sure`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
FIRST_PAGE = "/who-do-you-work-for"
CONSENT_PAGE = "/pv-want-to-submit-nrm"
Answers = Mapping[str, str]


@dataclass(frozen=True)
class UkField:
    name: str
    type: str
    is_required: bool
    options: tuple[str, ...]


def read_fields() -> dict[str, UkField]:
    found = {}
    for line in (DATA / "uk_fields.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, kind, need, options, *_ = [*(part.strip() for part in line.split("|")), ""]
        found[name] = UkField(name, kind, need == "required", tuple(options.split()))
    return found


class UkForm:
    """Pages, forks and the conditions of single fields."""

    def __init__(self) -> None:
        table = json.loads((DATA / "uk_branches.json").read_text(encoding="utf-8"))
        self.pages = {page["page"]: page for page in table["pages"]}
        self.shown_when: dict[str, list[str]] = table["shown_when"]

    def walk(self, answers: Answers) -> list[str]:
        """Pages that are shown, in order."""
        seen = dict(answers)
        if answers["pv-under-age"] != "no":
            # The form answers for the child by itself, and passes the page without showing it.
            seen |= {CONSENT_PAGE.strip("/"): "yes", "automatic-referral": "yes"}
        shown = []
        page = FIRST_PAGE
        while page:
            if page != CONSENT_PAGE or "automatic-referral" not in seen:
                shown.append(page)
            page = self._following(page, seen)
        return shown

    def _following(self, page: str, answers: Answers) -> str | None:
        for fork in self.pages[page]["forks"]:
            if "when" in fork and _all_hold(fork["when"], answers):
                return fork["to"]
            if "when_not" in fork and not _all_hold(fork["when_not"], answers):
                return fork["to"]
        return self.pages[page]["next"]

    def fields_shown(self, answers: Answers) -> set[str]:
        """Fields on the shown pages whose own condition holds."""
        return {
            name
            for page in self.walk(answers)
            for name in self.pages[page]["fields"]
            if name not in self.shown_when or self._is_shown(name, answers)
        }

    def _is_shown(self, name: str, answers: Answers) -> bool:
        other, value = self.shown_when[name]
        return value in answers.get(other, "").split()

    def reachable_fields(self) -> set[str]:
        """Fields on any page that some answers lead to."""
        return {name for page in self._reachable() for name in self.pages[page]["fields"]}

    def _reachable(self) -> set[str]:
        found: set[str] = set()
        waiting = [FIRST_PAGE]
        while waiting:
            page = waiting.pop()
            if page in found:
                continue
            found.add(page)
            ahead = [fork["to"] for fork in self.pages[page]["forks"]]
            waiting += [to for to in [*ahead, self.pages[page]["next"]] if to]
        return found


def _all_hold(wanted: Answers, answers: Answers) -> bool:
    return all(answers.get(name) == value for name, value in wanted.items())
