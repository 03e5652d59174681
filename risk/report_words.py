"""How far to trust a backtest, in sentences that follow from its figures."""

from collections.abc import Iterator
from math import isfinite

from risk.quant.proof import Proof

FEW_ALARMS = 30
DRIFT = 0.03
FEW_SESSIONS = 30
REJECTED = 0.05
WRONG_SIZE = 1.25
COIN = 0.5


def trust_sentences(proof: Proof) -> list[str]:
    """Return what a reader must know before relying on the figures, the gravest last of each subject."""
    return [*_sample(proof), *_skill(proof), *_calibration(proof), *_high(proof), *_losses(proof), *_truth(proof)]


def _sample(proof: Proof) -> Iterator[str]:
    yield (
        f"The score was fitted on the first {proof.sessions - proof.judged_sessions} sessions and judged on "
        f"{proof.judged_sessions} later ones that no fit has seen. Windows of {proof.horizon_minutes:.0f} minutes "
        "start every 15 minutes and so overlap; the intervals draw whole sessions with all their symbols, which keeps "
        "neighbours together."
    )
    if proof.judged_sessions < FEW_SESSIONS:
        yield f"{proof.judged_sessions} sessions are few: intervals from so few draws are themselves uncertain."


def _skill(proof: Proof) -> Iterator[str]:
    for name, words in (("rolling_60", "the rolling 60-minute variance"), ("constant_sample", "the sample's own rate")):
        rival = next(row for row in proof.rivals if row.name == name)
        if not isfinite(rival.interval[0]):
            continue
        if rival.interval[0] > 0:
            verdict = "the interval lies above 0, so the gain is unlikely to be luck"
        elif rival.interval[1] < 0:
            verdict = "the interval lies below 0: the score is worse"
        else:
            verdict = "the interval holds 0, so these sessions do not show that it is better"
        yield f"Against {words} the skill is {rival.skill_of_score:.3f}; {verdict}."
    symbols = [row for row in proof.groups if row.subject == "symbol" and isfinite(row.auc)]
    backward = [row.name for row in symbols if row.auc < COIN]
    if backward:
        yield (
            f"Within single symbols the score ranks worse than chance for {len(backward)} of {len(symbols)}: "
            f"{', '.join(backward)}."
        )


def _calibration(proof: Proof) -> Iterator[str]:
    judged = [row for row in proof.score.bins if row.excludes_diagonal is not None]
    off = [row for row in judged if row.excludes_diagonal]
    if not judged:
        yield "No bin holds enough windows to say whether its forecasts are right on average."
    elif off:
        names = ", ".join(f"{row.low:.1f} to {row.high:.1f} (observed {row.observed:.2f})" for row in off)
        yield f"{len(off)} of {len(judged)} bins with at least 100 windows lie off the diagonal: {names}."
    else:
        yield f"All {len(judged)} bins with at least 100 windows agree with the diagonal."
    small = [row for row in proof.score.bins if row.cases and row.excludes_diagonal is None]
    if small:
        yield f"{sum(row.cases for row in small):,} windows lie in bins too small to judge ({len(small)} of them)."
    drift = proof.score.base_rate - proof.fitted_rate
    if abs(drift) > DRIFT:
        yield (
            f"The share of windows that touch went from {proof.fitted_rate:.2f} in the fitted sessions to "
            f"{proof.score.base_rate:.2f} in the judged ones: another regime, which the barrier and the online "
            "correction follow only in part."
        )


def _high(proof: Proof) -> Iterator[str]:
    high = proof.high
    if high.alarms < FEW_ALARMS:
        count = f"Only {high.alarms}" if high.alarms else "None"
        yield f"{count} of {proof.score.cases:,} windows were HIGH: their precision cannot be told from these data."
    else:
        yield f"{high.alarms} windows were HIGH, and {high.precision:.0%} of them were followed by the move."


def _losses(proof: Proof) -> Iterator[str]:
    if not 1 / WRONG_SIZE < proof.move_in_deviations < WRONG_SIZE and isfinite(proof.move_in_deviations):
        yield (
            f"Moves were {proof.move_in_deviations:.2f} times as large as the forecast deviation says. The calibration "
            "of the score makes up for that, and so does filtered historical simulation; the expected move and the "
            "normal value at risk are off by this factor."
        )
    rows = [row for row in proof.value_at_risk if row.instrument is not None]
    rejected = [row for row in rows if row.coverage.p_value < REJECTED]
    if rejected:
        yield (
            f"Kupiec's test rejects {len(rejected)} of {len(rows)} values at risk of single symbols at the 5 % level; "
            "about one in twenty is rejected by chance."
        )
    if len({row.instrument for row in rows}) > 1:
        yield (
            "The tests of all symbols together count exceedances of symbols that fall together as independent: read "
            "the rows of single symbols."
        )


def _truth(proof: Proof) -> Iterator[str]:
    if proof.truth is not None:
        yield (
            f"The simulator knows the true probabilities: the score's mean distance from them is "
            f"{proof.truth.mean_error:.3f}, and its bins are off by {proof.truth.calibration_error:.3f}."
        )
