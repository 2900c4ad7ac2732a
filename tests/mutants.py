"""Plant each likely bug in a copy of the source; the test suite and the chapter must both turn red, by an assertion.

    python tests/mutants.py [NAME ...]     rules such as adam, or `trainer`; `changed`: those touched within a day; without names, all

The unit tests kill the same mutants in process, over NumPy. This runs the real thing: the edited files on disk, compiled, under
pytest and in the chapter's own cells. Prints for each mutant what noticed first; exits 1 if something survives. `trainer` plants the
slips of the Trainer's chapter and compares the sections that turn red with those in its table.
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
from mxedu.lab.slips import FAMILIES  # noqa: E402
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
        [*command, "-k", f"([{name}] or -{name}]) and not mutant", "tests/test_methods.py"], cwd=tree, capture_output=True, text=True
    )
    failed = re.search(r"^FAILED \S+::(\S+)(?: - (.*))?", done.stdout, re.M)
    return failed[1] if failed and re.search(r"\b(AssertionError|assert) ?", done.stdout) else None


def chapter_of(name):
    """Give the chapter of a rule, without its ending: its own, or that of its module."""
    folder = ROOT / "book" / "optimizers"
    return folder / (name if (folder / f"{name}.ipynb").exists() else SUBJECTS[name][0])


def killed_by_chapter(tree, name):
    """Give the first cell of the chapter that fails an assertion on the mutated tree, or None; where there is no chapter, say so."""
    notebook = chapter_of(name).with_suffix(".ipynb")
    if not notebook.exists():
        return "no chapter yet"
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


# The slips in the table of the Trainer's chapter, under the words of its rows.
SLIPS = {
    "`step` does not divide by $n$": ("gluon/trainer.py", "self._scale / batch_size", "self._scale"),
    "the step of plain SGD has the wrong sign": ("optimizer/sgd.py", "w = w - lr * g  # (1)", "w = w + lr * g  # (1)"),
    "gradients are not marked as used": ("optimizer/table.py", "self.flags[:] = self.cleared", "pass"),
    "a schedule is asked at $t - 1$": ("optimizer/step.py", "lr_scheduler(num_update)", "lr_scheduler(num_update - 1)"),
    r"Adam's $\hat\epsilon$ stands inside the root": ("optimizer/adam.py", "(sqrt(v) + epsilon)", "sqrt(v + epsilon)"),
}


def red_sections(slip):
    """Give the sections of the Trainer's chapter with cells that nbval finds red, as text such as '4, 6', and what its table says."""
    file, old, new = SLIPS[slip]
    with tempfile.TemporaryDirectory() as tree:
        tree = pathlib.Path(tree)
        for part in ("mxedu", "book"):
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        path = tree / "mxedu" / file
        path.write_text(edit(file, path.read_text(encoding="utf-8"), [(file, old, new)]), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "book/trainer.ipynb"],
            cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, capture_output=True, text=True,
        )  # fmt: skip
    red = {int(number) for number in re.findall(r"^FAILED \S+::Cell (\d+)", done.stdout, re.M)}
    cells = json.loads((ROOT / "book" / "trainer.ipynb").read_text(encoding="utf-8"))["cells"]
    section, of_code_cells = "0", []
    for cell in cells:
        section = ([section] + re.findall(r"^## (\d+)\.", "".join(cell["source"]), re.M))[-1]
        if cell["cell_type"] == "code":
            of_code_cells.append(section)
    text = "".join("".join(cell["source"]) for cell in cells)
    return ", ".join(dict.fromkeys(of_code_cells[number] for number in sorted(red))), text.split(f"| {slip} | ")[1].split(" |")[0]


def changed():
    """Give the rules, of those with a chapter, whose module, chapter or shared code has changed within a day, and `trainer`.

    All of these, if it cannot be known.
    """

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.split()

    base = git("rev-list", "-1", "--before=1 day ago", "HEAD")
    # Of rules without a chapter yet, the unit tests kill the mutants in process; here that would take half an hour.
    everything = [name for name in MUTANTS if chapter_of(name).with_suffix(".ipynb").exists()] + ["trainer"]
    if not base:
        return everything
    files = set(git("diff", "--name-only", base[0]))
    rooms = "rule", "kernel", "prologue", "optimizer", "step", "table", "layerwise"
    shared = {f"mxedu/optimizer/{room}.py" for room in rooms} | {"mxedu/lab/mutants.py", "mxedu/lab/slips/shared.py"}
    if files & shared:
        return everything
    own = {name: {f"mxedu/optimizer/{SUBJECTS[name][0]}.py", f"book/src/optimizers/{chapter_of(name).name}.md"} for name in MUTANTS}
    for family in FAMILIES:
        for name in family.TABLES:
            own[name].add(f"mxedu/lab/slips/{family.__name__.split('.')[-1]}.py")
            own[name].update(f"mxedu/optimizer/{file}" for edits in family.TABLES[name].values() for file, _, _ in edits)
    own["trainer"] = {"mxedu/gluon/trainer.py", "mxedu/optimizer/table.py", "book/src/trainer.md"}
    return [name for name in everything if own[name] & files]


def main(names):
    """Try all mutants of the rules named."""
    names = changed() if names == ["changed"] else names or [*MUTANTS, "trainer"]
    if unknown := set(names) - {*MUTANTS, "trainer"}:
        sys.exit(f"no rule {', '.join(sorted(unknown))}; there are {', '.join(MUTANTS)}, and trainer")
    rules = [name for name in names if name != "trainer"]
    survivors = wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, mutant, test, cell in pool.map(lambda pair: try_mutant(*pair), [(n, m) for n in rules for m in MUTANTS[n]]):
            print(f"{name:15} {mutant:33} {test or 'SURVIVES THE TESTS'} | {cell or 'SURVIVES THE CHAPTER'}", flush=True)
            survivors += (test is None) + (cell is None)
        for slip, (red, said) in zip(SLIPS, pool.map(red_sections, SLIPS), strict=True) if "trainer" in names else ():
            print(f"trainer         {slip}: red {red}" + ("" if red == said else f", BUT ITS TABLE SAYS {said}"), flush=True)
            wrong += red != said
    print(f"{sum(len(MUTANTS[n]) for n in rules)} mutants, {survivors} survivals; {wrong} rows of the Trainer's table wrong")
    return 1 if survivors or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
