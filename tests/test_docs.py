"""The examples of the docstrings run, and the house is as the design says: imports run one way, files are rooms."""

import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import mxedu

ROOT = Path(mxedu.__file__).parent
MODULES = sorted({"mxedu", *(m.name for m in pkgutil.walk_packages(mxedu.__path__, "mxedu."))})

# What each part may import of the others.
MAY_IMPORT = {
    "alias": set(),
    "base": set(),
    "serialization": {"base"},
    "validate": set(),
    "autograd": {"base"},
    "context": {"base", "validate"},
    "nd": {"autograd", "base", "context", "serialization", "validate"},
    "metric": {"nd", "validate"},
    "lr_scheduler": {"validate"},
    "initializer": {"base", "nd", "validate"},
    "optimizer": {"autograd", "base", "nd", "serialization", "validate", "lr_scheduler"},
    "gluon": {"autograd", "base", "context", "nd", "serialization", "validate", "initializer", "optimizer"},
    "exercises": {"nd", "optimizer", "gluon"},
    "lab": {"autograd", "nd", "optimizer", "gluon", "lr_scheduler", "metric"},
}


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0


def test_there_are_examples():
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) > 40


def parts_imported(path):
    """Give the parts of mxedu that a file imports when it is loaded."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - (node.level - 1)]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                yield (*base, *name.split("."))[0]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    part = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if part != "__init__":
        assert set(parts_imported(path)) - {part} <= MAY_IMPORT[part]
