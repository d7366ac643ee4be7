"""Two files of one person in the hands of a worker with a vault in memory."""

import pytest

from nrm_desktop.app.joining_commands import JoinCases, PartCases
from nrm_desktop.app.person_files import files_of_person
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.joining import OnePerson


def code_of(desk, scope) -> str:
    return desk.run(lambda uow: uow.code_of_scope(scope))


def join(desk, pair, **more):
    facts = {"reason": "opened_twice", "second": "P-02", **more}
    return desk.do(JoinCases(scope=pair[0], other=pair[1], **facts))[0]


def part(desk, scope, other: str, **more):
    facts = {"reason": "two_people", "second": "P-02", **more}
    return desk.do(PartCases(scope=scope, other=other, **facts))[0]


def standing(desk, scope) -> OnePerson:
    return desk.run(lambda uow: files_of_person(uow, scope)).standing


def refused(act) -> NrmError:
    with pytest.raises(NrmError) as error:
        act()
    return error.value


def forget(desk, scope) -> None:
    """The file is not on this laptop: nobody gave it a key."""
    state = desk.vault.state
    state.commits = {n: one for n, one in state.commits.items() if one.header.scope != scope}
