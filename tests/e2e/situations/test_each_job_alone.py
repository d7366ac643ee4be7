"""S1, S2 and S3 by one user of each shipped job: alone, no network, no second person. R34.

Jobs of the base, and those that a country pack names. A guardian meets nobody first, and has a
story of its own.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from tests.e2e.situations.people import Worker
from tests.fakes.desk import PACKS, base_forms

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.bootstrap.boxes import BoxDesk
from nrm_desktop.bootstrap.country_packs import choose_countries
from nrm_desktop.bootstrap.handing_over import HandoverDesk
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault, open_vault
from nrm_desktop.bootstrap.intake import write_box
from nrm_desktop.bootstrap.people import NewPerson, add_user
from nrm_desktop.bootstrap.shell import Shell, build_shell
from nrm_desktop.domain.disclosure import CHILD_PROTECTION, VITAL_INTEREST
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId, RecipientId
from nrm_desktop.domain.values import Answer, AnswerState, answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.form_packs import FormPacks

pytestmark = pytest.mark.rule("R34")
PASSPHRASE = "seven quiet lamps by the river"
EMERGENCY, CHILDREN = "Emergency line", "Child protection"
AUTHORITY = "Authority that identifies"
AT_MS = 1_795_000_000_000
JOBS = ("border_counter", "border_second_line", "shelter_night", "coordinator_intake")
COUNTRIES = ("bg", "gb")
FORMS = {country: FormPacks(PACKS).load([country]).forms for country in COUNTRIES}


def jobs_of(country: str) -> list[str]:
    """The jobs that the pack of a country names."""
    presets = FORMS[country].roles.presets
    return [name for name in presets if name.startswith(f"{country}_")]


def meets_people(country: str, job: str) -> bool:
    """True for whoever is there when somebody is met, and passes it on."""
    table = FORMS[country].roles
    return all(table.may_fill(table.presets[job], form) for form in ("quick", "referral"))


def roles_of(country: str, job: str) -> frozenset[str]:
    return frozenset((FORMS[country] if country else base_forms()).roles.presets[job])


OF_COUNTRIES = [(country, job) for country in COUNTRIES for job in jobs_of(country)]
MEETING = [one for one in OF_COUNTRIES if meets_people(*one)]
OF_THE_BASE = [("", job) for job in JOBS]
KNOWN = {roles_of(*one) for one in OF_THE_BASE}
AT_A_POST = [*OF_THE_BASE, *(one for one in MEETING if roles_of(*one) not in KNOWN)]
"""A job whose roles together are those of a job of the base plays the same story as that one."""


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
    """One vault for each country with a user of each job; made once."""

    @cache
    def make(country: str):
        room = tmp_path_factory.mktemp("jobs")
        if country:
            (room / "vault").mkdir()
            choose_countries(room / "vault", [country])
        return room, users_of(room, jobs_of(country) if country else JOBS)

    return make


def users_of(room: Path, jobs: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Found a vault with the services that a post knows. Shape: passphrase and sign of each."""
    founder = Founder("Border Office", "P-01", "coordinator_intake", PASSPHRASE, FLOOR)
    vault = found_vault(shell_in(room), founder)
    for kind, name in (("emergency", EMERGENCY), ("child_protection", CHILDREN)):
        vault.handle(AddDirectoryEntry(kind=kind, name=name))
    vault.handle(AddDirectoryEntry(kind="identification_authority", name=AUTHORITY))
    signs = {}
    for number, job in enumerate(jobs, start=11):
        person = NewPerson(f"P-{number}", job, f"{PASSPHRASE} {number}", FLOOR)
        signs[job] = (f"{PASSPHRASE} {number}", add_user(vault, person).sign)
    vault.close()
    return signs


def shell_in(folder: Path) -> Shell:
    return build_shell(folder / "vault", anchors=folder / "anchors", is_practice=True)


@pytest.fixture
def at(founded, tmp_path):
    """A laptop of a country, and the slot of whoever has a job there."""

    def go(country: str, job: str) -> Locked:
        room, signs = founded(country)
        if not (tmp_path / "post").exists():
            shutil.copytree(room, tmp_path / "post")
        return Locked(shell_in(tmp_path / "post"), *signs[job])

    return go


@pytest.fixture(params=AT_A_POST, ids=lambda one: one[1])
def post(request, at):
    return at(*request.param)


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


# -------------------- what the country asks of its posts


@pytest.mark.parametrize(("country", "job"), OF_COUNTRIES)
def test_a_post_of_a_country_has_roles_words_and_a_page_that_names_it(country, job):
    forms = FORMS[country]
    found = forms.roles.sources[job]

    assert set(forms.roles.presets[job]) <= set(forms.roles.roles)
    assert found.source
    assert not found.is_verified, "nobody who works there has read it yet"
    assert all(forms.texts[language].get(f"role.{job}") for language in ("en", "bg", "uk", "ar"))


@pytest.mark.parametrize(("country", "job"), MEETING)
def test_no_country_takes_a_power_from_the_roles_of_its_posts(country, job):
    """So a job of the base shows by its stories what a post of a country with its roles can do."""
    base, here = base_forms().roles, FORMS[country].roles

    for role in here.presets[job]:
        assert here.roles[role] == base.roles[role]
        filled = {form for form, roles in base.fills.items() if role in roles}
        assert filled <= {form for form, roles in here.fills.items() if role in roles}


@pytest.mark.rule("R29")
@pytest.mark.parametrize("job", [job for country, job in MEETING if country == "bg"])
def test_in_bulgaria_whoever_is_there_writes_the_notice_about_a_child_on_paper(at, tmp_path, job):
    here = at("bg", job).opened()
    try:
        worker = here.worker
        case = worker.opens_a_case()
        answers = {"screening[+1].danger_now": "no", "quick.q_age": "not_sure"}
        notice = {"bg_child[+1].found": "in_bulgaria", "referral[+1].urgency": "now"}
        worker.writes_at(case, {**answers, **notice})

        told = {"informed": frozenset({"child", "no_guardian"}), "reason": "May be a child"}
        made = worker.passes(
            case, here.knows(CHILDREN), tmp_path / "stick", layout="bg_child", **told
        )

        assert made.size > 0
        assert worker.sees(case).row.child == "child"
    finally:
        here.close()


@pytest.mark.parametrize("job", [job for country, job in MEETING if country == "gb"])
def test_in_britain_whoever_responds_first_prints_the_sheet_for_the_authority(at, tmp_path, job):
    here = at("gb", job).opened()
    try:
        worker = here.worker
        case = worker.opens_a_case(answered(value=False))
        worker.writes_at(case, {"gb_nrm[+1].how_started": "A job in a kitchen"})
        authority = here.knows(AUTHORITY)
        worker.asks(case, authority, "share_authority", account_summary="yes")

        made = worker.passes(
            case, authority, tmp_path / "stick", purpose="share_authority", layout="gb_nrm"
        )

        assert made.included == 1
    finally:
        here.close()


@pytest.mark.rule("R30")
def test_a_guardian_reads_the_file_of_the_child_and_writes_what_the_child_thinks(at):
    here = at("gb", "gb_children_services").opened()
    case = here.worker.opens_a_case(answered(value=True))
    here.close()

    guardian = at("gb", "gb_child_guardian").opened()
    try:
        worker = guardian.worker
        worker.writes_at(case, {"bia[+1].bia_view": "Wants to stay with the sister"})

        assert worker.sees(case).row.child == "child"
        assert worker.finds(case, "bia.bia_view") == ["Wants to stay with the sister"]
        with pytest.raises(Refused, match=r"policy\.role"):
            worker.writes_at(case, {"safety[+1].own_view": "Not for a guardian to write"})
    finally:
        guardian.close()
