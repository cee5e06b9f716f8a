"""Exact false-alarm rates of X > alpha T: X the noise of a cell, T what its training cells say.

X is power summed over M channels, a sum of M exponentials. A mean T of n cells is a quadratic form of complex
normal noise, however alike windows make the cells; so its law follows from eigenvalues (Turin, Biometrika 47,
1960).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy import optimize, special

Law = Callable[[float], float]  # alpha -> false-alarm rate

GRID = 4096
MOST_TERMS = 200  # of the Laguerre series below


def mean_law(covariance: NDArray[np.float64], channels: int) -> Law:
    """T is the mean of the cells 1... of `covariance`; cell 0 is the one under test.

    X - alpha T is a quadratic form with one positive eigenvalue l and others -l v_j. So it is positive when
    one sum of M exponentials exceeds sum_j v_j G_j of others, and the chance of that is the sum of the first
    M coefficients of prod_j (1 + v_j (1 - t))^-M as a series in t. The form is a diagonal and a matrix of
    rank one, so the product needs no eigenvalues but those of `covariance`, whatever alpha.
    """
    cells = len(covariance) - 1
    values, vectors = np.linalg.eigh(covariance)
    values = np.maximum(values, 0.0)
    own = values * vectors[0] ** 2

    def rate(alpha: float) -> float:
        share = alpha / cells

        # 1 / l: where 1 = u (1 + share) sum_i own_i / (1 + u share value_i), which rises with u from 0.
        def short(u: float) -> float:
            return u * (1 + share) * float(np.sum(own / (1 + u * share * values))) - 1

        root = float(optimize.brentq(short, 0.0, 1e12, xtol=1e-13, rtol=1e-13))
        ends = root * share * values
        poles = ends / (1 + ends)
        weights = root * (1 + share) * own / (1 + ends) ** 2
        powers = poles ** np.arange(channels)[:, None]
        return _first_terms(float(np.sum(np.log1p(ends))), powers @ poles, powers @ weights, channels)

    return rate


def _first_terms(
    log_front: float, sums: NDArray[np.float64], rest: NDArray[np.float64], channels: int
) -> float:
    """Sum of the first M coefficients of (e^log_front prod_i (1 - p_i t) sum_k rest_k t^k)^-M.

    `sums` are sum_i p_i^k, k = 1 ... M.
    """
    slopes = np.empty(channels)  # of the logarithm: coefficients of its derivative
    terms = [float(np.exp(-channels * (log_front + np.log(rest[0]))))]
    logs = np.empty(channels)  # k x the coefficients of log sum rest_k t^k, by Newton's identities
    for k in range(1, channels):
        logs[k] = (k * rest[k] - np.dot(logs[1:k], rest[k - 1 : 0 : -1])) / rest[0]
        slopes[k] = channels * (sums[k - 1] - logs[k])
        terms.append(sum(slopes[j] * terms[k - j] for j in range(1, k + 1)) / k)
    return sum(terms)


@dataclass(frozen=True, slots=True)
class Spread:
    """Density of some level in noise on an even grid; the mean noise power is 1."""

    level: NDArray[np.float64]
    density: NDArray[np.float64]

    def mean(self) -> float:
        """Expected level."""
        return float(np.sum(self.level * self.density) * (self.level[1] - self.level[0]))

    def law(self, channels: int) -> Law:
        """False-alarm rate where the level is independent of the cell under test."""
        step = self.level[1] - self.level[0]

        def rate(alpha: float) -> float:
            over = special.gammaincc(channels, channels * alpha * self.level)
            return float(np.sum(over * self.density) * step)

        return rate


def greater_or_smaller(
    one: NDArray[np.float64], other: NDArray[np.float64], channels: int, greater: bool
) -> Spread:
    """Of the greater or the smaller mean of two independent halves, given the covariances of their cells."""
    parts = [_parts(half, channels) for half in (one, other)]
    # Far enough that nothing wraps around: the tail falls like exp(-t / largest part).
    end = max(1 + 10 * np.sqrt(channels * np.sum(p**2)) + 40 * p.max() for p in parts)
    step = end / GRID
    density = [_density(p, channels, end) for p in parts]
    below = [np.clip((np.cumsum(d) - 0.5 * d) * step, 0.0, 1.0) for d in density]
    beside = below if greater else [1 - b for b in below]
    return Spread(np.arange(GRID) * step, density[0] * beside[1] + density[1] * beside[0])


def _parts(covariance: NDArray[np.float64], channels: int) -> NDArray[np.float64]:
    """The mean over these cells and the channels is a sum of so large parts, each times M exponentials."""
    values = np.maximum(np.linalg.eigvalsh(covariance), 0.0)
    return np.asarray(values / (len(covariance) * channels))


def _density(parts: NDArray[np.float64], channels: int, end: float) -> NDArray[np.float64]:
    """On an even grid from 0 up to `end`, from the characteristic function."""
    omega = 2 * np.pi / end * np.arange(GRID // 2 + 1)
    logs = np.sum(np.log1p(-1j * omega[:, None] * parts), axis=1)
    density = scipy.fft.irfft(np.exp(-channels * logs).conj(), GRID) * GRID / end
    return np.asarray(np.maximum(density, 0.0))


def ordered_spread(pairs: NDArray[np.float64], rank: int, channels: int) -> Spread:
    """Of the `rank`-th smallest cell; `pairs` is the squared covariance of the cells (n, n).

    For independent cells F(T) is Beta(rank, n + 1 - rank), exactly. Of cells that are a little alike the
    share below a level scatters more, by I; that widens the Beta, and moves its mean by half the slope of
    the excess variance p (1 - p) (I - 1) / n (the second term of the expansion of a quantile).
    """
    cells = len(pairs)
    share = rank / (cells + 1)
    near = [share - 0.005, share, share + 0.005]
    inflation = [_share_inflation(pairs, p, channels) for p in near]
    excess = [p * (1 - p) * (i - 1) / cells for p, i in zip(near, inflation, strict=True)]
    share += (excess[2] - excess[0]) / 0.01 / 2
    effective = (cells + 2) / inflation[1] - 2
    low, high = special.gammaincinv(channels, [1e-9, 1 - 1e-9]) / channels
    level = np.linspace(low, high, GRID)
    below = special.gammainc(channels, channels * level)
    a, b = share * (effective + 1), (1 - share) * (effective + 1)
    logs = special.xlogy(a - 1, below) + special.xlog1py(b - 1, -below) - special.betaln(a, b)
    cell = channels**channels * np.exp(
        special.xlogy(channels - 1, level) - channels * level - special.gammaln(channels)
    )
    return Spread(level, np.exp(logs) * cell)


def _share_inflation(pairs: NDArray[np.float64], share: float, channels: int) -> float:
    """Variance of the share of cells below the `share` quantile over what independent cells would give.

    Two sums of M exponentials of squared correlation r have a joint density with the Laguerre series
    sum_k r^k k! / (M)_k L_k(x) L_k(y) (Wicksell and Kibble), which integrates term by term.
    """
    at = float(special.gammaincinv(channels, share))
    alike, count = np.unique(np.round(pairs, 12), return_counts=True)
    order = np.arange(1, MOST_TERMS)
    laguerre = special.eval_genlaguerre(order - 1, channels, at)
    front = channels * np.log(at) - at - special.gammaln(channels)
    logs = special.gammaln(order + 1) + special.gammaln(channels) - special.gammaln(channels + order)
    terms = np.exp(logs + 2 * front) * (laguerre / order) ** 2 / (share * (1 - share))
    series = (alike[:, None] ** order) @ terms
    return float(np.sum(count * np.where(alike > 1 - 1e-9, 1.0, series)) / len(pairs))


def solved(law: Law, false_alarm: float, near: float) -> float:
    """The alpha that has that rate, sought within e^-8 to e^3 of `near`."""

    def miss(log_alpha: float) -> float:
        return float(np.log(law(float(np.exp(log_alpha))) / false_alarm))

    start = float(np.log(near))
    return float(np.exp(optimize.brentq(miss, start - 8, start + 3, xtol=1e-8)))
