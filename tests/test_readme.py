"""What the README shows is true."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```\n(.*?)(?=```python|\Z)", README, re.S)


def run(code, tmp_path):
    """Run code from a file, as a reader would."""
    path = tmp_path / "example.py"
    path.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)], capture_output=True, text=True, timeout=300, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_ten_lines_print_what_is_shown(tmp_path):
    code, after = CODE[0]
    shown, printed = re.search(r"```\n(.*?)```", after, re.S)[1], run(code, tmp_path)
    number = r"\d\.\d+"
    assert re.sub(number, "#", printed) == re.sub(number, "#", shown)
    # The last of the six digits depends on the order in which the BLAS adds: 0.3466965 lies within 1e-7.
    for a, b in zip(re.findall(number, printed), re.findall(number, shown), strict=True):
        assert abs(float(a) - float(b)) < 1.5e-6


def test_code_for_mxnet_runs(tmp_path):
    assert run(CODE[1][0], tmp_path) == "(2, 10)\n"


def test_ones_own_optimizer_trains_and_goes_on_from_a_file(tmp_path):
    moved = """
before = net.weight.data().asnumpy()
train(net, trainer, 1)
print(abs(net.weight.data().asnumpy() - before).astype(float).round(4).tolist())
"""
    assert run(CODE[2][0] + moved, tmp_path) == "[[0.01, 0.01, 0.01, 0.01]]\n"
    assert "resumed.load_states" in CODE[2][0] and "assert (copy" in CODE[2][0]


def test_the_picture_is_the_chapters():
    chapter = json.loads((ROOT / "book" / "trainer.ipynb").read_text(encoding="utf-8"))
    pictures = [o["data"]["image/png"] for c in chapter["cells"] for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert (ROOT / "book" / "cover.png").read_bytes() == base64.b64decode(pictures[0])


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
