"""One search of a ledger for typologies. Reach for it through :func:`tajfif.tracing.typologies.detect`.

What several typologies need (habits of pairs, the relations for SQL) is made once, when it is first wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing import typology_kernels as kernels
from tajfif.tracing.findings import Candidates, Finding, spell_out
from tajfif.tracing.patterns import (
    HOUR,
    Prepared,
    ShapeParameters,
    find_shape,
    habitual,
    join_found,
    measured,
    prepare,
    weighed,
)
from tajfif.tracing.shape_measures import months_of_inflow
from tajfif.tracing.shape_score import explained, heavy
from tajfif.tracing.typology_text import fill

if TYPE_CHECKING:
    import pyarrow as pa

    from tajfif.tracing.ledger import Ledger
    from tajfif.tracing.shape_kernels import Found
    from tajfif.tracing.typologies import Typology
    from tajfif.tracing.typology_sql import Relations

__all__ = ["Search"]

Answer = tuple[list[Finding], list[str]]
_SPECIAL = frozenset(("account", "accounts", "rows", "score"))


class Search:
    """A ledger, made ready once for all typologies.

    Args:
        ledger: The ledger.
        designated: Accounts or parties that are designated.
        ownership: File of owners and shares, or None.
        least_score: Findings below it are left out.
        lang: Language of the sentences.
        threads: How many ranges are worked on at once.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        designated: Sequence[str] = (),
        ownership: Path | None = None,
        least_score: float,
        lang: str,
        threads: int | None,
    ) -> None:
        self.ledger = ledger
        self.designated = tuple(designated)
        self.ownership = ownership
        self.least_score = least_score
        self.lang = lang
        self.threads = threads
        self._relations: Relations | None = None

    def __enter__(self) -> Search:
        return self

    def __exit__(self, *_: object) -> None:
        if self._relations is not None:
            self._relations.close()
            self._relations = None

    @cached_property
    def prepared(self) -> Prepared:
        """The ledger made ready for the kernels."""
        return prepare(self.ledger, threads=self.threads)

    @property
    def relations(self) -> Relations:
        """The ledger as relations for SQL."""
        if self._relations is None:
            from tajfif.tracing.typology_sql import Relations

            self._relations = Relations(self.prepared)
        return self._relations

    def has(self, need: str, parameters: Mapping[str, Any]) -> bool:
        """Say whether the ledger, or what was given with it, states what a typology needs."""
        from tajfif.tracing.account_facts import states

        if need == "designated":
            return bool(self.designated)
        if need == "ownership":
            return self.ownership is not None
        if need == "events":
            return bool(parameters.get("events"))
        return states(self.ledger, need)

    def run(self, typology: Typology, parameters: Mapping[str, Any]) -> Answer:
        """Find one typology; return its findings, best first, and what there is to say beside them."""
        if typology.method:
            from tajfif.tracing import typology_methods as methods

            return methods.METHODS[typology.method](self, typology, parameters)
        if typology.sql:
            return self._asked(typology, parameters), []
        if typology.shape:
            found = self._shape(typology, parameters)
        else:
            found = self._kernel(typology, parameters)
        return self._told(typology, parameters, found), self._notes(typology, found)

    def _shape(self, typology: Typology, parameters: Mapping[str, Any]) -> Candidates:
        try:
            chosen = msgspec.convert(dict(parameters), type=ShapeParameters, strict=False)
        except msgspec.ValidationError as error:
            raise InputError(f"the shape {typology.shape} has other parameters: {error}", where=typology.name) from None
        return find_shape(self.prepared, typology.shape, chosen)

    def _kernel(self, typology: Typology, parameters: Mapping[str, Any]) -> Candidates:
        ready = self.prepared
        eligible = np.asarray(self.ledger.source != self.ledger.target).astype(np.uint8)
        if days := int(parameters.get("known_days", 0)):
            eligible &= ~habitual(ready, days) & 1
        ready = ready.with_eligible(eligible)
        columns = ready.columns
        window = int(parameters["window_hours"] * HOUR)
        least = 2 if typology.kernel == "pass_through" else int(parameters["least"])
        extra: dict[str, NDArray[np.float64]] = {}
        found: Found
        if typology.kernel == "pass_through":
            low, high = float(parameters["ratio_least"]), float(parameters["ratio_most"])
            pieces = ready.each_range(
                len(columns.out_start) - 1,
                lambda first, last: kernels.pass_through(columns, first, last, window, low, high, least),
            )
            found = join_found([piece[:3] for piece in pieces])
            gap = int(parameters["gap_days"] * 24 * HOUR)
            found, extra["ratio"], extra["turns"] = _turns(
                columns, found, np.concatenate([piece[3] for piece in pieces]), gap, int(parameters["least"])
            )
        else:
            rest = int(parameters["rest_days_least"] * 24 * HOUR)
            found = join_found(
                ready.each_range(
                    len(columns.out_start) - 1,
                    lambda first, last: kernels.dormant_burst(columns, first, last, rest, window, least),
                )
            )
            extra["rest_days"] = _rest_before(columns, found)
        measures = {**measured(ready, found), **weighed(ready, found), **extra}
        size = 1.0 - np.exp(-measures["transactions"] / 4.0)
        surprise = 0.1 + 0.9 * measures["newness"]
        if typology.kernel == "pass_through":
            measures["months"] = months_of_inflow(columns, *found, ready.span)
            large = np.sqrt(heavy(measures["months_paid"]) * heavy(measures["months_received"]))
            lawful = (
                (1.0 - 0.7 * measures["trade"])
                * (1.0 - 0.5 * measures["wages"])
                * (1.0 - 0.4 * measures["charity"])
                * (1.0 - 0.7 * measures["related"])
            )
            season = 1.0 - 0.7 * np.clip(measures["season"] - 0.4, 0.0, 1.0)
            surprise = np.sqrt(measures["newness"]) * (0.2 + 0.8 * measures["concentration"]) * large * lawful * season
            surprise = surprise * (1.0 - 0.85 * explained(measures["explained"]))
        score = np.clip(surprise * size, 0.0, 1.0)
        return Candidates(hub=found[0], starts=found[1], rows=found[2], score=score, measures=measures)

    def _notes(self, typology: Typology, found: Candidates) -> list[str]:
        cut = found.notes.get("cut", 0)
        if not cut:
            return []
        return [f"{typology.name}: the search was cut short at {cut:,} transactions (parameter budget)"]

    def _told(self, typology: Typology, parameters: Mapping[str, Any], found: Candidates) -> list[Finding]:
        """Spell out the findings that reach the least score, best first."""
        chosen = np.flatnonzero(found.score >= self.least_score)
        firsts = found.rows[found.starts[chosen]]
        chosen = chosen[np.lexsort((chosen, firsts, -found.score[chosen]))]
        told = []
        for index in chosen.tolist():
            measures = {name: float(values[index]) for name, values in found.measures.items()}
            told.append(
                self.tell(
                    typology,
                    parameters,
                    rows=found.rows_of(index),
                    hub=int(found.hub[index]),
                    score=float(found.score[index]),
                    measures=measures,
                )
            )
        return told

    def tell(
        self,
        typology: Typology,
        parameters: Mapping[str, Any],
        *,
        rows: NDArray[np.int64],
        score: float,
        measures: Mapping[str, Any],
        hub: int = -1,
        accounts: Sequence[int] = (),
    ) -> Finding:
        """Return one finding with its sentences filled in."""
        because, unfire = typology.sentences(self.lang)
        values = {**parameters, **measures}
        return spell_out(
            self.ledger,
            typology.name,
            rows,
            hub=hub,
            accounts=accounts,
            score=score,
            reasons=fill(because, values, lang=self.lang, where=f"typology {typology.name}"),
            would_unfire=fill(unfire, values, lang=self.lang, where=f"typology {typology.name}"),
            measures={name: value for name, value in measures.items() if isinstance(value, int | float)},
        )

    def _asked(self, typology: Typology, parameters: Mapping[str, Any]) -> list[Finding]:
        where = f"typology {typology.name}"
        table = self.relations.ask(typology.sql, parameters, where=where)
        _check_columns(table, where)
        count, accounts = len(self.ledger.time), len(self.ledger.out_start) - 1
        answers = []
        for row in table.to_pylist():
            score = _score(row, where)
            if score < self.least_score:
                continue
            rows = np.unique(np.asarray(row["rows"] or [], dtype=np.int64))
            members = tuple(int(each) for each in row.get("accounts") or ())
            hub = int(row["account"]) if row.get("account") is not None else -1
            inside = not len(rows) or (rows[0] >= 0 and rows[-1] < count)
            if not inside or not all(-1 <= each < accounts for each in (hub, *members)):
                raise InputError("the SQL returned a row or account that is not in the ledger", where=where)
            if len(rows) or hub >= 0 or members:
                measures = {name: value for name, value in row.items() if name not in _SPECIAL and value is not None}
                answers.append((-score, rows.tolist(), hub, members, measures))
        answers.sort(key=lambda each: each[:4])
        return [
            self.tell(
                typology, parameters, rows=np.asarray(rows, dtype=np.int64), hub=hub, accounts=members, score=-score,
                measures=measures,
            )
            for score, rows, hub, members, measures in _apart(answers)
        ]  # fmt: skip


_Told = tuple[float, list[int], int, tuple[int, ...], dict[str, Any]]


def _apart(answers: list[_Told]) -> Iterator[_Told]:
    """Leave out what shares more than half of its transactions with a better finding on the same account."""
    used: dict[tuple[int, ...], set[int]] = {}
    for answer in answers:
        _, rows, hub, members, _ = answer
        mine = used.setdefault((hub, *members), set())
        if not rows or 2 * sum(row in mine for row in rows) <= len(rows):
            mine.update(rows)
            yield answer


def _score(row: Mapping[str, Any], where: str) -> float:
    score = float(row["score"]) if row.get("score") is not None else 0.5
    if not 0.0 <= score <= 1.0:
        raise InputError(f"the SQL returned the score {score:g}, which is not between 0 and 1", where=where)
    return score


def _check_columns(table: pa.Table, where: str) -> None:
    import pyarrow as pa

    if "rows" not in table.column_names:
        raise InputError(
            "the SQL returns no column rows",
            where=where,
            hint="Return list(row) AS rows, and account, score, measures.",
        )
    kinds = {"rows": pa.types.is_list, "accounts": pa.types.is_list, "account": pa.types.is_integer}
    for name, right in kinds.items():
        if name in table.column_names and not right(table.schema.field(name).type):
            raise InputError(f"the SQL returns a column {name} of the wrong kind", where=where)


def _turns(
    columns: Any, found: Found, ratios: NDArray[np.float64], gap: int, least: int
) -> tuple[Found, NDArray[np.float64], NDArray[np.float64]]:
    """Join the turns of one account that are at most ``gap`` apart; return those with enough rows, ratio and number of turns."""
    hub, starts, rows = found
    if not len(hub):
        return found, ratios, np.zeros(0)
    times = np.asarray(columns.time)
    begins, ends = times[rows[starts[:-1]]], times[rows[starts[1:] - 1]]
    new = np.r_[True, (hub[1:] != hub[:-1]) | (begins[1:] - ends[:-1] > gap)]
    first = np.flatnonzero(new)
    last = np.r_[first[1:], len(hub)]
    turns = (last - first).astype(np.float64)
    ratio = np.add.reduceat(ratios, first) / turns
    opens, closes = starts[first], starts[last]
    kept = np.flatnonzero(closes - opens >= least)
    places = [np.arange(opens[index], closes[index]) for index in kept]
    joined = rows[np.concatenate(places)] if len(kept) else np.empty(0, dtype=np.int64)
    edges = np.concatenate([[0], np.cumsum((closes - opens)[kept])]).astype(np.int64)
    return (hub[first][kept], edges, joined), ratio[kept], turns[kept]


def _rest_before(columns: Any, found: Found) -> NDArray[np.float64]:
    """Days between the first row of each finding and the account's row before it."""
    hub, starts, rows = found
    rests = np.zeros(len(hub))
    for index, account in enumerate(hub.tolist()):
        first = int(rows[starts[index]])
        before = -1
        for ends, own in ((columns.out_start, columns.out_rows), (columns.in_start, columns.in_rows)):
            mine = own[ends[account] : ends[account + 1]]
            place = int(np.searchsorted(mine, first))
            while place > 0:
                place -= 1
                if columns.eligible[mine[place]]:
                    before = max(before, int(mine[place]))
                    break
        rests[index] = (int(columns.time[first]) - int(columns.time[before])) / (24 * HOUR)
    return rests
