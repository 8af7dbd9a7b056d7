"""The rules of ownership, slow and plain: sets grown until nothing changes, dense equations. Written apart from the product."""

from __future__ import annotations

from fractions import Fraction

Row = tuple[str, str, Fraction, Fraction, str, str]
"""owner, owned, low, high, kind, arrangement"""

HALF = Fraction(1, 2)


def caught(rows: list[Row], listed: set[str], regime: str) -> set[str]:
    if regime == "uk":
        return set().union(*(_closure(rows, {one}, regime) - {one} for one in listed)) - listed if listed else set()
    return _closure(rows, listed, regime) - listed


def _closure(rows: list[Row], seeds: set[str], regime: str) -> set[str]:
    entities = {row[1] for row in rows}
    held = set(seeds)
    links = {"ofac": (), "eu": ("control",), "uk": ("control",), "unsc": ("control", "director", "acting_for")}[regime]
    while True:
        new = set(held)
        for entity in entities:
            into = [row for row in rows if row[1] == entity]
            together = {row[5] for row in into if row[0] in held and row[5]} if regime == "uk" else set()
            mine = [row for row in into if row[0] in held or row[5] in together]
            shares = sum((row[2] for row in mine if row[4] == "shares"), Fraction(0))
            votes = sum((row[2] for row in mine if row[4] == "votes"), Fraction(0))
            enough = shares > HALF or (shares == HALF and regime != "uk")
            if enough or (regime != "ofac" and votes > HALF) or any(row[4] in links for row in mine):
                new.add(entity)
        if new == held:
            return held
        held = new


def holdings(rows: list[Row], listed: set[str], regime: str) -> dict[str, Fraction]:
    """The share of each entity that counts under a rule which adds up."""
    held = _closure(rows, listed, regime)
    found: dict[str, Fraction] = {}
    for owner, owned, low, _, kind, _ in rows:
        if owner in held and owned not in listed and kind == "shares":
            found[owned] = found.get(owned, Fraction(0)) + low
    return found


def interest(rows: list[Row], listed: set[str]) -> dict[str, Fraction] | None:
    """Solve v = A v + b over all entities that are reached, densely; None if singular."""
    shares = [row for row in rows if row[4] == "shares" and row[2] and row[1] not in listed]
    reached = set(listed)
    while True:
        more = {row[1] for row in shares if row[0] in reached} - reached
        if not more:
            break
        reached |= more
    entities = sorted(reached - listed)
    place = {entity: index for index, entity in enumerate(entities)}
    size = len(entities)
    matrix = [[Fraction(int(i == j)) for j in range(size)] + [Fraction(0)] for i in range(size)]
    for owner, owned, low, _, _, _ in shares:
        if owned in place and owner in listed:
            matrix[place[owned]][size] += low
        elif owned in place and owner in place:
            matrix[place[owned]][place[owner]] -= low
    for column in range(size):
        pivot = next((row for row in range(column, size) if matrix[row][column]), None)
        if pivot is None:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        head = matrix[column][column]
        matrix[column] = [value / head for value in matrix[column]]
        for row in range(size):
            if row != column and matrix[row][column]:
                factor = matrix[row][column]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], matrix[column], strict=True)]
    return {entity: matrix[place[entity]][size] for entity in entities}
