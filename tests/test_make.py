"""book/make.py: the same bytes twice, clear words about a cell that fails, and a check that notices edits."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

BOOK = Path(__file__).parents[1] / "book"
SOURCE = """# Title

A *chapter*.

```{code-cell}
import os, sys

print("a")
sys.stdout.flush()
print(os.path.basename(os.getcwd()))
```

```{code-cell}
:tags: [solution, hide-cell]
1 + 1
```

```{code-cell}
:tags: [raises-exception]
int("x")
```
"""


@pytest.fixture
def book(tmp_path):
    """A book with one chapter, in/toy, not yet made."""
    book = tmp_path / "book"
    (book / "src" / "in").mkdir(parents=True)
    for name in ("make.py", "conftest.py"):
        shutil.copy(BOOK / name, book)
    (book / "src" / "in" / "toy.md").write_text(SOURCE)
    return book


def make(book, *arguments):
    return subprocess.run([sys.executable, book / "make.py", *arguments], capture_output=True, text=True, timeout=300)


def test_runs_give_the_same_bytes(book):
    target = book / "in" / "toy.ipynb"
    assert make(book, "run").returncode == 0
    first = target.read_bytes()
    assert make(book, "run", "in/toy").returncode == 0
    assert target.read_bytes() == first

    title, head, solution, error = nbformat.reads(first.decode(), as_version=4).cells
    assert title.source == "# Title\n\nA *chapter*."
    assert [(output.name, output.text) for output in head.outputs] == [("stdout", "a\nin\n")]
    assert solution.metadata == {"tags": ["solution", "hide-cell"], "jupyter": {"source_hidden": True}}
    assert error.outputs[0].traceback == ["ValueError: invalid literal for int() with base 10: 'x'"]
    assert [cell.execution_count for cell in (head, solution, error)] == [1, 2, 3]


def test_failing_cell_is_named_and_nothing_is_written(book):
    (book / "src" / "in" / "toy.md").write_text(SOURCE.replace("1 + 1", "1 / 0"))
    done = make(book, "run")
    assert done.returncode == 1
    assert "book/src/in/toy.md: cell 2 failed" in done.stderr and "ZeroDivisionError" in done.stderr
    assert not (book / "in" / "toy.ipynb").exists()


def test_check_notices(book):
    assert make(book, "run").returncode == 0
    assert make(book, "check").returncode == 0

    text = (book / "in" / "toy.ipynb").read_text()
    edits = {
        "source": ('"1 + 1"', '"1 + 2"'),
        "unfolded": ('"source_hidden": true', '"source_hidden": false'),
        "tag": ('"solution"', '"exercise"'),
        "kernel": ('"name": "python3"', '"name": "python4"'),
        "twice": ('"execution_count": 2', '"execution_count": 7'),
        "stripped": ('"execution_count": 2', '"execution_count": null'),
    }
    for name, (old, new) in edits.items():
        assert old in text
        (book / f"{name}.ipynb").write_text(text.replace(old, new))
        (book / "src" / f"{name}.md").write_text(SOURCE)
    (book / "src" / "missing.md").write_text(SOURCE)
    (book / "stray.ipynb").write_text(text)

    done = make(book, "check")
    assert done.returncode == 1
    words = {line.split(".ipynb")[0].removeprefix("book/"): line for line in done.stderr.splitlines()}
    assert words.keys() == {*edits, "missing", "stray"}
    assert "has no source" in words.pop("stray")
    for name, line in words.items():
        assert f"make run CHAPTER={name}" in line


def test_unknown_chapter(book):
    done = make(book, "run", "adam")
    assert done.returncode == 1 and "no chapter adam; there are in/toy" in done.stderr
