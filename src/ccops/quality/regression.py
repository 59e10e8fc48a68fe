"""Regression of an answer on what happened before it: logistic for yes or no, linear for a score, in plain numpy.

Effects are average marginal effects: how much the mean answer of these very customers would differ. Their standard
errors come by the delta method from the sandwich covariance, which holds where the model's own variance is wrong
(White 1980, Econometrica 48:817; average marginal effects: Cameron & Trivedi 2005, Microeconometrics, ch. 14).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_STEPS = 50
_CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients, the first of them the constant, and their sandwich covariance; `logistic` or linear."""

    beta: Array
    covariance: Array
    logistic: bool

    def mean(self, x: Array) -> tuple[float, Array]:
        """The mean expected answer at rows of drivers (without the constant), and its gradient in the coefficients."""
        design = _with_constant(x)
        expected = _expected(design @ self.beta, self.logistic)
        slope = expected * (1 - expected) if self.logistic else np.ones(len(x))
        gradient: Array = (slope[:, None] * design).mean(axis=0)
        return float(expected.mean()), gradient

    def contrast(self, low: Array, high: Array) -> tuple[float, float]:
        """How much the mean answer differs between two settings of the drivers, row by row, with its standard error."""
        below, from_below = self.mean(low)
        above, from_above = self.mean(high)
        return above - below, self._error(from_above - from_below)

    def slope(self, x: Array, column: int) -> tuple[float, float]:
        """The mean change of the answer per unit of a driver, with its standard error."""
        design, place = _with_constant(x), column + 1
        if not self.logistic:
            return float(self.beta[place]), float(np.sqrt(self.covariance[place, place]))
        p = _expected(design @ self.beta, logistic=True)
        weight, turn = p * (1 - p), p * (1 - p) * (1 - 2 * p)
        gradient = self.beta[place] * (turn[:, None] * design).mean(axis=0)
        gradient[place] += weight.mean()
        return float(self.beta[place] * weight.mean()), self._error(gradient)

    def _error(self, gradient: Array) -> float:
        variance = float(gradient @ self.covariance @ gradient)
        return math.sqrt(max(variance, 0.0))


def logistic(x: Array, y: Array) -> Fit | None:
    """The most likely logistic regression of 0 and 1 on the columns of `x`; None where drivers tell answers apart.

    Newton's method, which is iteratively reweighted least squares (McCullagh & Nelder 1989, ch. 2.5), with steps halved
    while the likelihood falls.
    """
    design = _with_constant(x)
    beta: Array = np.zeros(design.shape[1])
    value = _likelihood(design @ beta, y)
    for _ in range(_STEPS):
        p = _expected(design @ beta, logistic=True)
        bend = design.T @ (design * (p * (1 - p))[:, None])
        if np.linalg.matrix_rank(bend) < len(beta):
            return None
        step = np.linalg.solve(bend, design.T @ (y - p))
        if np.abs(step).max() < _CLOSE:
            return Fit(beta, _sandwich(design, y - p, bend), logistic=True)
        while (better := _likelihood(design @ (beta + step), y)) < value - _CLOSE:
            step = step / 2
        beta, value = beta + step, better
    return None  # each step goes on to infinity


def linear(x: Array, y: Array) -> Fit | None:
    """Least squares of a score on the columns of `x`; None where the columns cannot be told apart."""
    design = _with_constant(x)
    bend = design.T @ design
    if len(y) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    beta = np.asarray(np.linalg.solve(bend, design.T @ y), dtype=np.float64)
    return Fit(beta, _sandwich(design, y - design @ beta, bend), logistic=False)


def _with_constant(x: Array) -> Array:
    return np.column_stack([np.ones(len(x)), x])


def _expected(predictor: Array, logistic: bool) -> Array:
    if not logistic:
        return predictor
    with np.errstate(over="ignore"):  # exp of a large number is infinite, and the share 0
        found: Array = 1 / (1 + np.exp(-predictor))
    return found


def _likelihood(predictor: Array, y: Array) -> float:
    return float(np.sum(y * predictor - np.logaddexp(0, predictor)))


def _sandwich(design: Array, residual: Array, bend: Array) -> Array:
    """Robust covariance with the small-sample factor n / (n - k) (HC1)."""
    n, k = design.shape
    bread = np.linalg.inv(bend)
    scored = design * residual[:, None]
    found: Array = n / (n - k) * bread @ (scored.T @ scored) @ bread
    return found
