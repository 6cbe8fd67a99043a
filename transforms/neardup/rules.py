"""What decides whether two stories are copies: whole numbers, compared by cross-multiplication."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400_000_000  # in microseconds


@dataclass(frozen=True)
class Rules:
    """Thresholds in per cent unless said; every comparison is exact."""

    join_at: int = 58  # of the shorter story's words that the other has: the two are of one cluster
    short: int = 100  # with fewer words than these, three tenths more are asked for every word that is lacking
    prose_at: int = 55  # likewise, of its words outside quotations
    little_prose: int = 20  # with fewer words than these outside quotations, they are not looked at apart
    drop_at: int = 85  # of a member's words that the kept story has: the member is dropped
    sure_at: int = 90  # of the shorter story's words that the other has: dates do not matter
    days: int = 3  # furthest apart that stories of one cluster are published, where both dates are known
    numbers: int = 82  # of the shorter story's numbers: the other has them (those in passages of its own count half)
    long: int = 250  # with more words than these ...
    numbers_of_long: int = 70  # ... so many are enough: a new issue changes nearly all, a desk at work a few
    few_numbers: int = 4  # with fewer numbers than these, more than half are enough
    words_a_number: int = 26  # with more words a number than these, figures are not what the story is about
    keep: str = "longest"  # which story of a cluster: longest, earliest, latest, preferred-sites
    preferred: tuple[int, ...] = ()  # xxh3-64 of the preferred sites, the most preferred first
