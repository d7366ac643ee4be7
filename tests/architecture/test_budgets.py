"""What the tail of the code may look like: sizes, names, comments and calls (architecture.md 11).

ruff holds the budgets for statements, branches and parameters; here stands what it cannot say.
"""

import ast
import re

import pytest
from tests.architecture.source import CODE_FOLDERS, Module, dotted, modules

FILE_LINES = 400
FUNCTION_LINES = 50
PUBLIC_METHODS = 12
BANNED_NAME = re.compile(r"(Manager|Controller|Helper|Utils?|Base)$|^Base(?=[A-Z])")
NOQA = re.compile(r"# noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*\s+\S.{5,}")
TYPE_IGNORE = re.compile(r"# type: ignore\[[a-z, -]+\]\s+# \S.{5,}")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTABLE_CALLS = ("list", "dict", "set", "defaultdict", "OrderedDict", "deque", "bytearray")
MUTATING = ("add", "append", "clear", "extend", "insert", "pop", "remove", "setdefault", "update")
BANNED_CALLS = {
    "eval": "conditions are structures",
    "exec": "nothing runs text",
    "compile": "nothing runs text",
    "__import__": "imports stand at the top",
    "importlib.import_module": "imports stand at the top",
    "os.system": "child processes go through the Child port",
    "os.fork": "Windows knows no fork",
    "os._exit": "the vault is closed first",
}
BANNED_IMPORTS = {
    "pickle": "runs foreign code",
    "marshal": "runs foreign code",
    "shelve": "is pickle",
    "random": "is no source of keys; ids come from the randomness handed in",
    "multiprocessing": "child processes go through the Child port",
}
BROAD_EXCEPT = {  # the named places of architecture.md section 8
    "src/nrm_desktop/app/bus.py",
    "src/nrm_desktop/storage/worker.py",
    "src/nrm_desktop/ui/qt/runner.py",
    "src/nrm_desktop/ui/qt/application.py",
    # decoders of foreign files: whatever one raises becomes a refusal that is told (ADR 0023)
    "src/nrm_desktop/documents/foreign.py",
    "src/nrm_desktop/exchange/foreign_sheets.py",
    "src/nrm_desktop/cli/main.py",  # a defect still ends with its number and without its values
}

source = pytest.mark.parametrize("module", modules("src"), ids=lambda module: module.name)
everywhere = pytest.mark.parametrize(
    "module", modules(*CODE_FOLDERS), ids=lambda module: module.name
)


@everywhere
def test_files_functions_and_classes_stay_small(module: Module):
    lines = module.text.count("\n")
    long_functions = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in module.nodes(*FUNCTIONS)
        if node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    wide_classes = [
        f"{node.name} has {count} public methods"
        for node in module.nodes(ast.ClassDef)
        if (count := public_methods(node)) > PUBLIC_METHODS and not is_port(node)
    ]

    assert lines <= FILE_LINES
    assert long_functions == []
    assert wide_classes == []


def public_methods(node: ast.ClassDef) -> int:
    return sum(isinstance(each, FUNCTIONS) and not each.name.startswith("_") for each in node.body)


def is_port(node: ast.ClassDef) -> bool:
    """A Protocol is as wide as what it describes; the class that implements it is not."""
    return any(dotted(each).endswith("Protocol") for each in node.bases)


@everywhere
def test_a_suppressed_warning_names_its_code_and_its_reason(module: Module):
    bare = [
        f"line {line}: {comment}"
        for line, comment in module.comments()
        if ("noqa" in comment and not NOQA.search(comment))
        or ("type: ignore" in comment and not TYPE_IGNORE.search(comment))
    ]

    assert bare == []


@source
def test_class_names_say_what_a_thing_is(module: Module):
    vague = [node.name for node in module.nodes(ast.ClassDef) if BANNED_NAME.search(node.name)]

    assert vague == []


@source
def test_no_banned_call_and_no_banned_import(module: Module):
    calls = [dotted(node.func) for node in module.nodes(ast.Call)]
    imported = {
        alias.name.partition(".")[0] for node in module.nodes(ast.Import) for alias in node.names
    } | {str(node.module).partition(".")[0] for node in module.nodes(ast.ImportFrom)}

    assert [f"{call}: {BANNED_CALLS[call]}" for call in calls if call in BANNED_CALLS] == []
    assert [f"{name}: {BANNED_IMPORTS[name]}" for name in imported & BANNED_IMPORTS.keys()] == []


@source
def test_dialogs_are_opened_and_never_executed(module: Module):
    """`exec()` of a dialog stops the event loop of everything behind it, the idle lock too."""
    waits = [dotted(node.func) for node in module.nodes(ast.Call) if ends_in_exec(node)]

    allowed = 1 if module.name == "src/nrm_desktop/ui/qt/application.py" else 0
    assert len(waits) <= allowed, waits


def ends_in_exec(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in {"exec", "exec_"}


@source
def test_errors_are_caught_broadly_only_in_the_named_places(module: Module):
    broad = [
        f"line {node.lineno}"
        for node in module.nodes(ast.ExceptHandler)
        if (node.type is None or dotted(node.type) in {"Exception", "BaseException"})
        and not isinstance(node.body[-1], ast.Raise)
    ]

    assert not broad or module.name in BROAD_EXCEPT, broad


@source
def test_no_module_holds_state(module: Module):
    tables = {
        name
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_mutable(node.value)
        for name in target_names(node)
    }
    lower = {name for name in tables if not name.isupper() and name != "__all__"}

    assert lower == set(), "a constant is written in capitals; state belongs into an object"
    assert tables & set(changed_names(module)) == set()
    assert [f"line {node.lineno}: global" for node in module.nodes(ast.Global)] == []


def is_mutable(value: ast.expr | None) -> bool:
    is_call = isinstance(value, ast.Call) and dotted(value.func) in MUTABLE_CALLS
    return isinstance(value, MUTABLE) or is_call


def target_names(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [dotted(target) for target in targets]


def changed_names(module: Module) -> list[str]:
    """Names whose object is changed somewhere in the module: `x[..] = ..`, `x.append(..)`."""
    items = [
        dotted(node.value)
        for node in module.nodes(ast.Subscript)
        if isinstance(node.ctx, ast.Store | ast.Del)
    ]
    calls = [
        dotted(node.func.value)
        for node in module.nodes(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATING
    ]
    return items + calls
