"""Checks of what users pass in. Each error names the argument, shows what came and says what would do."""

import difflib
import math
import numbers


def real(name, value, *, low=None, above=None, high=None, below=None):
    """Check that a value is a finite real number within bounds; give it back, NumPy's scalars as Python's.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : number
        What the user passed.
    low, high : float, optional
        The least and the greatest value allowed.
    above, below : float, optional
        Bounds that are themselves not allowed.

    Raises
    ------
    TypeError
        If the value is not a real number.
    ValueError
        If it is not finite or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {_wanted(low, above, high, below)}, got {type(value).__name__} {value!r}")
    if (
        not math.isfinite(value)
        or (low is not None and value < low)
        or (above is not None and value <= above)
        or (high is not None and value > high)
        or (below is not None and value >= below)
    ):
        raise ValueError(f"{name} must be {_wanted(low, above, high, below)}, got {value!r}")
    return value.item() if hasattr(value, "item") else value  # NumPy's float32 would make float32 of what is computed from it


def _wanted(low, above, high, below):
    """Put bounds in words."""
    words = {"at least": low, "greater than": above, "at most": high, "less than": below}
    return f"a finite number {' and '.join(f'{w} {bound}' for w, bound in words.items() if bound is not None)}".rstrip()


def integer(name, value, *, low):
    """Check that a value is an integer of at least `low`; give it back."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer of at least {low}, got {type(value).__name__} {value!r}")
    if value < low:
        raise ValueError(f"{name} must be an integer of at least {low}, got {value!r}")
    return int(value)


def did_you_mean(name, known):
    """Give the question after the known name that is most like this one, or nothing."""
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
