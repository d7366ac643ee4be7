"""S1, S2 and S3 by one user of each shipped job: alone, no network, no second person. R34."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.situations.people import Worker

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.boxes import BoxDesk
from nrm_desktop.bootstrap.handing_over import HandoverDesk
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault, open_vault
from nrm_desktop.bootstrap.intake import write_box
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.disclosure import CHILD_PROTECTION, VITAL_INTEREST
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import FieldId, RecipientId
from nrm_desktop.domain.values import Answer, AnswerState, answered
from nrm_desktop.security.vault.cost import FLOOR

pytestmark = pytest.mark.rule("R34")
PASSPHRASE = "seven quiet lamps by the river"
EMERGENCY, CHILDREN = "Emergency line", "Child protection"
AT_MS = 1_795_000_000_000
JOBS = ("border_counter", "border_second_line", "shelter_night", "coordinator_intake")


@dataclass
class Post:
    """A laptop with one user at work."""

    vault: OpenVault

    @property
    def worker(self) -> Worker:
        return Worker(self)

    def knows(self, name: str) -> RecipientId:
        rows = self.vault.reader.directory()
        return RecipientId(next(row.entry for row in rows if row.name == name))

    def close(self) -> None:
        self.vault.close()


@dataclass
class Locked:
    """A locked laptop, and the slot of whoever works there tonight."""

    shell: Shell
    passphrase: str
    sign: str

    def opened(self) -> Post:
        return Post(open_vault(self.shell, self.passphrase, self.sign))


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """One vault with a user of each job, and the services that a post knows; made once."""
    room = tmp_path_factory.mktemp("jobs")
    founder = Founder("Border Office", "P-01", "coordinator_intake", PASSPHRASE, FLOOR)
    vault = found_vault(shell_in(room), founder)
    for kind, name in (("emergency", EMERGENCY), ("child_protection", CHILDREN)):
        vault.handle(AddDirectoryEntry(kind=kind, name=name))
    signs = {}
    for number, job in enumerate(JOBS, start=11):
        person = NewPerson(f"P-{number}", job, f"{PASSPHRASE} {number}", FLOOR)
        signs[job] = (f"{PASSPHRASE} {number}", add_user(vault, person).sign)
    vault.close()
    return room, signs


def shell_in(folder: Path) -> Shell:
    return build_shell(folder / "vault", anchors=folder / "anchors", is_practice=True)


@pytest.fixture(params=JOBS)
def post(request, founded, tmp_path):
    room, signs = founded
    shutil.copytree(room, tmp_path / "post")
    return Locked(shell_in(tmp_path / "post"), *signs[request.param])


def quick(**said) -> BoxContent:
    told = {FieldId(name.replace("__", ".")): answer for name, answer in said.items()}
    return BoxContent("quick", AT_MS, tuple(told.items()))


@pytest.mark.rule("S1")
@pytest.mark.rule("R23")
@pytest.mark.rule("R38")
def test_a_bus_at_three_in_the_morning_ends_with_a_code_for_whoever_goes_on(post):
    write_box(
        post.shell,
        quick(
            quick__q_signs=answered(("gen.fear", "gen.others_speak")),
            screening__danger_now=Answer(AnswerState.UNKNOWN),
            screening__outcome=answered("concern"),
        ),
    )
    here = post.opened()
    try:
        desk = BoxDesk(here.vault)
        case = desk.adopt(desk.boxes()[0].name).scope
        here.worker.writes_at(case, {"quick.q_result": "to_second_line"})
        slip = HandoverDesk(here.vault).give(case)

        assert slip.code not in slip.case
        taken = HandoverDesk(here.vault).take(slip.code)
        assert here.worker.finds(taken.scope, "quick.q_signs") == [("gen.others_speak", "gen.fear")]
        assert here.worker.finds(taken.scope, "screening.outcome") == ["concern"]
        unknown = [
            cell.acting.answer.state
            for cell in here.worker.sees(taken.scope).cells
            if cell.field == "screening.danger_now"
        ]
        assert unknown == [AnswerState.UNKNOWN], "asked, and nobody knew: that is no no"
        assert here.worker.finds(taken.scope, "quick.q_code") == [slip.code]
        assert here.worker.finds(case, "quick.q_code") == [slip.code]
    finally:
        here.close()


@pytest.mark.rule("S1")
def test_a_code_that_nobody_here_made_opens_nothing(post):
    here = post.opened()
    try:
        with pytest.raises(Usage, match=r"usage\.bad_code"):
            HandoverDesk(here.vault).take("AAAAA-AAAAA-AAAA")
    finally:
        here.close()


@pytest.mark.rule("S2")
@pytest.mark.rule("R29")
@pytest.mark.rule("R41")
def test_somebody_answers_for_the_person_and_one_worker_passes_a_danger_on(post, tmp_path):
    here = post.opened()
    try:
        worker = here.worker
        case = worker.opens_a_case()
        worker.writes_at(
            case,
            {
                "screening[+1].seen_alone": "no",
                "screening[+1].danger_now": "yes",
                "quick.q_result": "next_post_told",
                "referral[+1].urgency": "now",
            },
        )
        why = "Nobody else is here"
        made = worker.passes(
            case, here.knows(EMERGENCY), tmp_path / "stick", ground=VITAL_INTEREST, reason=why
        )

        assert made.size > 0
        assert "second_look" in worker.due(case)
    finally:
        here.close()


@pytest.mark.rule("S3")
@pytest.mark.rule("R14")
@pytest.mark.rule("R30")
def test_a_child_of_unknown_age_is_told_to_child_protection_by_one_worker(post, tmp_path):
    here = post.opened()
    try:
        worker = here.worker
        case = worker.opens_a_case()
        answers = {"screening[+1].danger_now": "no", "quick.q_age": "not_sure"}
        worker.writes_at(case, {**answers, "referral[+1].urgency": "now"})
        assert worker.sees(case).row.child == "child"

        worker.passes(
            case,
            here.knows(CHILDREN),
            tmp_path / "stick",
            ground=CHILD_PROTECTION,
            reason="May be a child",
            informed=frozenset({"child", "no_guardian"}),
        )

        assert worker.sees(case).row.child == "child"
        worker.writes_at(case, {"case.child": "no"})
        assert worker.sees(case).row.child == "child", "no answer of one user ends it (N15)"
    finally:
        here.close()
