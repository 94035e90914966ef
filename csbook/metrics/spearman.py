"""Spearman's rank correlation over counted pairs, with its two-sided p: exact sums, so that the figure is the same in every run."""

from __future__ import annotations

import math

import pandas as pd


def spearman(one: pd.Series[float], other: pd.Series[float], n: pd.Series[int]) -> tuple[float | None, float | None]:
    """rho and p of pairs that stand `n` times each; ties have the mean of their ranks. None where one side never changes.

    p is that of Student's t with n − 2 degrees of freedom, as scipy.stats.spearmanr gives it.
    """
    count = int(n.sum())
    # whole numbers: twice the rank, less twice the mean of all ranks
    ranks = [_doubled(each, n) - (count + 1) for each in (one, other)]
    squares = [sum(int(weight) * int(rank) ** 2 for weight, rank in zip(n, each, strict=True)) for each in ranks]
    if not all(squares):
        return None, None
    product = sum(int(weight) * int(a) * int(b) for weight, a, b in zip(n, *ranks, strict=True))
    rho = product / math.sqrt(squares[0] * squares[1])
    return max(-1.0, min(1.0, rho)), _two_sided(min(1.0, abs(rho)), count - 2)


def _doubled(values: pd.Series[float], n: pd.Series[int]) -> pd.Series[int]:
    """Twice the mean rank of each value."""
    counts = n.groupby(values).sum().sort_index()
    return values.map(2 * counts.cumsum() - counts + 1)


def _two_sided(sine: float, degrees: int) -> float:
    """1 − A(t | degrees) of Abramowitz & Stegun 26.7.3–4, where tan θ = t / √degrees, so that sin θ is |rho|."""
    square = 1 - sine * sine
    odd = degrees % 2
    term, total = 1.0, 0.0
    for k in range(1, (degrees - odd) // 2 + 1):
        total += term
        if term < 1e-18:
            break
        term *= square * ((2 * k) / (2 * k + 1) if odd else (2 * k - 1) / (2 * k))
    if odd:
        return max(0.0, 1 - 2 / math.pi * (math.asin(sine) + sine * math.sqrt(square) * total))
    return max(0.0, 1 - sine * total)
