"""What decides whether two stories are copies: whole numbers, compared by cross-multiplication."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400_000_000  # in microseconds


@dataclass(frozen=True)
class Rules:
    """Thresholds in per cent unless said; every comparison is exact."""

    join_at: int = 60  # of the shorter story's words that the other has: the two are of one cluster
    drop_at: int = 85  # of a member's words that the kept story has: the member is dropped
    sure_at: int = 90  # similarity from which neither dates nor numbers can say no
    days: int = 3  # furthest apart that stories of one cluster are published, where both dates are known
    numbers: int = 70  # of the fewer numbers of two stories that both have
    few_numbers: int = 3  # with fewer numbers than these in one story, numbers say nothing
