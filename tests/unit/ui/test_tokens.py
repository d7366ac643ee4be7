"""The tokens are the one home of colours and sizes, and every pair in use has its contrast."""

import ast
import itertools
import re

import pytest

from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.paths import resource_root
from nrm_desktop.ui.qt.theme_tokens import read_tokens
from nrm_desktop.ui.widgets.look import Scheme

ROOT = resource_root()
TOKENS = read_tokens(ROOT / "tokens.toml")
RULES = (ROOT / "look.qss").read_text(encoding="utf-8")
SOURCES = sorted(
    path
    for part in ("views", "widgets", "qt")
    for path in (ROOT.parent / "src/nrm_desktop/ui" / part).glob("*.py")
)
STATES = ("warn", "bad", "ok", "info", "prac")
SIZE_CALLS = re.compile(
    r"set(Fixed|Minimum|Maximum)(Width|Height|Size)|setContentsMargins|setSpacing|setIconSize"
    r"|setHorizontalSpacing|setVerticalSpacing|setPointSizeF?|setPixelSize|setIndent|setMargin"
)
DRAWN = (("acc", "sel"), ("text", "sel"), ("mute", "sel"))
"""Pairs that delegates draw: the bar, chosen words, the key on a chosen state."""


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, ground: str) -> float:
    lighter, darker = sorted((luminance(front), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself_is_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("pair", TOKENS.pairs, ids=lambda pair: f"{pair.front} on {pair.ground}")
def test_every_listed_pair_reaches_its_contrast(pair, scheme):
    front, ground = TOKENS.colours[pair.front][scheme], TOKENS.colours[pair.ground][scheme]

    assert contrast(front, ground) >= pair.least


def test_every_pair_that_a_rule_puts_together_is_listed():
    listed = {(pair.front, pair.ground) for pair in TOKENS.pairs}

    assert ("onacc", "acc") in pairs_of_rules(RULES)
    assert pairs_of_rules(RULES) - listed == set()


def test_every_pair_that_is_drawn_is_listed():
    listed = {(pair.front, pair.ground) for pair in TOKENS.pairs}
    grounds = {(state, f"{state}bg") for state in STATES} | {("text", "side"), ("ctl", "side")}

    assert (grounds | set(DRAWN)) - listed == set()


def test_a_rule_that_sets_a_colour_sets_its_ground_too():
    bare = [
        selector
        for selector, body in blocks(RULES)
        if re.search(r"(?<![-\w])color:", body) and "background" not in body
    ]

    assert bare == []


def test_no_rule_holds_a_figure_of_its_own():
    words = re.sub(r"/\*.*?\*/", "", RULES, flags=re.DOTALL)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|[1-9]\d*(?:px|pt|em)|font-size", words) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_colour_and_no_size_stands_in_the_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if is_colour(node) or is_sized_by_figure(node)
    ]

    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_only_the_plain_label_is_a_label_and_nothing_runs_a_loop_of_its_own(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    calls = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }

    assert path.name == "plain_label.py" or "QLabel" not in names
    assert not {"exec", "exec_", "processEvents"} & calls or path.name in MAY_RUN_A_LOOP


MAY_RUN_A_LOOP = {"application.py", "pictures.py"}
"""The program's own loop, and drawing off-screen where nobody waits."""


def test_a_person_s_own_decision_has_no_colour_of_its_own():
    assert not {"withdrawn", "declined", "refused", "no"} & set(TOKENS.colours)


def test_nothing_vanishes_at_a_small_scale_and_all_grow_at_a_large_one():
    small, large = TOKENS.sizes_at(Scheme.LIGHT, 90), TOKENS.sizes_at(Scheme.LIGHT, 175)

    assert [name for name, size in TOKENS.sizes.items() if size and small[name] < 1] == []
    assert large["row"] == round(TOKENS.sizes["row"] * 1.75)
    assert small["border"] == 1


def test_high_contrast_outlines_what_the_others_only_tint():
    assert TOKENS.sizes_at(Scheme.HIGH_CONTRAST, 100)["sel_outline"] == 2
    assert TOKENS.sizes_at(Scheme.LIGHT, 100)["sel_outline"] == 0


def test_every_colour_and_size_is_used_somewhere():
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES) + RULES
    unused = [
        name
        for name in itertools.chain(TOKENS.colours, TOKENS.sizes, TOKENS.types)
        if f'"{name}"' not in code
        and f"${name}" not in code
        and f"${{{name}}}" not in code
        and name not in {f"{state}bg" for state in STATES}
        and name not in USED_BY_SCREENS
    ]

    assert unused == []


USED_BY_SCREENS = {"detail", "wide_from", "pane_from", "rail_from", "aloud"}
"""Tokens of the main window and of the person's view."""


def test_no_text_is_smaller_than_nine_points():
    assert min(points for points, _ in TOKENS.types.values()) >= 9


@pytest.mark.parametrize("damage", ["", "[colour]\nbg = 1\n", "[colour"])
def test_a_damaged_file_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "tokens.toml"
    path.write_text(damage, encoding="utf-8")

    with pytest.raises(EnvironmentFault) as refused:
        read_tokens(path)

    assert refused.value.code == "install.damaged"
    assert refused.value.params == {"file": "tokens.toml"}


def blocks(rules: str) -> list[tuple[str, str]]:
    plain = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    return re.findall(r"([^{}]+)\{((?:[^{}]|\$\{\w+\})*)\}", plain)


def pairs_of_rules(rules: str) -> set[tuple[str, str]]:
    """Colour and ground of each rule; a transparent ground may be any of the page's."""
    pairs = set()
    for _, body in blocks(rules):
        fronts = re.findall(r"(?<![-\w])(?:selection-)?color: \$(\w+)", body)
        grounds = re.findall(r"background(?:-color)?: (?:\$(\w+)|transparent)", body)
        if "selection-color" in body:
            selected = re.search(
                r"selection-color: \$(\w+); selection-background-color: \$(\w+)", body
            )
            pairs.add(selected.groups())
            fronts, grounds = fronts[:1], grounds[:1]
        for ground in grounds:
            pairs |= {
                (front, own)
                for front in fronts
                for own in ([ground] if ground else ["bg", "surface", "side"])
            }
    return pairs


def is_colour(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(re.fullmatch(r"#[0-9a-fA-F]{3,8}", node.value))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
        return node.value.attr == "GlobalColor" and node.attr != "transparent"
    return False


def is_sized_by_figure(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return bool(SIZE_CALLS.fullmatch(node.func.attr)) and any(
        isinstance(figure, ast.Constant) and figure.value for figure in node.args
    )
