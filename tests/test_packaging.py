"""What is installed, and what `import mxedu` needs of it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def python(code):
    """Run code in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)


def split(requirement):
    """Split `name>=bound` into a name and its lower bound."""
    name, bound = re.fullmatch(r"([\w-]+)>=([\d.]+)", requirement).groups()
    return name, bound


def test_environment_yml_installs_what_pyproject_does():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert extras["test"].count("mxedu[book]") == 1
    wanted = project["dependencies"] + extras["book"] + [r for r in extras["test"] if r != "mxedu[book]"]
    wanted.append("python" + project["requires-python"])

    lines = (ROOT / "environment.yml").read_text().split("dependencies:\n")[1].splitlines()
    entries = [line.strip().removeprefix("- ") for line in lines]
    assert entries[-2:] == ["pip:", "--editable ."]
    entries.remove("pip")
    assert dict(map(split, entries[:-2])) == dict(map(split, wanted))
    assert len(entries) - 2 == len(wanted)


def test_import_needs_numpy_and_numba_only():
    code = """
import sys
import numba, numpy
before = set(sys.modules)
import mxedu, mxedu.exercises
print(*{name.split(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)
"""
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["mxedu"]


@pytest.mark.parametrize("missing", ["matplotlib", "sympy"])
def test_lab_without_the_books_packages_names_the_extra(missing):
    code = f"""
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
try:
    import mxedu.lab
except ImportError as error:
    print(error)
"""
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1 and "pip install mxedu[book]" in done.stdout.replace("'", ""), done.stdout


def test_versions_agree():
    code = "import mxedu, importlib.metadata as m; print(mxedu.__version__, m.version('mxedu'))"
    here, installed = python(code).stdout.split()
    assert here == installed
