"""The contracts of the tree hold, and each of them catches a violation of its kind."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gis_app"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
QT_ALLOWED = {"cli", "ui", "pack", "sheets", "render"}
BIN = Path(sys.executable).parent


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the program and its configuration to where a violation may be planted."""
    ignored = shutil.ignore_patterns("__pycache__", "mo", "_data")
    shutil.copytree(PACKAGE, tmp_path / "gis_app", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(tree: Path, files: dict[str, str]) -> None:
    """Write files into a tree, each with the packages above it."""
    for name, code in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.parent != tree / "gis_app" and path.name != "__init__.py":
            (path.parent / "__init__.py").touch()
        path.write_text(code, encoding="utf-8")


def run(tree: Path, tool: str, *arguments: str) -> tuple[int, str]:
    """Run a tool of the environment in a tree."""
    done = subprocess.run([BIN / tool, *arguments], cwd=tree, capture_output=True, text=True, timeout=280)
    return done.returncode, done.stdout + done.stderr


def lint_imports(tree: Path, contract: str) -> tuple[int, str]:
    """Judge one import contract."""
    return run(tree, "lint-imports", "--no-cache", "--contract", contract)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_program_keeps_its_import_contracts(tree: Path, contract: str) -> None:
    code, said = lint_imports(tree, contract)
    assert code == 0, said


IMPORTS = {
    "upwards": ("down", {"gis_app/language/planted.py": "import gis_app.session.settings\n"}),
    "siblings": ("down", {"gis_app/worker/planted.py": "import gis_app.language\n"}),
    "unlisted": ("down", {"gis_app/planted.py": ""}),
    "a way in beside the command": ("down", {"gis_app/__main__.py": ""}),
    "a package of no layer": ("down", {"gis_app/planted/__init__.py": ""}),
    "qt": ("qt", {"gis_app/catalogue/planted.py": "import PySide6\n"}),
    "qt in a function": ("qt", {"gis_app/rules/planted.py": "def f():\n    from PySide6 import QtGui\n"}),
    "qt by a chain": (
        "qt",
        {
            "gis_app/session/planted.py": "import gis_app.render.planted\n",
            "gis_app/render/planted.py": "import PySide6.QtGui\n",
        },
    ),
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_a_planted_import_is_caught(tree: Path, kind: str) -> None:
    contract, files = IMPORTS[kind]
    plant(tree, files)
    code, said = lint_imports(tree, contract)
    assert code != 0 and "BROKEN" in said, said
    assert ("__main__" if "__main__" in "".join(files) else "planted") in said


def test_the_layers_are_those_of_the_architecture() -> None:
    layers = re.findall(r"\w+", " ".join(CONTRACTS["down"]["layers"]))
    assert " ".join(layers) == (
        "cli ui pack sheets documents session render rules formats project_file "
        "indicators edits model catalogue geometry worker language"
    )
    assert CONTRACTS["down"]["exhaustive"] is True


def test_every_package_without_qt_is_named_by_the_qt_contract() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    named = {name.removeprefix("gis_app.") for name in CONTRACTS["qt"]["source_modules"]}
    assert named == packages - QT_ALLOWED


BANNED = {
    "gis_app/session/planted.py": ("from PySide6.QtWidgets import QWidget\n", "TID251"),
    "gis_app/render/planted.py": ("from PySide6 import QtWidgets\n", "TID251"),
    "gis_app/geometry/planted.py": ("import numba\n", "TID251"),
    "gis_app/rules/planted.py": ("def f():\n    from pyogrio import read_dataframe\n", "TID251"),
    "gis_app/project_file/planted.py": ("import fiona\n", "TID251"),
}


@pytest.mark.parametrize("name", BANNED)
def test_a_banned_import_is_caught(tree: Path, name: str) -> None:
    code, rule = BANNED[name]
    plant(tree, {name: code})
    options = ("--no-cache", "--output-format", "concise", "--select", rule)
    status, said = run(tree, "ruff", "check", *options, name)
    assert status != 0 and rule in said and "planted.py" in said, said


@pytest.mark.parametrize(
    "name",
    [
        "gis_app/ui/fine.py",
        "gis_app/render/kernels/fine.py",
        "gis_app/formats/fine.py",
        "gis_app/project_file/reader.py",
    ],
)
def test_what_is_allowed_is_not_caught(tree: Path, name: str) -> None:
    allowed = {"ui": "PySide6.QtWidgets", "render": "numba"}.get(name.split("/")[1], "pyogrio")
    plant(tree, {name: f"import {allowed}\n"})
    status, said = run(tree, "ruff", "check", "--no-cache", "--select", "TID251", name)
    assert status == 0, said


def test_an_untyped_function_is_caught(tree: Path) -> None:
    plant(tree, {"gis_app/language/planted.py": "def f(x):\n    return x\n"})
    status, said = run(tree, "mypy", "--cache-dir", str(tree / ".cache"), "gis_app/language/planted.py")
    assert status != 0 and "planted.py:1" in said and "no-untyped-def" in said, said


MODULES_ALLOWED = {
    "PySide6.QtWidgets": r"ui/.*",
    "numba": r"(render|geometry)/kernels(\.py|/\w+\.py)",
    "pyogrio": r"formats/.*|project_file/reader\.py",
    "fiona": r"formats/.*|project_file/reader\.py",
    # between the program and a child that it started itself; never what came from outside
    "pickle": r"session/rule_(child|process)\.py",
}
MODULES_NEVER = {"cPickle", "dill", "cloudpickle", "marshal", "shelve"}
CALLS_NEVER = {"eval", "exec", "os.fork", "os.forkpty", "os.system", "os.popen", "yaml.load"}
RULE_ID = re.compile(r"[A-Z]\d{2}")
TREE = re.compile(r"tree(\(.*\))?$", re.IGNORECASE)


def imported(node: ast.AST) -> Iterator[str]:
    """Name what an import statement may bring in, submodules too."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def call_faults(node: ast.Call, place: str) -> Iterator[str]:
    """Say what is wrong with a call."""
    name = ast.unparse(node.func)
    if name in CALLS_NEVER:
        yield f"{name}()"
    if any(
        key.arg == "shell" and not (isinstance(key.value, ast.Constant) and not key.value.value)
        for key in node.keywords
    ):
        yield "shell="
    if isinstance(node.func, ast.Attribute):
        # a search tree is asked with geometries; a table's query evaluates a text
        if node.func.attr == "query" and not TREE.search(ast.unparse(node.func.value)):
            yield ".query()"
        if node.func.attr == "to_file" and not place.startswith("formats/"):
            yield ".to_file()"


def faults(code: str, place: str) -> list[str]:
    """Say what a source file, named by its place under gis_app, does that no file there may do."""
    found = []
    for node in ast.walk(ast.parse(code)):
        for module in imported(node):
            top = module.split(".")[0]
            found += [module] if top in MODULES_NEVER else []
            for banned, allowed in MODULES_ALLOWED.items():
                if f"{module}.".startswith(f"{banned}.") and not re.fullmatch(allowed, place):
                    found.append(module)
        if isinstance(node, ast.Call):
            found += call_faults(node, place)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [node.value] if RULE_ID.fullmatch(node.value) or node.value == "fork" else []
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_source_file_does_nothing_forbidden(source: Path) -> None:
    place = source.relative_to(PACKAGE).as_posix()
    assert faults(source.read_text(encoding="utf-8"), place) == []


FORBIDDEN = [
    ("eval('1')", "eval()"),
    ("exec(code)", "exec()"),
    ("import pickle", "pickle"),
    ("from pickle import loads", "pickle"),
    ("frame.query('a > 1')", ".query()"),
    ("subprocess.run(a, shell=True)", "shell="),
    ("subprocess.run(a, shell=flag)", "shell="),
    ("os.fork()", "os.fork()"),
    ("get_context('fork')", "fork"),
    ("yaml.load(text)", "yaml.load()"),
    ("frame.to_file(path)", ".to_file()"),
    ("rule = 'E05'", "E05"),
    ("from PySide6 import QtWidgets", "PySide6.QtWidgets"),
    ("import numba", "numba"),
    ("import pyogrio.raw", "pyogrio.raw"),
]


@pytest.mark.parametrize(("code", "fault"), FORBIDDEN, ids=[code for code, _ in FORBIDDEN])
def test_a_forbidden_thing_is_found(code: str, fault: str) -> None:
    assert fault in faults(code, "session/planted.py")


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("tree.query(box)\nself.tree().query(box)\nshapely.STRtree(a).query(b)", "rules/fine.py"),
        ("frame.to_file(path)\nimport pyogrio", "formats/shapefile.py"),
        ("import pyogrio", "project_file/reader.py"),
        ("import numba", "geometry/kernels.py"),
        ("subprocess.run(a, shell=False)\n'E05 is named in a text'", "worker/fine.py"),
        ("from PySide6.QtWidgets import QWidget", "ui/window.py"),
    ],
)
def test_what_may_be_done_is_not_found(code: str, place: str) -> None:
    assert faults(code, place) == []
