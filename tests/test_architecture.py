"""Which part may import which; see docs/architecture.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"care", "actions", "connectors", "scheduler", "rasa", "tests"}
NUMERIC = {"numpy", "scipy", "statsmodels"}
MAY_IMPORT = {
    "care": {"care"},
    "actions": {"actions", "care"},
    "connectors": {"connectors", "care"},
    "scheduler": {"scheduler", "care"},
}


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_may(part):
    stray = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / part).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in OURS - MAY_IMPORT[part]
    }

    assert stray == set()


def test_the_domain_knows_no_database_engine_network_or_file():
    import sys  # noqa: PLC0415

    allowed = set(sys.stdlib_module_names) - {
        "socket",
        "sqlite3",
        "urllib",
        "http",
        "asyncio",
        "subprocess",
        "pathlib",
        "os",
    }
    stray = {
        f"{path.name}: {name}"
        for path in (ROOT / "care" / "domain").glob("*.py")
        for name in imported(path)
        if name.split(".")[0] not in allowed | NUMERIC and not name.startswith(("care.domain", "care.errors"))
    }

    assert stray == set()


def test_the_engine_folder_imports_nothing_of_ours_and_never_hides_the_installed_engine():
    stray = {
        f"{path.name}: {name}"
        for path in (ROOT / "rasa").glob("*.py")
        for name in imported(path)
        if name.split(".")[0] in {"care", "actions", "connectors", "scheduler"}
    }

    assert stray == set()
    assert not (ROOT / "rasa" / "__init__.py").exists()
