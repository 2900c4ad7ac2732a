"""Plant each likely bug in a copy of the source; the test suite and the chapter must both turn red, by an assertion.

    python tests/mutants.py [NAME ...]     rules such as adam; `changed`: those touched within a day; without names, all

The unit tests kill the same mutants in process, over NumPy. This runs the real thing: the edited files on disk, compiled, under
pytest and in the chapter's own cells. Prints for each mutant what noticed first; exits 1 if something survives.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mxedu.lab.mutants import MUTANTS  # noqa: E402
from mxedu.lab.subjects import SUBJECTS, edit  # noqa: E402

# Runs the code cells of a notebook in one process and says which is the first to fail an assertion. What else goes wrong is passed
# over: a crash is not a check that noticed. The cells are put where inspect finds their source, as IPython does.
CELLS = """
import json, linecache, sys, matplotlib
matplotlib.use("agg")
space = {"__name__": "__main__"}
for number, source in enumerate(json.load(sys.stdin), 1):
    if "kill_table(" in source:
        continue  # it edits the source itself
    path = f"<cell {number}>"
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
    try:
        exec(compile(source, path, "exec"), space)
    except AssertionError as error:
        raise SystemExit(f"cell {number}: " + (str(error).strip().splitlines() or ["assert"])[0][:60])
    except Exception:
        pass
"""


def killed_by_tests(tree, name):
    """Give the first test of the mutated tree that fails an assertion, or None."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=line", "-W", "ignore"]
    done = subprocess.run(
        [*command, "-k", f"({name} or mxnet) and not mutant", "tests/test_optimizers.py"], cwd=tree, capture_output=True, text=True
    )
    failed = re.search(r"^FAILED \S+::(\S+)(?: - (.*))?", done.stdout, re.M)
    return failed[1] if failed and re.search(r"\b(AssertionError|assert) ?", done.stdout) else None


def killed_by_chapter(tree, name):
    """Give the first cell of the chapter that fails an assertion on the mutated tree, or None."""
    notebook = ROOT / "book" / "optimizers" / f"{SUBJECTS[name][0]}.ipynb"
    cells = [
        "".join(cell["source"])
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code" and "raises-exception" not in cell["metadata"].get("tags", [])
    ]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, "-c", CELLS], input=json.dumps(cells), cwd=tree, env=environment, capture_output=True, text=True
    )
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines and lines[-1].startswith("cell ") else None


def try_mutant(name, mutant):
    """Give (name, mutant, test, cell): what noticed first, None where nothing did."""
    with tempfile.TemporaryDirectory() as tree:
        tree = pathlib.Path(tree)
        for part in ("mxedu", "tests"):
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        for file in {target for target, _, _ in MUTANTS[name][mutant]}:
            path = tree / "mxedu" / "optimizer" / file
            path.write_text(edit(file, path.read_text(encoding="utf-8"), MUTANTS[name][mutant]), encoding="utf-8")
        return name, mutant, killed_by_tests(tree, name), killed_by_chapter(tree, name)


def changed():
    """Give the rules whose module, chapter or shared code has changed within a day; all of them if it cannot be known."""

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.split()

    base = git("rev-list", "-1", "--before=1 day ago", "HEAD")
    if not base:
        return list(MUTANTS)
    files = set(git("diff", "--name-only", base[0]))
    shared = {f"mxedu/optimizer/{file}" for file in ("rule.py", "prologue.py", "optimizer.py")} | {"mxedu/lab/mutants.py"}
    if files & shared:
        return list(MUTANTS)
    return [
        name
        for name in MUTANTS
        if {f"mxedu/optimizer/{SUBJECTS[name][0]}.py", f"book/src/optimizers/{SUBJECTS[name][0]}.md"} & files
    ]


def main(names):
    """Try all mutants of the rules named."""
    names = changed() if names == ["changed"] else names or list(MUTANTS)
    if unknown := set(names) - set(MUTANTS):
        sys.exit(f"no rule {', '.join(sorted(unknown))}; there are {', '.join(MUTANTS)}")
    survivors = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, mutant, test, cell in pool.map(lambda pair: try_mutant(*pair), [(n, m) for n in names for m in MUTANTS[n]]):
            print(f"{name:9} {mutant:28} {test or 'SURVIVES THE TESTS'} | {cell or 'SURVIVES THE CHAPTER'}", flush=True)
            survivors += (test is None) + (cell is None)
    print(f"{sum(len(MUTANTS[n]) for n in names)} mutants, {survivors} survivals")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
