"""A range of numbers on the command line that nan is outside of."""

import math
from typing import Any

import click


class FiniteRange(click.FloatRange):
    """Click lets nan through, for it is neither below nor above."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; refused where it is none."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number
