"""Run by the peer's own interpreter: IBM's Graph Feature Preprocessor, from the ``snapml`` wheel, on transactions in a file.

    PEER/bin/python benchmarks/tracing_peer.py transactions.npy [--patterns fan degree scatter-gather temp-cycle] [--batch 2048]

Reach for it through ``benchmarks/tracing.py --work shapes --peer-python PEER/bin/python``; it imports nothing of ours, because the
peer is proprietary and no dependency of this project: make an environment of its own (``python -m venv PEER``,
``PEER/bin/pip install snapml``) after reading its licence.

``transactions.npy`` holds rows of number, payer, receiver, seconds and amount, in order of time. Every pattern has a window of one day.
The peer takes transactions in batches, as it is made to, and says of each how many patterns of which size it is in; it does not say
which transactions make a pattern. One line of JSON is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from importlib.metadata import version

import numpy as np

PATTERNS = ("fan", "degree", "scatter-gather", "temp-cycle")
DAY_SECONDS = 86_400


def main() -> None:
    """Measure all patterns asked for in one pass, after a small pass that loads what is loaded once."""
    from snapml import GraphFeaturePreprocessor  # type: ignore[import-not-found,import-untyped,unused-ignore]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--patterns", nargs="+", choices=PATTERNS, default=PATTERNS)
    parser.add_argument("--batch", type=int, default=2_048, help="transactions at a time")
    options = parser.parse_args()
    edges = np.ascontiguousarray(np.load(options.file, allow_pickle=False), dtype=np.float64)

    def fresh() -> GraphFeaturePreprocessor:
        made = GraphFeaturePreprocessor()
        chosen = {"num_threads": os.cpu_count() or 1, "time_window": DAY_SECONDS, "vertex_stats": False}
        for pattern in PATTERNS:
            chosen |= {pattern: pattern in options.patterns, f"{pattern}_tw": DAY_SECONDS}
        made.set_params({**made.get_params(), **chosen, "lc-cycle": False})
        return made

    fresh().transform(edges[: options.batch].copy())
    preprocessor, counted = fresh(), 0.0
    begin = time.perf_counter()
    for start in range(0, len(edges), options.batch):
        counted += float(preprocessor.transform(edges[start : start + options.batch])[:, edges.shape[1] :].sum())
    seconds = time.perf_counter() - begin
    print(
        json.dumps(
            {
                "engine": f"snapml {version('snapml')}",
                "transactions": len(edges),
                "batch": options.batch,
                "seconds": seconds,
                "counted": int(counted),
                "peak_GiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
