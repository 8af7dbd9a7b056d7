"""From sums of weights to a probability. Reach for it to turn an alignment and evidence into a score.

Two situations ask two questions. *Two parties side by side*: are these the same? The prior is even, and a frequent
name that agrees in every part still agrees. *A search of a list*: is this customer that listed party? Among
many entries and an ordinary population, chance alone gives agreement on frequent names, so rarity counts in full.
The weights of :mod:`tajfif.screening.score` are in nats, so that each prior is all that the two questions differ in.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tajfif.model import Evidence
from tajfif.screening.score import AGREEMENT, CHEAPEST, Alignment

__all__ = [
    "LEAST_CONTRADICTION",
    "UNSUPPORTED",
    "Terms",
    "calibrated",
    "field_terms",
    "frequency_weight",
    "is_supported",
    "least_agreement",
    "logit_of",
    "most_in_search",
    "pair_logit",
    "pair_terms",
    "probability",
    "search_logit",
    "search_terms",
]

PAIR_PRIOR = -6.0
"""Log-odds before anything is known of two parties put side by side."""
ENOUGH = 11.0
"""Most that agreement can weigh side by side: a long chain that agrees does not make up for one link that contradicts."""
BEYOND_ENOUGH = 0.1
"""What agreement beyond that still weighs."""
DOUBT = -9.0
"""What a spelling that the lexicon does not know costs side by side, where it falls all short of agreeing letter for letter: among near
names a letter's difference is more often another name than a slip."""
DECISIVE = 10.0
LEAST_WHERE_DECIDED = -8.0
"""An identifier of this weight decides, and then this is the least that names can weigh."""
SUPPORT = 1.0
UNSUPPORTED = -1.5
"""Least sum of fields that supports a name, and the log-odds above which an unsupported weak alias does not rise."""
FREQUENT, FREQUENT_SLOPE = 9.3, 4.0
"""Agreement below which a name is a frequent one, and what each nat below costs between two records."""
LEFT_OUT_SIDE_BY_SIDE = 0.55
"""Side by side, what parts left out weigh of what they weigh in a search, where chance agreement of the rest must be reckoned with."""
SEARCH_ENOUGH, BEYOND_SEARCH_ENOUGH = 15.0, 0.1
"""The same in a search, where given names contradict or are left out: brothers, fathers and sons stand on one list."""
FIRST_LEFT_OUT = -7.0
"""From this weight on parts left out are more than links in the middle."""
SEARCH_DOUBT = -2.5
SEARCH_AGREEMENT = -0.6
"""What each part that agrees costs in a search: the parts of a name belong to one people, and are less rare together than apart."""
SEARCH_CONTRADICTION = 0.65
"""What a contradiction weighs in a search of what it weighs side by side: listed names were mistyped too."""
SEARCH_PRIOR = -6.1
"""Log-odds before anything is known of a listed name that a search brings up; fitted so that at the default threshold some three
ordinary names in a thousand raise an alert (``benchmarks/screening.py``)."""
LEAST_CONTRADICTION = -SEARCH_CONTRADICTION * CHEAPEST
"""Least that two parts cost in a search that do not agree."""
_TITLE_AT_MOST = 1.0


def probability(logit: float) -> float:
    """Return the logistic of a log-odds, rounded so that every machine prints the same digits."""
    return round(1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, logit)))), 6)


Terms = tuple[tuple[str, float], ...]
"""What is added to the sum beside the parts of the names and the fields, each with its name: the explanation shows them all."""


def pair_terms(names: Alignment) -> Terms:
    """Return what is added to the weights of two names put side by side.

    ``prior``; ``enough``, what agreement beyond enough no longer counts; ``left_out``, what parts left out weigh less than in a
    search; ``doubt``, spellings that no lexicon knows.
    """
    beyond = max(0.0, names.agree - ENOUGH)
    return _told(
        prior=PAIR_PRIOR,
        enough=(BEYOND_ENOUGH - 1) * beyond,
        left_out=(LEFT_OUT_SIDE_BY_SIDE - 1) * names.dropped,
        doubt=DOUBT * names.doubt,
    )


def _told(**terms: float) -> Terms:
    return tuple((name, value) for name, value in terms.items() if value)


def logit_of(names: Alignment, terms: Terms) -> float:
    """Return the log-odds: the sum of the weights and of what is added to them."""
    return names.total + sum(value for _, value in terms)


def pair_logit(names: Alignment) -> float:
    """Return the log-odds that two names put side by side are one party's."""
    return logit_of(names, pair_terms(names))


def field_terms(names: float, evidence: Sequence[Evidence]) -> Terms:
    """Return what is added where an identifier decides.

    One passport, one hull: other names then only weigh against up to a bound (``decided``), since people and vessels change
    names, not numbers.

    Args:
        names: Log-odds by the names.
        evidence: The fields.
    """
    decided = any(one.verdict == "agrees" and one.weight >= DECISIVE for one in evidence)
    return _told(decided=max(0.0, LEAST_WHERE_DECIDED - names) if decided else 0.0)


def is_supported(evidence: Sequence[Evidence]) -> bool:
    """Tell whether the fields together speak for the same party, so that a weak alias or a frequent name may count."""
    return sum(one.weight for one in evidence) >= SUPPORT


def frequency_weight(names: Alignment) -> float:
    """Return what a name of frequent parts only weighs between two records that nothing else supports (zero or negative)."""
    return -FREQUENT_SLOPE * max(0.0, FREQUENT - names.agree)


def _first_differs(names: Alignment) -> bool:
    """Tell whether a given name contradicts or is left out: who else bears the rest of the name is of the same family."""
    return names.dropped <= FIRST_LEFT_OUT or any(
        step.relation == "contradicts" and (step.query[:1] == (0,) or step.listed[:1] == (0,))
        for step in names.pairings
    )


def search_terms(names: Alignment) -> Terms:
    """Return what is added to the weights of a listed name that a search brought up.

    ``prior``; ``together``, since the parts of a name are less rare together than apart; ``family``, what agreement counts less
    where given names differ; ``misspelt``, what contradictions weigh less than side by side; ``doubt``.
    """
    agreeing = sum(
        len(step.listed)
        for step in names.pairings
        if step.query and step.relation != "contradicts" and step.weight > _TITLE_AT_MOST
    )
    beyond = max(0.0, names.agree - SEARCH_ENOUGH) * (1 - BEYOND_SEARCH_ENOUGH) if _first_differs(names) else 0.0
    return _told(
        prior=SEARCH_PRIOR,
        together=SEARCH_AGREEMENT * agreeing,
        family=-beyond,
        misspelt=(SEARCH_CONTRADICTION - 1) * names.contradict,
        doubt=SEARCH_DOUBT * names.doubt,
    )


def search_logit(names: Alignment) -> float:
    """Return the log-odds that a listed name found by search is the subject's."""
    return logit_of(names, search_terms(names))


def most_in_search(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the most that pairs of parts that agree, with these weights of their own, can add in a search; it rises with them."""
    alone = weights + np.float32(AGREEMENT)
    return np.where(
        alone < _TITLE_AT_MOST, alone, np.maximum(_TITLE_AT_MOST, alone + np.float32(SEARCH_AGREEMENT))
    ).astype(np.float32)


# Log-odds of a hit by the weights, and as they were found to be among hits of which the truth is known. The weights take the parts
# of a name and the fields for independent, which they are not, so that far from even odds they say too much.
_BY_WEIGHTS = (-3.0, -0.2, 0.2, 0.85, 2.2, 4.6, 9.0, 20.0)
_AS_FOUND = (-3.4, -1.7, -0.9, 0.85, 1.5, 2.5, 3.4, 4.2)
_BEYOND_LAST = 0.01


def calibrated(logit: float) -> float:
    """Return the log-odds that were found among hits of these log-odds by the weights; it rises with them."""
    return _interpolated(logit, _BY_WEIGHTS, _AS_FOUND, _BEYOND_LAST)


def _interpolated(value: float, at: Sequence[float], to: Sequence[float], slope: float) -> float:
    if value <= at[0]:
        return value - at[0] + to[0]
    if value >= at[-1]:
        return to[-1] + slope * (value - at[-1])
    right = bisect.bisect_right(at, value)
    share = (value - at[right - 1]) / (at[right] - at[right - 1])
    return to[right - 1] + share * (to[right] - to[right - 1])


def least_agreement(threshold: float) -> float:
    """Return the least sum of agreeing weights with which a name alone can reach the threshold in a search."""
    bounded = min(max(threshold, 1e-6), 1 - 1e-6)
    return _interpolated(math.log(bounded / (1 - bounded)), _AS_FOUND, _BY_WEIGHTS, 1 / _BEYOND_LAST) - SEARCH_PRIOR
