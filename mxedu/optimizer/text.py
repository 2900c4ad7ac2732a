"""Reading the text of a rule: what may stand in it, and the words for what may not."""

import ast
import inspect
import textwrap

__all__ = ["read", "refusal"]

# The functions a rule may call, with the number of their arguments.
ARITY = {"sqrt": 1, "abs": 1, "sign": 1, "min": 2, "max": 2}
OPERATORS = ast.Add, ast.Sub, ast.Mult, ast.Div

BRANCH = "branches: use min, max, abs or sign"
LOOP = "loops: a rule updates one weight; the loop over weights is in kernel.py"
REMEDIES = {
    ast.Constant: "holds the literal {text}: a number in the text is float64 to Numba and float32 to NumPy; pass it in from scalars()",
    ast.If: BRANCH,
    ast.IfExp: BRANCH,
    ast.BoolOp: BRANCH,
    ast.Compare: "compares: use min, max, abs or sign",
    ast.For: LOOP,
    ast.While: LOOP,
    ast.Attribute: "uses {text}: only the bare names sqrt, abs, min, max and sign work on numbers, arrays and symbols alike",
    ast.Subscript: "uses {text}: a rule sees one weight; give each number a name of its own",
    ast.AugAssign: "updates in place: on arrays that would write to the caller's; write m = beta * m for m *= beta",
}
POWER = "has a power: write g * g for g**2 and sqrt(x) for x**0.5; compute powers of constants in scalars()"
ALLOWED = "only assignments, + - * /, sqrt, abs, min, max, sign and one return are allowed"


def refusal(f, node, why):
    """Give the error for a text that is no rule: the function's name, the line, what is wrong and what to write instead."""
    return ValueError(f"the rule {f.__name__}: {why}" if node is None else f"the rule {f.__name__}, line {node.lineno}, {why}")


def read(f, outputs):
    """Check the text of a function; give the names of its parameters.

    Parameters
    ----------
    f : function
        Defined with def, in a file or a notebook cell.
    outputs : int
        How many numbers it must return.

    Raises
    ------
    ValueError
        If it holds anything but assignments to names, + - * /, sqrt, abs, min, max, sign, and one return.
    """
    function = _parse(f)
    a = function.args
    if a.defaults or a.kwonlyargs or a.vararg or a.kwarg:
        raise refusal(f, None, "only plain parameters, without defaults or stars: scalars() gives all of them")
    parameters = tuple(p.arg for p in a.posonlyargs + a.args)
    for name in ARITY:
        if name in parameters:
            raise refusal(f, None, f"gives the name {name} another meaning: call the parameter something else")
    if f.__code__.co_freevars:
        free = ", ".join(f.__code__.co_freevars)
        raise refusal(f, None, f"takes {free} from the function around it: import or define it at module level")
    known = set(parameters)
    body = function.body if ast.get_docstring(function, clean=False) is None else function.body[1:]
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                _expression(f, value, known)
                if name in ARITY:
                    raise refusal(f, statement, f"gives the name {name} another meaning")
                known.add(name)
            case ast.Return(value=ast.expr() as value) if statement is body[-1]:
                results = value.elts if isinstance(value, ast.Tuple) and len(value.elts) > 1 else [value]
                for result in results:
                    _expression(f, result, known)
                if len(results) != outputs:
                    raise refusal(f, statement, f"returns {len(results)} numbers instead of {outputs}: the weight, then each state")
                return parameters
            case _:
                raise _forbidden(f, statement)
    raise refusal(f, None, "it must end in a return")


def _parse(f):
    if not inspect.isfunction(f) or hasattr(f, "__wrapped__"):
        raise TypeError(f"a rule is made of a plain function, with no other decorator on it, not of {f!r}")
    if f.__name__ == "<lambda>":
        raise refusal(f, None, "write it as a function with def")
    try:
        function = ast.parse(textwrap.dedent(inspect.getsource(f))).body[0]
    except (OSError, SyntaxError):
        function = None
    # What was made by exec has no source; where inspect then finds another text (Python 3.13 keeps that of `python -c`), do not read it.
    if not isinstance(function, ast.FunctionDef) or function.name != f.__name__:
        raise refusal(f, None, "its source cannot be found; define it in a file or a notebook cell, where it can be read")
    return function


def _expression(f, node, known):
    """Refuse an expression that is not made of known names, the four operators and the five functions."""
    match node:
        case ast.Name(id=name):
            if name not in known:
                raise refusal(f, node, f"uses the unknown name {name}; known are {', '.join(sorted(known))}: pass more from scalars()")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _expression(f, operand, known)
        case ast.BinOp(op=ast.Pow()):
            raise refusal(f, node, POWER)
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, OPERATORS):
            _expression(f, left, known)
            _expression(f, right, known)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in ARITY:
            if len(arguments) != ARITY[name]:
                raise refusal(f, node, f"calls {name} with {len(arguments)} arguments instead of {ARITY[name]}")
            for argument in arguments:
                _expression(f, argument, known)
        case ast.Call(func=ast.Name(id=name)):
            raise refusal(f, node, f"calls the unknown function {name}: a rule may call {', '.join(ARITY)}")
        case ast.Call(func=function):
            raise _forbidden(f, function)
        case _:
            raise _forbidden(f, node)


def _forbidden(f, node):
    """Give the error for a kind of text that no rule may hold."""
    text = ast.unparse(node)
    return refusal(f, node, REMEDIES.get(type(node), f"holds `{text}`: {ALLOWED}").format(text=text))
