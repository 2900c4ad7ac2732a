"""Make the book: execute the markdown sources in book/src, and check that the notebooks are fresh.

    python book/make.py run [CHAPTER ...]      write book/CHAPTER.ipynb from book/src/CHAPTER.md, executed
    python book/make.py check [CHAPTER ...]    fail unless every notebook is what its source gives

A chapter is named by its path without the ending, `optimizers/adam`; without names, all chapters are meant. Running
twice gives the same bytes (but for measured times, in cells tagged nbval-ignore-output), so a diff of a notebook shows
what changed and nothing else.
"""

import argparse
import base64
import hashlib
import io
import re
import sys
import time
from pathlib import Path

import conftest  # noqa: F401  (sets the environment of the kernels)
import jupytext
import nbclient
import nbformat
from nbformat import v4
from PIL import Image

BOOK = Path(__file__).resolve().parent
SOURCES = BOOK / "src"
METADATA = {  # without versions: the same on every machine
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
COVER = "trainer", BOOK / "cover.png"  # the chapter whose first picture the README shows, and where it is kept
FOLDED = {"solution", "hide-cell", "hide-input"}  # tags of cells whose source JupyterLab shows folded


class BookError(Exception):
    """A chapter cannot be made, or is not fresh."""


def source_of(chapter):
    return SOURCES / f"{chapter}.md"


def notebook_of(chapter):
    return BOOK / f"{chapter}.ipynb"


def chapters():
    """Names of all chapters, and of the notebooks that have no source."""
    sources = {path.relative_to(SOURCES).with_suffix("").as_posix() for path in SOURCES.rglob("*.md")}
    notebooks = {
        path.relative_to(BOOK).with_suffix("").as_posix()
        for path in BOOK.rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    return sorted(sources), sorted(notebooks - sources)


def build(chapter):
    """The notebook that a source gives, not executed."""
    text = source_of(chapter).read_text(encoding="utf-8")
    cells, seen = [], {}
    for cell in jupytext.reads(text, fmt="md:myst").cells:
        metadata = dict(cell.metadata)
        if FOLDED & set(metadata.get("tags", ())):
            metadata["jupyter"] = {"source_hidden": True}
        # The id follows the text, so an edit changes one id; equal cells are told apart by counting them.
        key = f"{cell.cell_type}\n{cell.source}"
        seen[key] = seen.get(key, 0) + 1
        name = hashlib.sha256(f"{seen[key]}\n{key}".encode()).hexdigest()[:16]
        new = v4.new_code_cell if cell.cell_type == "code" else v4.new_markdown_cell
        cells.append(new(cell.source, id=name, metadata=metadata))
    return v4.new_notebook(cells=cells, metadata=METADATA)


def small(png):
    """A picture in 128 colours: a third of the bytes, and nobody sees the difference."""
    picture, out = Image.open(io.BytesIO(base64.b64decode(png))), io.BytesIO()
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode() + "\n"


def merged(outputs):
    """The outputs of a cell, its pictures made small, with neighbouring pieces of one stream joined: where they break is chance."""
    result = []
    for output in outputs:
        if output.output_type == "error":
            # The traceback holds paths, and its form depends on the Python version.
            output.traceback = [f"{output.ename}: {output.evalue}"]
        if "image/png" in output.get("data", {}):
            output.data["image/png"] = small(output.data["image/png"])
        last = result[-1] if result else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            result.append(output)
    return result


def run(chapter):
    """Execute a chapter in its own folder and write the notebook."""
    notebook, target = build(chapter), notebook_of(chapter)
    target.parent.mkdir(parents=True, exist_ok=True)
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(target.parent)}}
    )
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as error:
        # The cell that failed is the last one with outputs.
        number = max(i for i, cell in enumerate(notebook.cells) if cell.get("outputs"))
        report = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
        raise BookError(f"{source_of(chapter).relative_to(BOOK.parent)}: cell {number} failed\n{report}") from None
    for cell, after in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if cell.cell_type == "code":
            cell.outputs = merged(cell.outputs)
            for output in cell.outputs:
                if "image/png" in output.get("data", {}) and after is not None and after.source.startswith("*Figure"):
                    output.metadata["image/png"] = {"alt": after.source.split("\n\n")[0].strip("*")}  # the caption, for screen readers
    notebook.metadata = METADATA  # the kernel has added versions
    nbformat.validate(notebook)
    nbformat.write(notebook, target)
    if chapter == COVER[0]:
        pictures = (o.data["image/png"] for c in notebook.cells for o in c.get("outputs", ()) if "image/png" in o.get("data", ()))
        COVER[1].write_bytes(base64.b64decode(next(pictures)))


def check(chapter):
    """Raise unless the notebook of a chapter has the cells of its source, each executed once and in order."""
    path, remedy = notebook_of(chapter).relative_to(BOOK.parent), f"make run CHAPTER={chapter}"
    if not notebook_of(chapter).exists():
        raise BookError(f"{path} does not exist; run `{remedy}`")
    notebook = nbformat.read(notebook_of(chapter), as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        raise BookError(f"{path} was not executed once from top to bottom; run `{remedy}`")
    for cell in code:
        cell.update(outputs=[], execution_count=None)
    fresh = build(chapter)
    for number, (have, want) in enumerate(zip(notebook.cells, fresh.cells, strict=False)):
        if have != want:
            raise BookError(f"{path}: cell {number} is not what book/src/{chapter}.md gives; run `{remedy}`")
    if notebook != fresh:
        raise BookError(f"{path}: cells or metadata differ from book/src/{chapter}.md; run `{remedy}`")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["run", "check"])
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER")
    arguments = parser.parse_args()

    known, orphans = chapters()
    if unknown := set(arguments.chapters) - set(known):
        sys.exit(f"no chapter {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    failures = []
    if arguments.command == "check" and not arguments.chapters:
        failures += [f"book/{name}.ipynb has no source book/src/{name}.md; write one, or delete it" for name in orphans]
    for chapter in arguments.chapters or known:  # one at a time: chapters measure times
        start = time.perf_counter()
        try:
            {"run": run, "check": check}[arguments.command](chapter)
        except BookError as error:
            failures.append(str(error))
        else:
            if arguments.command == "run":
                print(f"book/{chapter}.ipynb: {time.perf_counter() - start:.1f} s", flush=True)
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
