"""What the book and the tests use and the package does not: twins, mutants, symmetries, problems, claims, figures."""

try:
    import matplotlib
    import sympy
except ImportError as error:
    raise ImportError(f"mxedu.lab needs {error.name}: install the book's extra with pip install 'mxedu[book]'") from None

import warnings

from ..optimizer.rule import Scalar, over
from . import mutants, naive, problems, symmetry
from .card import card
from .figures import plot_schedule
from .mutants import kill_table
from .subjects import descend, hard_case, run, subject, with_rule

__all__ = [
    "card", "claim", "descend", "hard_case", "kill_table", "mutants", "naive", "on_symbols", "plot_schedule", "problems", "run", "setup",
    "subject", "symmetry", "with_rule",
]  # fmt: skip

SYMPY = {"sqrt": sympy.sqrt, "abs": sympy.Abs, "sign": sympy.sign, "min": sympy.Min, "max": sympy.Max}


def setup():
    """Set the defaults of the book: warnings are errors, figures of one size and resolution that are readable in grey."""
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", module="ipykernel")  # the kernel's own, which no reader can mend
    matplotlib.rcParams.update(
        {
            "figure.figsize": (7.0, 3.2),
            "figure.dpi": 130,
            "figure.constrained_layout.use": True,
            "axes.grid": True,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "grid.color": "0.9",
            "grid.linewidth": 0.6,
            "legend.frameon": False,
            "lines.linewidth": 1.6,
            "axes.prop_cycle": matplotlib.cycler(
                color=["#1f4e79", "#c8553d", "#5a9367", "#8a6bbe", "#444444"], linestyle=["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
            ),
        }
    )


def claim(name, predicted, measured, *, rtol=0.0, atol=0.0):
    """Print a prediction beside its measurement; raise AssertionError if they differ by more than atol + rtol * |predicted|.

    Parameters
    ----------
    name : str
        What is predicted, with its unit.
    predicted, measured : float
        The numbers; three digits of each are printed.
    rtol, atol : float
        The difference allowed. At least one must be given, and the text beside the claim says why it is this large.
    """
    predicted, measured = float(predicted), float(measured)
    if not (rtol > 0 or atol > 0):
        raise ValueError("claim: give rtol or atol, the difference that the theory allows")
    allowed = atol + rtol * abs(predicted)
    found = f"{name}: predicted {predicted:.6g}, measured {measured:.6g}, allowed difference {allowed:.2g}"
    assert abs(measured - predicted) <= allowed, found
    print(f"{name}: predicted {predicted:.3g}, measured {measured:.3g}")


def on_symbols(f):
    """Give the same bytecode over SymPy's meanings of sqrt, abs, sign, min and max.

    Parameters
    ----------
    f : Rule, Scalar or function
        A rule, a prologue, or a function that computes scalars.
    """
    return f.over(**SYMPY) if isinstance(f, Scalar) else over(f, **SYMPY)
