"""Typologies found by an analysis of their own: exposure to designated parties, ownership by them.

Reach for it through :func:`tajfif.tracing.typologies.detect`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tajfif.errors import InputError
from tajfif.tracing.account_facts import codes_of, party_of
from tajfif.tracing.findings import EPOCH
from tajfif.tracing.patterns import HUB_TYPES

if TYPE_CHECKING:
    from tajfif.tracing.findings import Finding
    from tajfif.tracing.flow_records import ReachedAccount, Seed
    from tajfif.tracing.typologies import Typology
    from tajfif.tracing.typology_search import Search

__all__ = ["METHODS", "exposure", "owned", "seeds_of"]

_DIRECTIONS = {
    "forward": {"en": "came in from {seed}", "ar": "وصلت من {seed}"},
    "backward": {"en": "went on to {seed}", "ar": "ذهبت إلى {seed}"},
}


def seeds_of(search: Search) -> tuple[list[Seed], set[int], list[str]]:
    """Return the seeds for those designated, their accounts, and the names that are neither account nor party here."""
    from tajfif.tracing.flow_records import Seed

    ledger = search.ledger
    codes, words = codes_of(ledger, "party")
    by_party = {word: index for index, word in enumerate(words)}
    seeds: list[Seed] = []
    accounts: set[int] = set()
    unknown: list[str] = []
    for name in dict.fromkeys(search.designated):
        try:
            mine = [ledger.account_index(name)]
        except InputError:
            mine = np.flatnonzero(codes == by_party[name]).tolist() if name in by_party else []
        if not mine:
            unknown.append(name)
        for account in mine:
            if account not in accounts:
                accounts.add(account)
                seeds.append(Seed(account=ledger.account_name(account), label=name))
    return seeds, accounts, unknown


def exposure(search: Search, typology: Typology, parameters: Mapping[str, Any]) -> tuple[list[Finding], list[str]]:
    """Find accounts that money of designated parties reached, or whose money reached them, with amount and steps."""
    from tajfif.tracing.flow import trace

    seeds, designated, unknown = seeds_of(search)
    notices = [f"{typology.name}: {name!r} is neither an account nor a party of this ledger" for name in unknown]
    if not seeds:
        return [], notices
    present = codes_of(search.ledger, "type")[1]
    hubs = {kind: "stop" for kind in HUB_TYPES if kind in present}
    found: list[Finding] = []
    for direction in ("forward", "backward"):
        reached = trace(
            search.ledger, seeds, model=str(parameters["model"]), direction=direction, hops=int(parameters["hops_most"]),
            hubs=hubs, apart=True,
        )  # fmt: skip
        for account in reached.accounts():
            index = search.ledger.account_index(account.account)
            if index in designated or account.share < parameters["share_least"]:
                continue
            finding = _told(search, typology, parameters, account, index, direction)
            if finding.score >= search.least_score:
                found.append(finding)
    found.sort(key=lambda each: (-each.score, each.accounts, each.explanation))
    return found, notices


def _told(
    search: Search,
    typology: Typology,
    parameters: Mapping[str, Any],
    reached: ReachedAccount,
    account: int,
    direction: str,
) -> Finding:
    ledger = search.ledger
    currency = ledger.currencies.index(reached.currency)
    amount = f"{ledger.money(round(reached.amount), currency)} {reached.currency}"
    rows = np.unique([each.row for each in (*reached.path, *reached.transactions)]).astype(np.int64)
    said = _DIRECTIONS[direction]["ar" if search.lang == "ar" else "en"].format(seed=reached.seed)
    share = min(1.0, reached.share)
    return search.tell(
        typology,
        parameters,
        rows=rows,
        hub=account,
        score=share**0.5 / max(1, reached.hops) ** 0.25,
        measures={"share": share, "hops": reached.hops, "amount_text": amount, "direction_text": said},
    )


def owned(search: Search, typology: Typology, parameters: Mapping[str, Any]) -> tuple[list[Finding], list[str]]:
    """Find the accounts of entities that designated parties own or control, on the day of the last transaction."""
    from tajfif.tracing.ownership import ownership
    from tajfif.tracing.ownership_reading import read_stakes

    if search.ownership is None or not len(search.ledger.time):
        return [], []
    ledger = search.ledger
    day = (EPOCH + timedelta(microseconds=int(ledger.time[-1]))).date()
    report = ownership(
        read_stakes(search.ownership), _parties(search), at=day, regimes=parameters["regimes"], lang=search.lang
    )
    codes, words = codes_of(ledger, "party")
    by_party = {word: index for index, word in enumerate(words)}
    found: list[Finding] = []
    elsewhere: set[str] = set()
    for each in report.findings:
        if each.verdict == "near":
            continue
        accounts = np.flatnonzero(codes == by_party[each.entity]).tolist() if each.entity in by_party else []
        if not accounts:
            elsewhere.add(each.entity)
            continue
        rows = np.concatenate([_rows_of(search, account) for account in accounts])
        finding = search.tell(
            typology,
            parameters,
            rows=rows,
            hub=accounts[0],
            accounts=accounts,
            score=1.0 if each.verdict == "caught" else 0.5,
            measures={"why_text": each.explanation},
        )
        if finding.score >= search.least_score:
            found.append(finding)
    notices = [f"{typology.name}: the ownership file does not name {name!r}" for name in report.unknown]
    if elsewhere:
        notices.append(f"{typology.name}: {len(elsewhere):,} entities that are caught have no account in this ledger")
    return found, notices


def _parties(search: Search) -> list[str]:
    """The designated parties by name: of an account that is named, who stands behind it."""
    parties = []
    for name in search.designated:
        try:
            parties.append(party_of(search.ledger, search.ledger.account_index(name)) or name)
        except InputError:
            parties.append(name)
    return parties


def _rows_of(search: Search, account: int) -> NDArray[np.int64]:
    ledger = search.ledger
    paid = ledger.out_rows[ledger.out_start[account] : ledger.out_start[account + 1]]
    received = ledger.in_rows[ledger.in_start[account] : ledger.in_start[account + 1]]
    return np.concatenate([paid, received]).astype(np.int64)


METHODS = {"exposure": exposure, "ownership": owned}
"""Name of a method in a definition to the function that finds it."""
