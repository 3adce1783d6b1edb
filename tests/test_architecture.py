"""The folders are the architecture: who may import whom, and what a command may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "readlist"
#: Modules beside the folders: plain values and functions that everybody may use.
NOUNS = {"paper", "identifiers", "names", "publications", "text", "errors", ""}
#: The table of the design: each folder, and the folders that it may import besides the nouns.
MAY_IMPORT: dict[str, set[str]] = {
    "guides": set(),
    "dumps": {"tex"},
    "library": set(),
    "resolver": {"library"},
    "exporters": set(),
    "zotero": {"library"},
    "actions": {"dumps", "library", "resolver", "exporters", "zotero", "settings"},
    "cli": {"actions", "settings", "tui", "tex"},
    "tui": {"actions", "tex"},
}
HEAVY = ("textual", "pyzotero", "arxiv", "lxml", "bibtexparser", "requests", "httpx2", "pylatexenc", "keyring", "rich",
         "zstandard", "orjson", "rapidfuzz")  # fmt: skip


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The modules of ours that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found.add(module)
            if module == "readlist":
                found |= {f"readlist.{alias.name}" for alias in node.names}
    return {name for name in found if name == "readlist" or name.startswith("readlist.")}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_point_down_the_table(folder: str) -> None:
    allowed = MAY_IMPORT[folder] | NOUNS | {folder, "__version__"}
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        for name in imported(path):
            part = name.split(".")[1] if "." in name else ""
            assert part in allowed, f"{path.relative_to(ROOT)} may not import {name}"


def test_the_nouns_know_nothing_of_the_folders() -> None:
    for name in NOUNS - {""}:
        for module in imported(PACKAGE / f"{name}.py"):
            assert module.removeprefix("readlist").lstrip(".").split(".")[0] in NOUNS, f"{name} imports {module}"


def test_every_folder_has_its_place_in_the_table() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(MAY_IMPORT)


@pytest.mark.parametrize("folder", ["cli", "tui"])
def test_no_sql_and_no_http_in_the_faces(folder: str) -> None:
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name.split(".")[0] for name in names} & {
            "sqlite3",
            "requests",
            "httpx2",
            "urllib",
            "http",
            "socket",
        }


def loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running some code."""
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}}, file=sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stderr.split())


def test_the_command_line_loads_nothing_heavy() -> None:
    assert not loaded_after("import readlist.cli.app") & set(HEAVY)


def test_the_version_is_answered_before_a_cli_library_is_loaded() -> None:
    code = "sys.argv = ['readlist', '--version']\nimport readlist.__main__\nreadlist.__main__.main()"
    assert not loaded_after(code) & {*HEAVY, "click", "argparse", "importlib_metadata", "sqlite3"}


@pytest.mark.parametrize(
    ("command", "allowed"),
    [
        ("['list']", set()),
        ("['status', '--help']", set()),
        ("['import', 'nothing.txt']", set()),
        ("['export', 'bibtex', '-o', '-']", {"pylatexenc"}),
        ("['zotero', '--help']", set()),
        ("['guide']", set()),
        ("['guide', 'export']", set()),
        ("['snapshot', 'info']", {"zstandard", "orjson", "rapidfuzz"}),
    ],
)
def test_a_command_loads_what_it_uses(command: str, allowed: set[str], tmp_path: Path) -> None:
    code = (
        f"import os\nos.environ['READLIST_HOME'] = {str(tmp_path)!r}\n"
        f"import readlist.cli.app as app\nimport io\nsys.stdout = sys.stderr = io.StringIO()\napp.run({command})"
    )
    assert not loaded_after(code) & (set(HEAVY) - allowed)


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert not long


def test_the_top_level_holds_only_what_people_look_for() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listed.returncode != 0 or not listed.stdout:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in listed.stdout.splitlines()}
    assert top <= {"readlist", "tests", "exports", "docs", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE",
                   ".ci", ".gitignore"}  # fmt: skip


def test_every_public_function_says_what_it_is_for() -> None:
    silent = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                trivial = isinstance(node, ast.FunctionDef) and len(node.body) == 1
                if not ast.get_docstring(node) and not trivial:
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent
