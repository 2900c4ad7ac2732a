"""Hygiene of the notebooks: what strict nbval and `book/make.py check` let through.

Each rule is a function of a notebook that yields complaints. Each is tried on tiny notebooks that break it, and all of
them on one that breaks none, before they judge the book.
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
NOTEBOOKS = {
    path.relative_to(BOOK).with_suffix("").as_posix(): path
    for path in sorted(BOOK.rglob("*.ipynb"))
    if ".ipynb_checkpoints" not in path.parts
}
TAGS = {"hide-cell", "hide-input", "solution", "exercise", "raises-exception", "nbval-ignore-output"}
PATH = r"(?<![\w.:/])/(home|work|tmp|root|usr|opt|Users)/|\b[A-Z]:\\+Users\b"
MOST_LINES = 15
MOST_BYTES = 400_000


def cells(notebook, kind):
    """Yield (number, cell, source) of the cells of a kind."""
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == kind:
            yield number, cell, "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


def texts(cell):
    """Yield every text among the outputs of a code cell."""
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            yield output["text"]
        elif output["output_type"] == "error":
            yield "\n".join([output["evalue"], *output["traceback"]])
        else:
            yield from (text for kind, text in output["data"].items() if kind.startswith("text/"))


def pictures(cell):
    """List the outputs of a code cell that hold a picture."""
    return [o for o in cell["outputs"] if any(kind.startswith("image/") for kind in o.get("data", ()))]


def in_code(pattern, complaint):
    """Make a rule: no code cell matches the pattern."""

    def rule(notebook):
        for number, _, source in cells(notebook, "code"):
            if found := re.search(pattern, source, re.M):
                yield f"cell {number}: {complaint}: {found[0]!r}"

    return rule


def in_markdown(pattern, complaint):
    """Make a rule: no markdown cell matches the pattern."""

    def rule(notebook):
        for number, _, source in cells(notebook, "markdown"):
            if found := re.search(pattern, source, re.M):
                yield f"cell {number}: {complaint}: {found[0]!r}"

    return rule


def in_outputs(pattern, complaint):
    """Make a rule: no text among the outputs matches the pattern."""

    def rule(notebook):
        for number, cell, _ in cells(notebook, "code"):
            for text in texts(cell):
                if found := re.search(pattern, text, re.M):
                    yield f"cell {number}: {complaint}: {found[0]!r}"

    return rule


def counts(notebook):
    found = [cell["execution_count"] for _, cell, _ in cells(notebook, "code")]
    if found != list(range(1, len(found) + 1)):
        yield f"execution counts are {found}: not run once from top to bottom, and nbval compares only what was run"


def unknown_tags(notebook):
    for kind in ("code", "markdown"):
        for number, cell, _ in cells(notebook, kind):
            if unknown := set(tags(cell)) - TAGS:
                yield f"cell {number}: unknown tags {sorted(unknown)}"


def one_ignored_output(notebook):
    ignored = [number for number, cell, _ in cells(notebook, "code") if "nbval-ignore-output" in tags(cell)]
    if len(ignored) > 1:
        yield f"cells {ignored}: at most one cell of a chapter may be tagged nbval-ignore-output"


def promised_errors(notebook):
    for number, cell, _ in cells(notebook, "code"):
        stored = any(output["output_type"] == "error" for output in cell["outputs"])
        if stored != ("raises-exception" in tags(cell)):
            yield f"cell {number}: the tag raises-exception and a stored error go together"


def stderr(notebook):
    for number, cell, _ in cells(notebook, "code"):
        if any(output.get("name") == "stderr" for output in cell["outputs"]):
            yield f"cell {number}: writes to stderr"


def long_cells(notebook):
    for number, _, source in cells(notebook, "code"):
        if (lines := len(source.splitlines())) > MOST_LINES:
            yield f"cell {number}: {lines} lines, more than {MOST_LINES}"


def file_size(notebook):
    if (size := len(json.dumps(notebook, indent=1, ensure_ascii=False).encode())) > MOST_BYTES:
        yield f"{size} bytes, more than {MOST_BYTES}"


def captions(notebook):
    for number, cell, _ in cells(notebook, "code"):
        after = notebook["cells"][number + 1 : number + 2]
        captioned = after and re.match(r"\W*Figure\b", "".join(after[0]["source"]))
        for output in pictures(cell):
            kind = next(kind for kind in output["data"] if kind.startswith("image/"))
            if not captioned and not output["metadata"].get(kind, {}).get("alt", "").strip():
                yield f"cell {number}: a figure without words: give it alt text, or a caption (`*Figure 1. ...*`) below"


def silent_figures(notebook):
    for number, cell, _ in cells(notebook, "code"):
        results = [o["data"].get("text/plain", "") for o in cell["outputs"] if o["output_type"] == "execute_result"]
        if any(pictures(cell) or re.search(r"<Figure|<Axes|<matplotlib\.|^Text\(", text) for text in results):
            yield f"cell {number}: a figure cell must end in a call that returns None"


def sections(notebook):
    found = [int(n) for _, _, source in cells(notebook, "markdown") for n in re.findall(r"^## (\d+)\.", source, re.M)]
    if found != list(range(1, 14)):
        yield f"sections are {found}, not `## 1.` to `## 13.`"


def claims(notebook):
    if not any(re.search(r"\bclaim\(", source) for _, _, source in cells(notebook, "code")):
        yield "no claim(...): nothing is predicted and measured"


def head(notebook):
    """The lines of the first code cell up to `lab.setup()`, or None if it has none."""
    source = next((source for _, _, source in cells(notebook, "code")), "")
    found = re.search(r"\A.*?^lab\.setup\(\)$", source, re.M | re.S)
    return found and found[0]


def heads(notebooks):
    """Complaints about optimizer chapters that do not begin as the first one does."""
    names = sorted(notebooks)
    for name in names:
        if head(notebooks[name]) is None:
            yield f"{name}: the first code cell has no line `lab.setup()`"
        elif head(notebooks[name]) != head(notebooks[names[0]]):
            yield f"{name}: the first code cell differs from that of {names[0]} before lab.setup()"


RULES = {
    "counts": counts,
    "tags": unknown_tags,
    "ignored": one_ignored_output,
    "errors": promised_errors,
    "stderr": stderr,
    "long": long_cells,
    "size": file_size,
    "captions": captions,
    "silent": silent_figures,
    "semicolon": in_code(r";\s*\Z", "a final semicolon"),
    "address": in_outputs(r"0x[0-9a-fA-F]{6,}", "an address"),
    "scalar": in_outputs(r"np\.(float|u?int|complex)\d+\(|np\.(True|False)_|^array\(", "a bare NumPy repr"),
    "random": in_code(
        r"\b(np|numpy)\.random\.(?!default_rng\b)[a-z]\w*|\bdefault_rng\(\)|^\s*import random\b"
        r"|^\s*from random import|^\s*from numpy import random|^\s*from numpy\.random import (?!default_rng\b)[a-z]\w*",
        "global or unseeded random state",
    ),
    "path in code": in_code(PATH, "an absolute path"),
    "path in text": in_markdown(PATH, "an absolute path"),
    "path in output": in_outputs(PATH, "an absolute path"),
    "alt": in_markdown(r"!\[\s*\]\(|<img(?![^>]*\balt=[\"'][^\"'])[^>]*>", "an image without alt text"),
    "MyST": in_markdown(r"^\s*(`{3,}|:{3,}|~{3,})\{[\w:-]+\}.*|\{[\w:-]+\}`|^\([\w:-]+\)=\s*$", "MyST syntax"),
    "$$": in_markdown(r"\$\$", "write \\begin{equation*}, JupyterLab splits lines in"),
}
CHAPTER_RULES = {"sections": sections, "claims": claims}  # of optimizer chapters


def code(source, *outputs, tags=(), count=1):
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": "c",
        "metadata": {"tags": list(tags)},
        "outputs": list(outputs),
        "source": source,
    }


def markdown(source):
    return {"cell_type": "markdown", "id": "m", "metadata": {}, "source": source}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(kind="display_data", alt="", **data):
    data = {key.replace("_", "/"): value for key, value in data.items()}
    return {"output_type": kind, "data": data, "metadata": {"image/png": {"alt": alt}}}


FAILED = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]}
PNG = shown(image_png="iVBOR", text_plain="<Figure size 640x480 with 1 Axes>")
BAD = {  # rule: cell lists that break it
    "counts": [[code("1", count=None)], [code("1", count=2)], [code("1"), code("2", count=1)]],
    "tags": [[code("1", tags=["skip"])]],
    "ignored": [[code("1", tags=["nbval-ignore-output"]), code("2", tags=["nbval-ignore-output"], count=2)]],
    "errors": [[code("1", tags=["raises-exception"])], [code("1", FAILED)]],
    "stderr": [[code("1", stream("warning", "stderr"))]],
    "long": [[code("x = 1\n" * 16)], [code("x = 1\n" * 16, tags=["solution"])]],
    "size": [[markdown("x" * MOST_BYTES)]],
    "captions": [[code("1", PNG)], [code("1", PNG), markdown("As seen")]],
    "silent": [
        [code("1", shown(image_png="iVBOR", alt="a"), shown("execute_result", text_plain="3"))],
        [code("1", shown("execute_result", text_plain="[<matplotlib.lines.Line2D object>]"))],
        [code("1", shown("execute_result", text_plain="<Figure size 640x480 with 1 Axes>"))],
        [code("1", shown("execute_result", text_plain="Text(0.5, 1.0, 'loss')"))],
    ],
    "semicolon": [[code("f(x);")], [code("f(x);\n")]],
    "address": [[code("1", stream("<object at 0x7f3a2c10>"))], [code("1", shown(text_html="<b>0x7f3a2c10</b>"))]],
    "scalar": [
        [code("1", shown("execute_result", text_plain=text))]
        for text in ("np.float64(1.0)", "(np.int64(1), 2)", "np.True_", "array([1.])")
    ],
    "random": [
        [code(source)]
        for source in (
            "np.random.seed(0)",
            "x = numpy.random.rand(3)",
            "from numpy.random import randn",
            "from numpy import random",
            "import random",
            "from random import choice",
            "rng = np.random.default_rng()",
        )
    ],
    "path in code": [[code("open('/tmp/x')")], [code(r"open('C:\\Users\\x')")]],
    "path in text": [[markdown("see /home/me/x")]],
    "path in output": [[code("1", stream("File /root/x.py"))], [code("1", FAILED | {"evalue": "no /work/x"})]],
    "alt": [[markdown("![](a.png)")], [markdown("![ ](a.png)")], [markdown('<img src="a.png">')]],
    "MyST": [
        [markdown(text)]
        for text in ("```{note}\nx\n```", ":::{note}\nx\n:::", "{math}`x`", "see {cite:p}`adam`", "(label)=\n# Title")
    ],
    "$$": [[markdown("$$x$$")]],
    "sections": [
        [markdown("\n".join(f"## {n}. Title" for n in numbers))]
        for numbers in (range(1, 13), range(13, 0, -1), [*range(1, 14), 13])
    ],
    "claims": [[code("x = 1")]],
}
HEAD = "import numpy as np\nfrom mxedu import lab\n\nlab.setup()"
GOOD = {
    "cells": [
        *(markdown(f"## {n}. Title\nA [link](https://example.org/home/x), $a/tmp$ and `0x1`.") for n in range(1, 14)),
        markdown("\\begin{equation*}\\begin{aligned}C:\\tag{1}\\end{aligned}\\end{equation*}\n![A curve](a.png)"),
        markdown('```python\nx = {"a": 1}\n```\n<img src="a.png" alt="A curve">'),
        code(HEAD + "\nrng = np.random.default_rng(0)"),
        code("lab.claim('rate', 1, 1, rtol=1e-9)", stream("rate: 1.00, 0x1.8p+1"), count=2),
        code("f(x)", PNG, count=3),
        markdown("*Figure 1. A curve.*"),
        code("f(x)", PNG | {"metadata": {"image/png": {"alt": "A curve"}}}, count=4),
        code("mx.random.seed(0)", FAILED, tags=["raises-exception"], count=5),
        code("x = 1\n" * 15, tags=["solution", "hide-cell"], count=6),
    ],
    "metadata": {},
}


@pytest.mark.parametrize("name", RULES | CHAPTER_RULES)
def test_rule_fires(name):
    assert not list((RULES | CHAPTER_RULES)[name](GOOD))
    assert BAD[name]
    for bad in BAD[name]:
        assert list((RULES | CHAPTER_RULES)[name]({"cells": bad, "metadata": {}})), bad


def test_rule_of_equal_heads_fires():
    def changed(old, new):
        notebook = copy.deepcopy(GOOD)
        for cell in notebook["cells"]:
            cell["source"] = cell["source"].replace(old, new)
        return notebook

    assert not list(heads({"a": GOOD, "b": changed("default_rng(0)", "default_rng(1)")}))
    assert list(heads({"a": GOOD, "b": changed("import numpy as np", "import numpy")}))
    assert list(heads({"a": changed("lab.setup()", "pass"), "b": GOOD}))


def load(name):
    return nbformat.read(NOTEBOOKS[name], as_version=4)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_clean(name):
    rules = RULES | CHAPTER_RULES if name.startswith("optimizers/") else RULES
    notebook = load(name)
    complaints = [complaint for rule in rules.values() for complaint in rule(notebook)]
    assert not complaints, "\n".join([name, *complaints])


def test_optimizer_chapters_begin_alike():
    complaints = list(heads({name: load(name) for name in NOTEBOOKS if name.startswith("optimizers/")}))
    assert not complaints, "\n".join(complaints)


def test_notebooks_are_fresh():
    done = subprocess.run([sys.executable, BOOK / "make.py", "check"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_texts_are_targets(name):
    snippets = re.findall(r"```.*?```|`[^`]+`", (ROOT / name).read_text(), re.S)
    commands = {command for snippet in snippets for command in re.findall(r"\bmake ([a-z]+)", snippet)}
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert commands and commands <= targets, commands - targets
