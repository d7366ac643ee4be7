"""S8: a stick goes to another office. One recipient opens it; whoever finds it reads nothing."""

from pathlib import Path

import pytest
from tests.fakes.office import Office

from nrm_desktop.app.commands import ImportReferral, IssueReferral, ReferralWish
from nrm_desktop.domain.errors import HostileInput, Refused
from nrm_desktop.domain.values import answered

pytestmark = pytest.mark.rule("S8")
NAME = "Qvxzolena"


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    room = tmp_path_factory.mktemp("offices")
    found = [
        Office(room / name, title, badge)
        for name, title, badge in (
            ("aid", "Harbour Aid", "P-01"),
            ("shelter", "House by the lake", "L-07"),
            ("finder", "Somebody else", "X-01"),
        )
    ]
    yield found
    for office in found:
        office.close()


@pytest.fixture(scope="module")
def shelter(offices):
    aid, house, finder = offices
    house.meet(aid, "psychosocial")
    aid.meet(finder, "shelter")
    return aid.meet(house, "shelter")


@pytest.fixture
def case(offices, shelter):
    aid = offices[0]
    scope = aid.open_case(answered(value=False))
    aid.write(
        scope,
        "screening",
        {"screening.danger_now": answered(value=True), "screening.given_name": NAME},
    )
    aid.ask(scope, shelter, {"needs": "yes", "risk": "yes", "identity": "yes"})
    return scope


def send(office, scope, recipient, folder, way="packet", **more):
    folder.mkdir(exist_ok=True)
    wish = ReferralWish(scope, recipient, "refer")
    return office.do(IssueReferral(wish=wish, way=way, folder=str(folder), **more))[0]


@pytest.mark.rule("N10")
def test_nothing_on_the_stick_tells_a_name_a_case_or_an_office(offices, shelter, case, tmp_path):
    aid = offices[0]
    stick = tmp_path / "stick"
    send(aid, case, shelter, stick)
    code = aid.vault.work.run(lambda uow: uow.code_of_scope(case))

    files = [path for path in stick.rglob("*") if path.is_file()]
    assert len(files) == 1
    seen = files[0].read_bytes() + files[0].name.encode()
    for word in (NAME, code, code.replace("-", ""), "Harbour", "lake", "P-01"):
        for coding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert word.encode(coding) not in seen
            assert word.lower().encode(coding) not in seen.lower()


def test_whoever_finds_the_stick_opens_nothing_and_the_recipient_opens_it_once(
    offices, shelter, case, tmp_path
):
    aid, house, finder = offices
    sent = send(aid, case, shelter, tmp_path / "stick")

    with pytest.raises(HostileInput, match="not_for_us"):
        finder.do(ImportReferral(path=sent.path))
    first = house.do(ImportReferral(path=sent.path))[0]
    again = house.do(ImportReferral(path=sent.path))[0]

    assert (first.is_duplicate, again.is_duplicate) == (False, True)
    assert house.standing(first.scope, "screening.given_name")[-1].value == NAME
    assert sent.words, "read aloud and compared by phone"


def test_a_paper_that_anybody_can_read_takes_the_word_for_it(offices, shelter, case, tmp_path):
    aid, stick = offices[0], tmp_path / "stick"
    with pytest.raises(Refused, match=r"confirm\.plaintext"):
        send(aid, case, shelter, stick, "pdf")
    assert list(stick.iterdir()) == []
    sent = send(aid, case, shelter, stick, "pdf", confirmations=frozenset({"PLAINTEXT"}))
    assert Path(sent.path).read_bytes().startswith(b"%PDF")


def test_nothing_that_lies_on_the_stick_is_written_over_or_wiped(offices, shelter, case, tmp_path):
    aid, stick = offices[0], tmp_path / "stick"
    stick.mkdir()
    (stick / "holiday.txt").write_text("not ours", encoding="utf-8")
    sent = [send(aid, case, shelter, stick) for _ in range(2)]
    assert (stick / "holiday.txt").read_text(encoding="utf-8") == "not ours"
    assert len({one.path for one in sent}) == 2
    assert all(Path(one.path).is_file() for one in sent)
