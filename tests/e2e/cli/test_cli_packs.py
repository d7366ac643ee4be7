"""A newer pack goes from one laptop to another by the command line; refusals say what to do."""

import json

import pytest
from tests.e2e.cli.conftest import COST, ROLE, Cli
from tests.e2e.signed_packs import ROUTE, base, bulgaria

pytestmark = [pytest.mark.threat("T12"), pytest.mark.threat("T19")]


def joined(ours: Cli, name: str, badge: str, role: str) -> Cli:
    """A further laptop of the same office."""
    other, stick = ours.other(name), ours.place / "stick"
    asked = other("--user", badge, "device", "request", stick, "--kdf", COST).data
    said = f"{' '.join(asked['digits'])}\n"
    done = ours("device", "approve", asked["file"], stick, "--role", role, typed=said).data
    assert other("device", "join", done["file"], typed=f"{' '.join(done['org_words'])}\n").code == 0
    return other


def rows(laptop: Cli) -> list[tuple[str, str | None, str, str | None]]:
    found = laptop("pack", "list").data["packs"]
    return [(row["pack"], row["version"], row["state"], row["signed_by"]) for row in found]


def test_a_pack_goes_from_one_laptop_to_another_and_its_question_is_answered_there(cli, tmp_path):
    second = joined(cli, "second", "P-02", ROLE)
    file = cli.place / "stick/forms.nrmf"
    made = cli("pack", "seal", bulgaria(tmp_path / "bg"), file).data
    assert (made["pack"], made["version"], made["file"]) == ("bg", "0.2.0", str(file))
    assert made["bytes"] == file.stat().st_size
    assert "form_pack" in [
        one["what"] for one in second("arrivals", cli.place / "stick").data["files"]
    ]
    assert rows(second) == [("base", "0.1.0", "in_use", None)]

    taken = second("pack", "take", file).data

    assert (taken["signed_by"], taken["unchanged"]) == ("P-01", False)
    assert rows(second) == [
        ("base", "0.1.0", "in_use", None),
        ("bg", "0.2.0", "in_use", "P-01"),
    ]
    case = second("case", "new", "--child", "no").data["code"]
    assert (
        second("answer", "set", case, f"{ROUTE.replace('.', '[+].')}", "over the river").code == 0
    )
    assert second("pack", "take", file).data["unchanged"] is True


def test_a_country_that_only_a_colleague_made_is_chosen_like_every_other(cli, tmp_path):
    folder = bulgaria(tmp_path / "ro")
    for path in [*folder.rglob("*.toml")]:
        path.write_text(path.read_text("utf-8").replace("bg", "ro"), "utf-8")
        path.rename(path.with_name(path.name.replace("bg", "ro")))
    file = cli.place / "stick/forms.nrmf"
    assert cli("pack", "use", "ro").error == "usage.not_found"
    cli("pack", "seal", folder, file)
    cli("pack", "take", file)
    assert rows(cli)[-1] == ("ro", "0.2.0", "in_use", "P-01")

    cli("pack", "use", "gb")
    assert rows(cli)[-1] == ("ro", "0.2.0", "not_chosen", "P-01")
    assert cli("pack", "use", "gb", "ro").code == 0

    assert [row[:3] for row in rows(cli)] == [
        ("base", "0.1.0", "in_use"),
        ("gb", "0.1.0", "in_use"),
        ("ro", "0.2.0", "in_use"),
    ]
    assert cli("pack", "use", "ro", is_locked=True).error == "usage.not_found"


def test_a_time_limit_that_a_newer_pack_corrects_is_listed_once_it_is_in_use(cli, tmp_path):
    """A wrong limit of a law must not be shown beside a corrected one; locked, it is said."""
    folder = bulgaria(tmp_path / "bg")
    texts = folder / "texts/en.toml"
    old = "Time of recovery, until"
    texts.write_text(texts.read_text("utf-8").replace(old, "Recovery, corrected"), "utf-8")
    cli("pack", "use", "bg")
    file = cli.place / "stick/forms.nrmf"
    cli("pack", "seal", folder, file)
    assert old in labels(cli("clock", "list"))
    cli("pack", "take", file)

    assert "Recovery, corrected" in labels(cli("clock", "list"))
    assert old not in labels(cli("clock", "list"))
    locked = cli("clock", "list", is_locked=True)
    assert old in labels(locked)
    assert "came with the program" in locked.lines[-1]


def labels(ended) -> list[str]:
    return [one["label"] for one in ended.data["clocks"]]


def test_somebody_of_the_shelter_neither_signs_nor_takes(cli, tmp_path):
    cleo = joined(cli, "shelter", "P-03", "shelter")
    file = cli.place / "stick/forms.nrmf"
    cli("pack", "seal", bulgaria(tmp_path / "bg"), file)

    assert cleo("pack", "take", file).error == "policy.role"
    assert cleo("pack", "seal", tmp_path / "bg", cli.place / "stick").error == "policy.role"


def test_every_refusal_has_its_number_and_says_what_to_do(cli, empty, tmp_path):
    folder, stick = bulgaria(tmp_path / "bg"), cli.place / "stick"
    file = stick / "forms.nrmf"
    cli("pack", "seal", folder, file)
    empty("--user", "P-01", "init", "--org", "Other", "--role", ROLE, "--kdf", COST)
    foreign = empty("pack", "take", file)
    changed = cli.file("stick/changed.nrmf", file.read_bytes()[:-1] + b"\0")
    cli("pack", "take", file)
    old = cli.file("old.nrmf", b"")
    old.unlink()
    cli("pack", "seal", bulgaria(tmp_path / "older", "0.1.5"), old)

    found = {
        "elsewhere": foreign,
        "changed": cli("pack", "take", changed),
        "older": cli("pack", "take", old),
        "two": cli("pack", "take", stick),
        "there": cli("pack", "seal", folder, file),
        "no pack": cli("pack", "seal", tmp_path, stick),
    }

    assert {name: (one.code, one.error) for name, one in found.items()} == {
        "elsewhere": (5, "integrity.pack_elsewhere"),
        "changed": (5, "integrity.signature"),
        "older": (3, "policy.pack_older"),
        "two": (2, "usage.ambiguous_item"),
        "there": (6, "storage.exists"),
        "no pack": (5, "integrity.pack"),
    }
    for one in found.values():
        assert one.said["error"]["remedy"]
    assert found["no pack"].said["error"]["errors"], "every problem with its line"


def test_an_odd_name_in_the_choice_of_countries_does_no_harm(cli, tmp_path):
    file = cli.place / "stick/forms.nrmf"
    cli("pack", "seal", bulgaria(tmp_path / "bg"), file)
    cli("pack", "take", file)
    packs = cli.place / "vault/packs.json"
    assert json.loads(packs.read_text("utf-8")) == {"countries": ["bg"]}
    packs.write_text('{"countries": ["bg", "../../x"]}', "utf-8")

    said = cli("case", "list").said

    assert said["ok"]
    assert rows(cli)[-1][:3] == ("bg", "0.2.0", "in_use")


def test_forms_that_changed_are_a_line_of_the_day_until_somebody_looks_what_is_different(
    cli, tmp_path
):
    file = cli.place / "stick/forms.nrmf"
    told = cli("pack", "list", "--changes")
    assert (told.data["changed"], told.data["changes"]) == (None, [])
    cli("pack", "seal", base(tmp_path / "base"), file)
    cli("pack", "take", file)

    assert waiting(cli) == ["forms_changed"]
    told = cli("pack", "list", "--changes", "--lang", "en")

    assert told.data["changed"] is not None
    assert [(one["subject"], one["turn"], one["id"]) for one in told.data["changes"]] == [
        ("pack", "side", "base"),
        ("field", "added", "screening.way_home"),
    ]
    assert (told.data["changes"][0]["before"], told.data["changes"][0]["after"]) == (
        ["0.1.0"],
        ["0.2.0"],
    )
    assert "field screening.way_home, Way home: new" in told.lines
    assert waiting(cli) == []
    assert cli("pack", "list", "--changes").data["changes"] == told.data["changes"]
    assert "changes" not in cli("pack", "list").data


def waiting(laptop: Cli) -> list[str]:
    """What the day says of forms."""
    found = laptop("today").data["waiting"]
    return [one["what"] for one in found if one["group"] == "forms"]
