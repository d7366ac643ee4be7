"""What is wrong with an answer, in one sentence that says what would be taken."""

from __future__ import annotations

from nrm_desktop.domain.forms.validate import Problem
from nrm_desktop.ui.presenters.wording import Say


def problem_words(say: Say, problem: Problem) -> str:
    """The sentence below the question; the words that were typed stay."""
    limit = problem.allowed[0] if problem.allowed else ""
    known = {
        "too_long": say("This is longer than {limit} characters.", limit=limit),
        "not_in_list": say("This is not in the list. Choose an entry."),
        "not_an_id": say("This names no entry. Choose one from the list."),
        "source_not_allowed": say("This source does not fit the question."),
        "may_not_decline": say("This is the worker's own answer and cannot be declined."),
        "control_character": say("There is a sign in it that cannot be kept."),
    }
    return known.get(problem.code, say("This is kept as typed; it does not fit the question yet."))
