"""Run the programs with the real MXNet and write their results to tests/data/programs: `python -W ignore record.py [area ...]`.

Needs an interpreter with MXNet 1.9.1 (and NumPy 1.23). A program that fails is reported and left out.
"""

import json
import sys
import traceback

import mxnet as mx
from encode import AREAS, RESULTS, load, run


def record(area):
    """Write the results of an area, one program a line; give the number of programs that failed."""
    lines, failures = [], 0
    for name, program in load(area).items():
        try:
            lines.append(f"{json.dumps(name)}: {json.dumps(run(program, mx))}")
        except Exception:
            failures += 1
            print(f"{area}.{name} failed:\n{traceback.format_exc()}", file=sys.stderr)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{area}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{area}: {len(lines)} recorded, {failures} failed")
    return failures


if __name__ == "__main__":
    sys.exit(1 if sum([record(area) for area in sys.argv[1:] or AREAS]) else 0)
