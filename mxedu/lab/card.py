"""An optimizer on one card: its rules as LaTeX, made from the text that is run, with what its module says of it.

Nothing stands here twice: formulas are read from the source of the rules, defaults from signatures, meanings and papers from docstrings.
"""

import ast
import inspect
import math
import os
import pathlib
import re
import string

from ..optimizer import Optimizer, create
from ..optimizer.rule import Rule

# `eta` is not among the Greek: in the book that letter is the learning rate, and LARS has an argument of this name beside it.
SYMBOLS = {x: x for x in string.ascii_lowercase} | {x: f"\\{x}" for x in "alpha beta gamma delta epsilon mu rho sigma".split()}
SYMBOLS |= {"eps": r"\epsilon", "lr": r"\eta", "lamda": r"\lambda", "zero": "0", "one": "1", "half": r"\frac12"}
CALLS = {"sqrt": r"\sqrt{%s}", "abs": r"\left|%s\right|", "sign": r"\operatorname{sign}\left(%s\right)"}
SUM, PRODUCT, ATOM = range(3)  # what a place takes without brackets: anything; no sum and no sign; a name


def symbol(name):
    """Give a name in the book's notation: letters and Greek with a hat, a number or the time; words in italics."""
    if accent := re.fullmatch("([a-z])_(hat|bar)", name):
        return rf"\{accent[2]}{{{accent[1]}}}"
    base, below = re.fullmatch(r"(.+?)(\d|_t)?", name).groups()
    word = rf"\mathit{{{name}}}".replace("_", r"\_")
    return SYMBOLS[base] + (f"_{below[-1]}" if below else "") if base in SYMBOLS else word


def latex(node, place=SUM):
    """Give an expression of a rule as LaTeX, in brackets where its place needs them."""
    match node:
        case ast.Name(id=name):
            return symbol(name)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            text, kind = CALLS.get(name, rf"\{name}\left(%s\right)") % ", ".join(map(latex, arguments)), PRODUCT
        case ast.UnaryOp(operand=operand):
            text, kind = f"-{latex(operand, PRODUCT)}", SUM
        case ast.BinOp(left=ast.UnaryOp(operand=left), op=ast.Mult() | ast.Div() as op, right=right):  # (-a) b is -(a b)
            text, kind = f"-{latex(ast.BinOp(left, op, right), PRODUCT)}", SUM
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            text, kind = rf"\frac{{{latex(left)}}}{{{latex(right)}}}", PRODUCT
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            a, b, kind = latex(left, PRODUCT), latex(right, PRODUCT), PRODUCT
            dot = r" \cdot " if a.split(" ")[-1].startswith(r"\mathit") else r"\, "  # after a word a space would not be seen
            text = f"{latex(left, ATOM)}^2" if a == b else a + dot + b
        case ast.BinOp(left=left, op=op, right=right):
            text, kind = f"{latex(left)} {'+' if isinstance(op, ast.Add) else '-'} {latex(right, PRODUCT)}", SUM
    return text if kind >= place else rf"\left({text}\right)"


def formula(rule, *outputs):
    """Give the text of a rule as LaTeX: a line for each assignment, with the number of the equation that its comment names.

    What it returns, `outputs` by name, gets a line at the end unless it has that name in the text.
    """
    source, rows = _source(rule), []
    for statement in (x for x in ast.parse(source).body[0].body if not isinstance(x, ast.Expr)):  # which is the docstring
        names = outputs if isinstance(statement, ast.Return) else [statement.targets[0].id]
        values = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
        pairs = [(symbol(name), latex(value)) for name, value in zip(names, values, strict=True) if ast.unparse(value) != name]
        if pairs:  # several only at the return, and then in one row: all are computed before any is replaced
            left, right = map(", ".join, zip(*pairs, strict=True))
            number = re.search(r"#.*?\((\d+)\)", source.splitlines()[statement.end_lineno - 1])
            rows.append(rf"{left} &\leftarrow {right}" + (rf" \tag{{{number[1]}}}" if number else ""))
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def _source(function, *_):
    return inspect.getsource(inspect.unwrap(function)).rstrip()


def _arguments(optimizer):
    """Give a table of the section Parameters of the class's docstring."""
    section = "".join(re.findall(r"\n\nParameters\n-+\n(.*?)\n\n[A-Z][\w ]+\n---", inspect.getdoc(type(optimizer)), re.S))
    known = {name: p.default for cls in (Optimizer, type(optimizer)) for name, p in inspect.signature(cls).parameters.items()}
    known["learning_rate"] = optimizer.learning_rate  # in the signature it is None
    yield "| argument | default | unit and meaning |\n|---|---|---|"
    for names, meaning in re.findall(r"^(\S.*?)(?: : .*)?\n((?: .*\n?|\n)+)", section, re.M):
        defaults = ", ".join(f"`{known[name]!r}`" if name in known else "" for name in names.split(", "))
        yield f"| `{names.replace(', ', '`, `')}` | {defaults} | {' '.join(meaning.split())} |"


def _parts(optimizer, show, fence, link):
    """Give the paragraphs of a card; `show` is for rules, `fence` for other source, `link` for the chapter."""
    cls, prologue, module = type(optimizer), optimizer.prologue, inspect.getmodule(type(optimizer))
    title, paper = module.__doc__.split("\n\n")[:2]
    yield title.rstrip(".") + "\n\n" + re.sub(r"(?<=Chapter: )\S+(?=\.)", lambda match: link(match[0]), paper)
    letters = re.split(r"\.\s", inspect.getmodule(prologue).__doc__.split("\n\n")[1])[0]
    # A class that chooses between prologues has a property, whose docstring says when.
    yield f"The gradient, by `{prologue.__name__}`: {cls.prologue.__doc__} {letters}.\n\n{show(prologue, 'g')}"
    own = [x for x in vars(module).values() if getattr(x, "__module__", None) == module.__name__]
    for rule in [x for x in own if isinstance(x, Rule)] or [optimizer.rule]:  # LARS and LBSGD have that of SGD
        yield f"The rule `{rule.__module__.split('.')[-1]}.{rule.__name__}`: {rule.__doc__}\n\n{show(rule, 'w', *rule.states)}"
        states = rule.states if cls.states is Optimizer.states else cls.states  # what is kept; the rule may have room for more
        words = len(states) * math.prod(optimizer.state_shape((100, 100))) / 100**2
        yield f"States: {', '.join(states) or 'none'}. Words per weight, in a 100 x 100 matrix: {words:g}."
    yield f"Numbers kept for each parameter: {', '.join(optimizer.kept) or 'none'}. Learning rate by default: {optimizer.learning_rate}."
    functions = [x for x in [*own, *vars(cls).values()] if x is cls or inspect.isfunction(x) and x.__name__ != "__init__"]
    yield fence % "\n\n".join(f"class {cls.__name__}:  # in part" if x is cls else _source(x) for x in functions)
    yield "\n".join(_arguments(optimizer))


def _link(chapter):
    """Give a link to a chapter in the copy of the book around the working directory, else in the book; without any, its name."""
    here = pathlib.Path.cwd()
    for path in (folder / name for folder in (here, *here.parents) for name in (chapter.removeprefix("book/"), chapter)):
        if path.is_file():
            return f"[{chapter}]({pathlib.Path(os.path.relpath(path)).as_posix()})"
    return chapter


class Card:
    """What `card` gives: a notebook shows it with formulas, print with the source in their place."""

    def __init__(self, optimizer):
        self.optimizer = optimizer

    def __repr__(self):
        return re.sub(":math:`([^`]*)`", r"\1", "\n\n".join(_parts(self.optimizer, _source, "%s", str)))

    def _repr_markdown_(self):
        parts = _parts(self.optimizer, formula, "```python\n%s\n```", _link)
        return re.sub(":math:`([^`]*)`", r"$\1$", "### " + "\n\n".join(parts))


def card(name):
    """Show the rules, numbers, arguments, paper and chapter of an optimizer; `name` is the one it is registered under, in any case.

    Raises
    ------
    TypeError, ValueError
        If there is no optimizer of this name, or it has no module of its own in mxedu.optimizer.

    Examples
    --------
    >>> from mxedu import lab
    >>> lab.card("adam")  # doctest: +ELLIPSIS
    Adam: adaptive moment estimation
    ...
    """
    optimizer = create(name)
    if type(optimizer).__module__ != f"mxedu.optimizer.{name.lower()}":
        raise ValueError(f"card: {name!r} is of {type(optimizer).__module__}; only optimizers with a module of their own have a card")
    return Card(optimizer)
