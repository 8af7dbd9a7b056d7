from __future__ import annotations

import pytest

from calibration import expected_calibration_error


def test_scores_that_keep_their_word_have_no_error() -> None:
    scores = [0.05] * 20 + [0.95] * 20
    truths = [True] + [False] * 19 + [True] * 19 + [False]
    assert expected_calibration_error(scores, truths)["error"] == pytest.approx(0.0)


def test_boasting_is_measured() -> None:
    found = expected_calibration_error([0.99] * 10, [True] * 5 + [False] * 5)
    assert found["error"] == pytest.approx(0.49)
    assert found["bins"] == [(10, pytest.approx(0.99), pytest.approx(0.5))]
