"""Expressions of scenario files: what they may say, and that nothing else is let in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.scenario.expression import ExpressionError, parsed

VALUES = {"a": 2.0, "b": -0.5, "kind": "typical_ebs"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", 2.0),
        (" -a + 3 * b ", -3.5),
        ("(a + 3) * b", -2.5),
        ("7 / a / 2", 1.75),
        ("2e-1 + .5", 0.7),
        ("max(a, b, 3) - min(a, b)", 3.5),
        ("abs(b) + sqrt(a * 8)", 4.5),
        ("sin(pi / 6) + cos(pi / 3)", 1.0),
        ("4 * atan(tan(pi / 4)) / pi", 1.0),
        ("+a", 2.0),
        ("kind", "typical_ebs"),
    ],
)
def test_what_may_be_calculated(text: str, value: float | str) -> None:
    found = parsed(text).value(VALUES)
    assert found == value if isinstance(value, str) else found == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no expression"),
        ("a +", "is no expression"),
        ("(" * 280, "is no expression"),
        ("a ** 2", "has 'a ** 2': it may have"),
        ("a // 2", "it may have"),
        ("a % 2", "has '%'"),
        ("a if b else 2", "it may have"),
        ("1if a else 2", "it may have"),
        ("a.real", "has 'a.real'"),
        ("__import__(2)", "it may have"),
        ("max(a)", "it may have"),
        ("sqrt(a, b)", "it may have"),
        ("max(*a, b)", "it may have"),
        ("(a, b)", "it may have"),
        ("1j", "it may have"),
        ("True", "it may have"),
        ("sqrt + 1", "has 'sqrt'"),
        ("a\n+ 1", "has '\\n'"),
        ("a[0]", "has '['"),
        ("a == 2", "has '='"),
        ("'x'", 'has "\'"'),
        ("0x10", "has '0x10', not a plain decimal number"),
        ("a + 1_0", "has '1_0', not a plain decimal number"),
        ("1 + " * 80 + "1", "is longer than 300 characters"),
    ],
)
def test_what_may_not_is_said(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parsed(text)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 / (a - 2)", "cannot be calculated (float division by zero)"),
        ("sqrt(b)", "cannot be calculated (math domain error)"),
        ("1e308 * 10", "is no finite number"),
        ("1e999", "is no finite number"),
        ("c + 1", "names c, which is no parameter"),
        ("kind + 1", "calculates with kind, which is a text"),
    ],
)
def test_what_has_no_value_is_said(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parsed(text).value(VALUES)
    assert says in str(error.value)


def test_the_parameters_it_names() -> None:
    assert parsed("max(a, 2 * b) + pi").names == {"a", "b"}


NUMBERS = st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 3))
LEAVES = NUMBERS.map(lambda x: (f"({x!r})", x)) | st.sampled_from([("a", 2.0), ("b", -0.5), ("pi", math.pi)])
Pair = tuple[str, float]


def combined(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    two = st.tuples(inner, inner)
    return (
        two.map(lambda p: (f"({p[0][0]} + {p[1][0]})", p[0][1] + p[1][1]))
        | two.map(lambda p: (f"({p[0][0]} - {p[1][0]})", p[0][1] - p[1][1]))
        | two.map(lambda p: (f"{p[0][0]} * {p[1][0]}", p[0][1] * p[1][1]))
        | two.map(lambda p: (f"max({p[0][0]}, {p[1][0]})", max(p[0][1], p[1][1])))
        | inner.map(lambda p: (f"abs({p[0]})", abs(p[1])))
        | inner.map(lambda p: (f"-({p[0]})", -p[1]))
    )


@given(st.recursive(LEAVES, combined, max_leaves=8).filter(lambda pair: len(pair[0]) <= 300))
def test_any_expression_has_the_value_it_was_built_with(pair: Pair) -> None:
    text, value = pair
    assert parsed(text).value(VALUES) == pytest.approx(value)


@given(st.text(max_size=60) | st.text("ab+-*/(). 0123456789,eEjxif_", max_size=60))
def test_no_text_at_all_makes_anything_but_a_number_or_a_sentence(text: str) -> None:
    try:
        found = parsed(text).value(VALUES)
    except ExpressionError as error:
        assert str(error)  # noqa: PT017 - most texts are none, some are
    else:
        assert isinstance(found, str) or math.isfinite(found)


def test_an_expression_is_understood_once_for_all_values(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = parsed("2 * once_m + min(once_m, 1)")
    monkeypatch.setattr("hil.scenario.expression.ast", None)
    assert [twice.value({"once_m": value}) for value in (0.5, 3.0)] == [1.5, 7.0]
