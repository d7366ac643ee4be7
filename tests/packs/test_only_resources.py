"""A field, a code, a form, a time limit and a country come with a folder of texts: no code changes.

The folder is the one that the manual shows, block by block, so the guide is true.
"""

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packs.conftest import PACKS

from nrm_desktop.app.answering import read_answer
from nrm_desktop.cli.main import main
from nrm_desktop.domain.case import Pathway
from nrm_desktop.domain.clocks import CaseSeen, ClockState, clocks_of
from nrm_desktop.domain.forms.records import Record, Records
from nrm_desktop.domain.forms.validate import check_value
from nrm_desktop.domain.forms.wording import find_loaded
from nrm_desktop.domain.ids import FieldId, RecordId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import answered
from nrm_desktop.storage.form_packs import FormPacks

ROOT = PACKS.parents[1]
GUIDE = ROOT / "docs" / "manual" / "your-country.md"
BLOCK = re.compile(r"^`(xx/[a-z_/]+\.toml)`\n\n```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def hash_of_source() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture
def packs(tmp_path) -> Path:
    """The shipped packs with the one of the guide beside them; the source is as it was."""
    before = hash_of_source()
    folder = Path(shutil.copytree(PACKS, tmp_path / "packs"))
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(blocks) == 13
    for name, text in blocks:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    yield folder
    assert hash_of_source() == before


def test_the_pack_of_the_guide_has_nothing_to_mend(packs, capsys):
    assert main(["pack", "check", str(packs / "xx")]) == 0
    assert "xx 1: 0 errors" in capsys.readouterr().out


def test_a_field_a_code_a_form_and_a_time_limit_are_there_and_work(packs):
    forms = FormPacks(packs).load(["xx"]).forms
    order = [one.id for part in forms.form("safety").sections for one in part.fields]

    assert order.index("safety.xx_register") == order.index("safety.visitors") + 1
    assert forms.field("safety.xx_register").compartment is Compartment.SUPPORT
    assert read_answer(forms, forms.field("safety.xx_register"), "yes").value is True
    assert forms.counts.of(forms.counts.tables["xx_outcomes"])[0].class_of("concern") == "concern"
    barrier = forms.field("plan.barrier")
    assert check_value(barrier, ("xx_no_bus",), forms) == ("xx_no_bus",)
    assert forms.roles.may_fill(("outreach",), "xx_hotline")
    assert forms.text("xx_hotline.topic.why") == "Shows which help is missing."
    (hint,) = find_loaded("A runaway.", forms.wording.values())
    assert hint.word.instead == "left, and we do not know where to"
    lines = [one.id for one in forms.counter.shown_lines()]
    assert ("cash" in lines, lines[-1]) == (False, "xx_vignette")
    assert forms.authorities["xx_child_line"].reached == "116 111"
    assert forms.text("authority.xx_child_line") == "National line for children"
    assert forms.layouts["xx_call"].purposes == ("own_copy", "refer")
    assert forms.roles.roles_named("xx_night_team") == ("shelter", "outreach")
    assert not forms.roles.sources["xx_night_team"].is_verified

    granted = Record(
        RecordId(b"\x01" * 16),
        "reflection",
        answers={
            FieldId("reflection.decision"): answered("granted"),
            FieldId("reflection.start"): answered(("2026-11-30", 0)),
        },
    )
    found = clocks_of(forms.timetable, CaseSeen(Records([granted]), Pathway.ADULT))
    ends = {one.rule.id: one.ends for one in found}
    assert ends == {"reflection_floor": "2026-12-30", "xx_reflection": "2027-02-28"}

    plan = Record(RecordId(b"\x02" * 16), "safety", opened="2026-11-30T08:00")
    asked = replace(plan, answers={FieldId("safety.xx_register"): answered(value=True)})
    for one, state in ((plan, ClockState.RUNNING), (asked, ClockState.DONE)):
        case = CaseSeen(Records([one]), Pathway.ADULT)
        assert [(c.rule.id, c.state) for c in clocks_of(forms.timetable, case)] == [
            ("xx_register_asked", state)
        ]


def test_a_language_is_one_more_file_and_what_it_lacks_is_said_in_the_first(packs):
    (packs / "base" / "texts" / "de.toml").write_text(
        '[safety]\ntitle = "Risiko- und Sicherheitsplan"\n', encoding="utf-8"
    )
    pack = packs / "base" / "pack.toml"
    text = pack.read_text(encoding="utf-8")
    pack.write_text(text.replace('languages = ["en", ', 'languages = ["en", "de", '), "utf-8")
    forms = FormPacks(packs).load(["xx"]).forms

    assert forms.text("safety.title", "de-AT") == "Risiko- und Sicherheitsplan"
    assert forms.text("needs.title", "de") == "Needs assessment"


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("xx/forms/safety.toml", "safety.xx_register", "safety.visitors", "used already"),
        ("xx/clocks.toml", "xx_reflection", "reflection_floor", "used by the base"),
        ("xx/clocks.toml", "reflection.start", "reflection.begin", "no field"),
        ("xx/clocks.toml", 'form = "reflection"', 'form = "nowhere"', "no records"),
        ("xx/clocks.toml", "length = 3", "length = 0", "no length"),
        ("xx/clocks.toml", "months", "moons", "not known here"),
        ("xx/clocks.toml", '["support"]', '["kitchen"]', "no such part"),
        ("xx/clocks.toml", '"safety.xx_register", ans', '"safety.xx_registry", ans', "no field"),
        ("xx/clocks.toml", "done_when", "also = [{ form = 'nowhere' }] #", "no records"),
        ("xx/clocks.toml", "done_when", "done_by = [{ form = 'nowhere' }] #", "no records"),
        ("xx/clocks.toml", "done_when", "# done_when", "on every list"),
        ("xx/wording.toml", "left, and we", "a runaway, and we", "loaded word itself"),
        ("xx/retention.toml", "closed_adult", "closed_alien", "has no class"),
        ("xx/retention.toml", "length = 5", "length = 0", "no length"),
        ("xx/retention.toml", '"years"', '"moons"', "no unit"),
        ("xx/retention.toml", "source", "# source", "is missing"),
        ("xx/statistics.toml", "[[dim", "smallest_cell = 9\n[[dim", "never below 10"),
        ("xx/statistics.toml", 'id = "xx_outcomes"', 'id = "barriers"', "used by the base"),
        ("xx/statistics.toml", "screening.outcome", "screening.medical_now", "the part `health`"),
        ("xx/authorities.toml", '"child_protection"', '"lighthouse"', "has no code"),
        ("xx/authorities.toml", 'contact = ["116 111"]', "", "are needed"),
        ("xx/authorities.toml", "source", "# source", "is missing"),
        ("xx/authorities.toml", '"2026-11"', '"last autumn"', "is no month"),
        ("xx/authorities.toml", "xx_child_line", "xx child line", "is no id"),
        (
            "xx/authorities.toml",
            'kind = "child_protection"',
            'kind = "shelter"\naddress = "1 Any Street"',
            "stands in no pack",
        ),
        ("xx/texts/en.toml", "xx_vignette", "xx_toll", "counter_line.xx_vignette"),
        ("xx/counter.toml", "hide = true", 'field = "referral.urgency"', "record of the interview"),
        ("xx/compartments.toml", "outreach", "everybody", "does not exist"),
        ("xx/texts/en.toml", 'xx_no_bus = "No bus"\n', "", "is missing"),
    ],
)
def test_a_mistake_is_told_with_its_file_line_and_remedy(packs, capsys, path, old, new, said):
    file = packs / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert main(["pack", "check", str(packs / "xx")]) == 5
    lines = [line for line in capsys.readouterr().out.splitlines() if said in line]
    assert lines
    assert re.match(rf"{re.escape(path)}:\d+: ", lines[0]), lines[0]
