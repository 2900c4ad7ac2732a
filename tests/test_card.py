r"""The cards of the optimizers. Their LaTeX is read back by an evaluator of its own, and must give the numbers that the rule gives."""

import importlib
import inspect
import re

import numpy as np
import pytest

from mxedu import lab, nd, optimizer
from mxedu.lab.card import formula, symbol
from mxedu.optimizer import rule, sign, sqrt
from mxedu.optimizer.rule import Rule, Scalar

REGISTRY = optimizer.Optimizer.opt_registry
NAMES = sorted(name for name, cls in REGISTRY.items() if cls.__module__ == f"mxedu.optimizer.{name}")
FIXED = {"zero": 0.0, "half": 0.5, "one": 1.0}
ALSO = {"eps": "epsilon"}  # names that have the symbol of another


def module(name):
    return importlib.import_module(f"mxedu.optimizer.{name}")


def outputs(scalar):
    return ("w", *scalar.states) if isinstance(scalar, Rule) else (scalar.__name__,)


SHIPPED = [
    pytest.param(x, id=f"{name}-{x.__name__}")
    for name in [*NAMES, "prologue"]
    for x in vars(module(name)).values()
    if isinstance(x, Scalar) and x.__module__ == module(name).__name__
]


@rule("m", "v")
def traps(w, g, m, v, lr_t, beta1, m_corr, half, one):
    """Everything that needs brackets, and what needs none."""
    m = -(w - m) - (g - (beta1 - w)) - -g + half * (m + g) * (m + g)  # (1)
    v = -(m + v) * -g / (lr_t / (m / v) / beta1) * (g * v) / half - w * (-m * g)  # (2)
    g = sqrt(abs(m - v)) * min(g, -w) * (g * g) - max(sign(m) * v, m_corr - g) + m / v * (m / v)  # (13), with a remark
    return (one - lr_t) / m * g, w, v + (m / v) * (m / v)


# The evaluator: it knows nothing of the text in Python, only how a reader takes the signs.

SYMBOL = r"\\(?:hat|bar)\{[a-z]\}|\\mathit\{[^}]*\}|(?:\\[a-z]+|[a-z])(?:_\w)?"
TOKEN = rf"\\(?:left|right)[(|)]|\\(?:frac|sqrt|min|max)\b|\\frac(?=\d)|\\operatorname\{{sign\}}|{SYMBOL}|\d|[-+^{{}},]"
FUNCTIONS = {r"\min": min, r"\max": max, r"\operatorname{sign}": np.sign}


def name(symbol):
    """Give the name that a symbol stands for."""
    if symbol.startswith(r"\mathit"):
        return symbol[len(r"\mathit{") : -1].replace(r"\_", "_")
    if accent := re.fullmatch(r"\\(hat|bar)\{(.)\}", symbol):
        return f"{accent[2]}_{accent[1]}"
    base, below = re.fullmatch(r"\\?([a-z]+)_?(\d|t)?", symbol).groups()
    return {"eta": "lr", "lambda": "lamda"}.get(base, base) + {None: "", "t": "_t"}.get(below, below)


class Reader:
    """Gives the values of LaTeX expressions, separated by commas."""

    def __init__(self, text, values):
        text = re.sub(r"\\[,;]|\\cdot", " ", text)
        assert not re.sub(TOKEN, "", text).strip(), f"not understood: {text}"
        self.tokens, self.values = re.findall(TOKEN, text), values

    def take(self, *wanted):
        return self.tokens.pop(0) if self.tokens and (not wanted or self.tokens[0] in wanted) else None

    def all(self, *closing):
        results = [self.sum()]
        while self.take(","):
            results.append(self.sum())
        assert self.take(*closing) if closing else not self.tokens, f"ends before {self.tokens}"
        return results

    def sum(self):
        total, sign = 0.0, self.take("+", "-") or "+"
        while sign:
            product = self.factor()
            while self.tokens and self.tokens[0] not in ("+", "-", ",", "}", r"\right)", r"\right|"):
                product = product * self.factor()
            total = total + product if sign == "+" else total - product
            sign = self.take("+", "-")
        return total

    def factor(self):
        simple = self.tokens[0] == r"\left(" or re.fullmatch(SYMBOL, self.tokens[0])
        base = self.atom()
        if not self.take("^"):
            return base
        assert simple, "of what is this a power?"
        return base ** int(self.take())

    def atom(self):
        token = self.take()
        if token in FUNCTIONS:
            assert self.take(r"\left(")
            return FUNCTIONS[token](*self.all(r"\right)"))
        if token in ("{", r"\left("):
            return self.all("}", r"\right)")[0]
        if token == r"\left|":
            return abs(self.all(r"\right|")[0])
        if token == r"\sqrt":
            return np.sqrt(self.atom())
        if token == r"\frac":
            return self.atom() / self.atom()
        return float(token) if token.isdigit() else self.values[name(token)]


def evaluate(text, values):
    """Do what the lines of a display say, one after the other, to a dict of values."""
    for line in text.removeprefix("\\begin{align*}\n").removesuffix("\n\\end{align*}").split("\\\\\n"):
        left, right = re.sub(r"\\tag\{\w+\}", "", line).split(r"&\leftarrow")
        values.update(zip([name(x.strip()) for x in left.split(",")], Reader(right, values).all(), strict=True))


def same(scalar, text):
    """Whether LaTeX gives the numbers that the function gives, at forty points of mixed signs."""
    rng = np.random.default_rng(0)
    for _ in range(40):
        numbers = [FIXED.get(p, rng.standard_normal()) for p in scalar.parameters]
        values = dict(zip([ALSO.get(p, p) for p in scalar.parameters], numbers, strict=True))
        with np.errstate(all="ignore"):
            expected = scalar(*map(np.float64, numbers))
            evaluate(text, values)
        if not np.allclose([values[x] for x in outputs(scalar)], expected, rtol=1e-9, atol=1e-12, equal_nan=True):
            return False
    return True


@pytest.mark.parametrize("scalar", [traps, *SHIPPED])
def test_the_latex_means_the_rule(scalar):
    assert same(scalar, formula(scalar, *outputs(scalar)))
    assert len({symbol(p) for p in scalar.parameters}) == len(scalar.parameters)


SLIPS = [
    (r"\+", "-"), (r"(?<!\w)-", "+"), (r"\^2", ""), (r"\\frac(?={)", ""), (r"\\sqrt", ""), (r"\\min", r"\\max"), (r"\\max", r"\\min"),
    (r"\\operatorname\{sign\}", ""), (r"\bg\b(?! &)", "w"), (r"\bv\b(?! &)", "g"), (r"\\beta_1", "1"), (r"\b1 -", r"\\eta_t -"),
]  # fmt: skip


@pytest.mark.parametrize("scalar", [traps, module("adam").adam, module("sgd").momentum])
def test_one_wrong_token_in_the_latex_is_noticed(scalar):
    text = formula(scalar, *outputs(scalar))
    wrong = [text[: m.start()] + m.expand(new) + text[m.end() :] for old, new in SLIPS for m in re.finditer(old, text)]
    assert len(wrong) >= 3 and not [x for x in wrong if same(scalar, x)]


def test_the_notation_is_the_books():
    assert formula(module("adam").adam, "w", "m", "v").splitlines()[1:-1] == [
        r"m &\leftarrow \beta_1\, m + \left(1 - \beta_1\right)\, g \tag{1} \\",
        r"v &\leftarrow \beta_2\, v + \left(1 - \beta_2\right)\, g^2 \tag{2} \\",
        r"w &\leftarrow w - \frac{\eta_t\, m}{\sqrt{v} + \epsilon} \tag{4}",
    ]
    assert [symbol(x) for x in ("lr", "mu", "mom", "eps", "half", "m_corr", "v_hat", "eta")] == [
        r"\eta", r"\mu", r"\mathit{mom}", r"\epsilon", r"\frac12", r"\mathit{m\_corr}", r"\hat{v}", r"\mathit{eta}",
    ]  # fmt: skip


def test_the_head_of_a_card(monkeypatch):
    text = lab.card("signum")._repr_markdown_()
    assert text.startswith("### Signum and signSGD: steps of one size, in the direction of the signs\n\nBernstein, ")
    assert optimizer.Signum.prologue.__doc__ in text and " c is `clip_gradient` (infinite for none) and wd is the weight decay" in text
    monkeypatch.setattr(module("adam"), "__doc__", "Adam.\n\nWith :math:`g_t` and\n:math:`m`.\n")
    assert lab.card("adam")._repr_markdown_().startswith("### Adam\n\nWith $g_t$ and\n$m$.\n\n")
    assert repr(lab.card("adam")).startswith("Adam\n\nWith g_t and\nm.\n\n")
    assert re.findall(r"tag\{(\w+)\}", formula(traps, *outputs(traps))) == ["1", "2", "13"]


@pytest.mark.parametrize("name", NAMES)
def test_each_numbered_line_stands_on_the_card_once(name):
    """And each equation of the docstring is named by rules and code: layer-wise steps name theirs in the words of `move`."""
    source = inspect.getsource(module(name))
    if not [x for x in vars(module(name)).values() if isinstance(x, Rule) and x.__module__ == module(name).__name__]:
        source += inspect.getsource(REGISTRY[name].rule.__wrapped__)
    lines = re.findall(r"# .*?\((\d+)\)", source)
    for text in lab.card(name)._repr_markdown_(), repr(lab.card(name)):
        body = text[text.index("The gradient, by") : text.index("| argument |")]
        assert sorted(re.findall(r"(?:\\tag\{|# .*?\()(\d+)[)}]", body)) == sorted(lines) != []
        assert set(re.findall(r"\\tag\{(\d+)\}", module(name).__doc__)) <= set(re.findall(r"[({](\d+)[)}]", body))


@pytest.mark.parametrize("name", NAMES)
def test_arguments_and_their_defaults(name):
    """Names are those of the signature, and defaults are as the docstring's types promise them."""
    cls, text = REGISTRY[name], lab.card(name)._repr_markdown_()
    shown = {}
    for row in (row.split("|") for row in text.splitlines() if row.startswith("| `")):
        assert len(row) == 5 and row[3].strip()
        if "**kwargs" not in row[1]:
            shown |= dict(zip(re.findall("`(.*?)`", row[1]), re.findall("`(.*?)`", row[2]), strict=True))
    own = vars(cls).get("__init__", lambda self: None)  # SGLD has none
    assert set(inspect.signature(own).parameters) - {"self", "kwargs", "learning_rate"} <= set(shown)
    assert f"Learning rate by default: {cls().learning_rate}." in text
    for heads, promised in re.findall(r"^    (\w.*?) : .*, default (.*)$", cls.__doc__, re.M):
        defaults = [eval(shown[argument]) for argument in heads.split(", ")]
        assert defaults == [eval(x) for x in promised.split(" and ")] or set(defaults) == {eval(promised)}


def test_a_card_as_text_holds_the_source():
    text, sgd = repr(lab.card("SGD")), module("sgd")
    for function in sgd.momentum.__wrapped__, optimizer.clip_then_decay.__wrapped__, sgd.momentum_scalars, sgd.SGD.scalars:
        assert inspect.getsource(function) in text
    assert "leftarrow" not in text


@pytest.mark.parametrize("name", NAMES)
def test_states_are_as_many_as_are_made(name):
    made, text = REGISTRY[name](), lab.card(name)._repr_markdown_()
    state = made.create_state(0, nd.zeros((100, 100)))
    parts = state if isinstance(state, tuple) else () if state is None else (state,)
    said = text[text.index(f".{made.rule.__name__}`:") :]
    states, words = re.search(r"States: (.*)\. Words per weight, in a 100 x 100 matrix: (.*)\.", said).groups()
    arrays = [x for x in parts if isinstance(x, nd.NDArray)]
    assert float(words) == sum(x.size for x in arrays) / 10000 and len(states.replace("none", "").split()) == len(arrays)
    kept = [key for x in parts if isinstance(x, dict) for key in x]
    assert f"Numbers kept for each parameter: {', '.join(kept) or 'none'}." in text


def test_a_card_says_the_states_of_each_rule():
    text = lab.card("sgd")._repr_markdown_()
    assert text.index("`sgd.sgd`") < text.index("States: none.") < text.index("`sgd.momentum`") < text.index("States: mom.")


def test_the_chapter_is_a_link_from_where_the_reader_is(tmp_path, monkeypatch):
    """In the reader's copy of the book the link stays in the copy: Jupyter serves nothing outside it."""
    folder = tmp_path / "mybook" / "optimizers"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert "Chapter: book/optimizers/adam.ipynb.\n" in lab.card("adam")._repr_markdown_()
    (folder / "adam.ipynb").touch()
    assert "Chapter: [book/optimizers/adam.ipynb](adam.ipynb).\n" in lab.card("adam")._repr_markdown_()
    monkeypatch.chdir(tmp_path / "mybook")
    assert "Chapter: [book/optimizers/adam.ipynb](optimizers/adam.ipynb).\n" in lab.card("adam")._repr_markdown_()
    (tmp_path / "book" / "optimizers").mkdir(parents=True)
    (tmp_path / "book" / "optimizers" / "sgd.ipynb").touch()
    monkeypatch.chdir(tmp_path)
    assert "](book/optimizers/sgd.ipynb).\n" in lab.card("sgd")._repr_markdown_()


def test_names_without_a_card(monkeypatch):
    with pytest.raises(ValueError, match=r"'adm' is unknown. Did you mean 'adam'\? Registered are .*adam, .*sgd"):
        lab.card("adm")
    with pytest.raises(TypeError, match="must be a name"):
        lab.card(3)
    monkeypatch.setitem(REGISTRY, "mine", type("Mine", (optimizer.SGD,), {}))
    with pytest.raises(ValueError, match="'mine' is of .*test_card; only optimizers with a module of their own"):
        lab.card("mine")
