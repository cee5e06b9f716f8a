"""`= 2 * gap_m + sin(pi / 6)`: what a scenario file may calculate. Never `eval`; nothing else is let in."""

import ast
import math
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

Value = float | str
Values = Mapping[str, Value]
Calculation = Callable[[Values], float]

LONGEST = 300  # characters; it bounds depth and work as well
ALLOWED = re.compile(r"[A-Za-z0-9_+\-*/()., ]*")
NOT_DECIMAL = re.compile(r"\b(0[xXoObB]\w*|\d+_\w*)", re.ASCII)  # Python's 0x10 and 1_0
CONSTANTS = {"pi": math.pi}
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
ONE: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "atan": math.atan,
}
SEVERAL: dict[str, Callable[[list[float]], float]] = {"min": min, "max": max}
RESERVED = frozenset({*CONSTANTS, *ONE, *SEVERAL})
KNOWN = "+ - * / ( ), numbers, pi, min, max, abs, sqrt, sin, cos, tan, atan and parameters"


class ExpressionError(ValueError):
    """Not an expression, or it has no value; the text continues "KEY ..."."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression."""

    text: str
    names: frozenset[str]  # of parameters
    _only: str | None  # the name that is all of it
    _calculate: Calculation = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[str], "Expression"], tuple[str]]:
        """Another process understands the text anew."""
        return parsed, (self.text,)

    def value(self, values: Values) -> Value:
        """A finite number, or the text of the one parameter it names."""
        if self._only is not None and isinstance(text := values.get(self._only), str):
            return text
        try:
            found = float(self._calculate(values))
        except (ZeroDivisionError, ValueError, OverflowError) as error:
            if isinstance(error, ExpressionError):
                raise
            raise ExpressionError(f"cannot be calculated ({error})") from error
        if not math.isfinite(found):
            raise ExpressionError("is no finite number")
        return found


@lru_cache(maxsize=4096)
def parsed(text: str) -> Expression:
    """An expression without its leading `=`; raises ExpressionError for whatever is not one."""
    if len(text) > LONGEST:
        raise ExpressionError(f"is longer than {LONGEST} characters")
    strange = ALLOWED.sub("", text)
    if strange:
        raise ExpressionError(f"has {strange[0]!r}: it may have {KNOWN}")
    if written := NOT_DECIMAL.search(text):
        raise ExpressionError(f"has {written[0]!r}, not a plain decimal number")
    try:
        with warnings.catch_warnings(action="ignore"):  # Python warns of `1if`, which is refused below
            root = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("is no expression") from error
    names = frozenset(_names(root))  # before it is understood: it refuses what cannot be
    only = root.id if isinstance(root, ast.Name) else None
    return Expression(text.strip(), names, only, _calculation(root))


def _names(node: ast.expr) -> set[str]:
    """Parameters it uses; refuses whatever is not on the list."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return set()
        case ast.Name(id=name) if name not in RESERVED - set(CONSTANTS):
            return set() if name in CONSTANTS else {name}
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=of):
            return _names(of)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _names(left) | _names(right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if _takes(name, len(args)):
            return set().union(*map(_names, args))
    raise ExpressionError(f"has {ast.unparse(node)!r}: it may have {KNOWN}")


def _takes(name: str, count: int) -> bool:
    return (name in ONE and count == 1) or (name in SEVERAL and count >= 2)


def _calculation(node: ast.expr) -> Calculation:
    """Once for all values: a file's figures are calculated at every end and corner of its parameters."""
    match node:
        case ast.Constant(value=int() | float() as written):
            return lambda _values: float(written)  # here: a whole number may be too large for it
        case ast.Name(id=name):
            return lambda values: _named(name, values)
        case ast.UnaryOp(op=op, operand=operand):
            of = _calculation(operand)
            return (lambda values: -of(values)) if isinstance(op, ast.USub) else of
        case ast.BinOp(left=left, op=op, right=right):
            does, one, other = OPERATORS[type(op)], _calculation(left), _calculation(right)
            return lambda values: does(one(values), other(values))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _called(name, [_calculation(arg) for arg in args])
    raise AssertionError(ast.dump(node))  # _names has let it in


def _called(name: str, args: list[Calculation]) -> Calculation:
    if name in ONE:
        does_one, (arg,) = ONE[name], args
        return lambda values: does_one(arg(values))
    does = SEVERAL[name]
    return lambda values: does([arg(values) for arg in args])


def _named(name: str, values: Values) -> float:
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name not in values:
        raise ExpressionError(f"names {name}, which is no parameter above it")
    value = values[name]
    if isinstance(value, str):
        raise ExpressionError(f"calculates with {name}, which is a text")
    return value
