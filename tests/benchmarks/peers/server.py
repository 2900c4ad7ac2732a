"""Serve a library's contestants: requests come on standard input, a line of JSON each, and so go the answers.

python -m peers.server torch
"""

import importlib
import json
import sys

import numpy as np

from . import LIBRARIES


def serve(library):
    """Answer requests until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer

    def answer(x):
        print(json.dumps(x), file=answers, flush=True)

    try:
        module = importlib.import_module("." + LIBRARIES[library], __package__)
    except ImportError as error:
        return answer({"missing": str(error)})
    answer({"version": module.VERSION})
    contestants = {}
    for line in sys.stdin:
        request, *arguments = json.loads(line)
        if request == "make":
            contestants.clear()
            contestants.update(module.make(*arguments))
            answer(list(contestants))
        elif request == "result":
            name, steps, path = arguments
            np.save(path, contestants[name].result(steps))
            answer("saved")
        elif request == "turn":
            name, untimed, timed = arguments
            answer(contestants[name].turn(untimed, timed))


if __name__ == "__main__":
    serve(sys.argv[1])
