"""The theme: shipped fonts or a clear error, every rule with its token, icons mirrored by list."""

import hashlib
import shutil
import tomllib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QPalette

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.paths import resource_root
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.qt.theme import load_fonts, palette_of, style_sheet
from nrm_desktop.ui.qt.theme_kit import LookChoice, dress, load_shipped_fonts, mirrored_icons
from nrm_desktop.ui.qt.theme_tokens import read_tokens
from nrm_desktop.ui.widgets.look import Scheme

ROOT = resource_root()


def test_the_shipped_fonts_are_loaded(qapp):
    load_shipped_fonts(ROOT)

    assert {"Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic"} <= set(QFontDatabase.families())


def test_a_missing_font_is_an_error_and_no_silent_fall_back(qapp, tmp_path):
    shutil.copy(ROOT / "fonts" / "NotoSans-Regular.ttf", tmp_path)

    with pytest.raises(EnvironmentFault) as refused:
        load_fonts(tmp_path, ("Noto Sans", "Noto Sans Arabic"))

    assert refused.value.code == "install.font"
    assert refused.value.params == {"family": "Noto Sans Arabic"}


def test_a_damaged_font_is_named(qapp, tmp_path):
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"no font")

    with pytest.raises(EnvironmentFault) as refused:
        load_fonts(tmp_path, ("Noto Sans",))

    assert refused.value.params == {"file": "NotoSans-Regular.ttf"}


def test_a_rule_with_an_unknown_token_is_found_at_once(make_kit):
    look = make_kit().look

    with pytest.raises(KeyError):
        style_sheet(look, "QLabel { color: $no_such_token; }")


def test_sizes_in_the_rules_grow_with_the_scale(make_kit):
    rule = "${input_pad}px"

    assert style_sheet(make_kit(scale=150).look, rule) == "15px"


@pytest.mark.parametrize("scheme", list(Scheme))
def test_every_role_of_the_palette_is_ours(make_kit, scheme):
    look = make_kit(scheme=scheme).look
    ours = {colour.name() for colour in look.colours.values()}
    palette = palette_of(look)
    roles = [role for role in QPalette.ColorRole if role.name not in {"NoRole", "NColorRoles"}]

    assert {role.name for role in roles if palette.color(role).name() not in ours} == set()


def test_a_missing_resource_is_named(qapp, tmp_path):
    shutil.copy(ROOT / "tokens.toml", tmp_path)

    with pytest.raises(EnvironmentFault) as refused:
        dress(qapp, tmp_path, load_translator(ROOT / "texts", "en"), LookChoice())

    assert refused.value.params == {"file": "look.qss"}


def test_the_fonts_of_the_window_s_script_come_first(make_kit):
    tokens = read_tokens(ROOT / "tokens.toml")

    assert tokens.families_of("") == tokens.families
    assert make_kit("ar").look.font("body").families()[0] == "Noto Sans Arabic"
    assert set(make_kit("ti").look.font("body").families()) == set(tokens.families)


def test_every_icon_of_the_manifest_can_be_drawn_and_is_the_file_it_says(make_kit):
    manifest = tomllib.loads((ROOT / "icons" / "MANIFEST.toml").read_text(encoding="utf-8"))
    icons = make_kit().icons
    files = {path.name for path in (ROOT / "icons").glob("*.svg")}

    assert {one["name"] for one in manifest["file"]} == files
    for one in manifest["file"]:
        content = (ROOT / "icons" / one["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        drawn = icons.pixmap(one["name"].removesuffix(".svg"), "acc").toImage()
        assert any(
            drawn.pixelColor(x, y).alpha() for x in range(drawn.width()) for y in range(0, 18, 3)
        )


def test_icons_with_a_direction_are_turned_round_and_others_are_not(make_kit):
    left, right = make_kit("en").icons, make_kit("ar").icons

    assert {"send", "arrow-left", "chevron-right", "undo-2"} <= mirrored_icons(ROOT / "icons")
    assert right.pixmap("send").toImage() == left.pixmap("send").toImage().flipped(
        Qt.Orientation.Horizontal
    )
    assert right.pixmap("clock").toImage() == left.pixmap("clock").toImage()
