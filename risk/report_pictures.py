"""The pictures of a backtest report."""

import numpy as np

from risk.quant.alarms import AlarmQuality, SeverityShare
from risk.quant.evaluation import Bin, Judgement
from risk.quant.proof import Rival
from risk.quant.value_at_risk import LossTrack
from risk.report_shapes import Label, Picture
from risk.report_text import RIVAL_NAMES, day

SMALLEST_LOSS = 0.01  # percent; an axis must not be empty where nothing moves
TENTHS = tuple((k / 10, f".{k}" if k < 10 else "1") for k in range(0, 11, 2))


def reliability_picture(judged: Judgement) -> Picture:
    """Return observed rate against mean forecast per bin, with the counts of cases underneath."""
    picture = Picture.framed(
        "reliability",
        title="Reliability: how often a score came true",
        description="Each point is a bin of forecasts. On the diagonal, the score means what it says; the whiskers are "
        "95 % intervals. The bars at the foot show how many windows each bin holds.",
        x=(0, 1),
        y=(0, 1),
        height=420,
    )
    picture.axes(TENTHS, TENTHS, x_name="score at the window's start", y_name="share that touched")
    most = max(row.cases for row in judged.bins)
    for row in judged.bins:
        picture.bar(
            (row.low + 0.01, row.high - 0.01), (0, 0.22 * row.cases / most), css="count", tip=f"{row.cases:,} windows"
        )
    picture.line(0, 0, 1, 1, css="diagonal")
    for row in judged.bins:
        if row.cases:
            _reliability_point(picture, row)
    picture.legend = [("circle", "bin"), ("diamond", "bin whose interval excludes the diagonal")]
    return picture


def _reliability_point(picture: Picture, row: Bin) -> None:
    low, high = observed_interval(row)
    picture.line(row.forecast, low, row.forecast, high, css="whisker")
    tip = f"forecast {row.forecast:.3f}, observed {row.observed:.3f} ({low:.3f} to {high:.3f}), {row.cases:,} windows"
    picture.mark(row.forecast, row.observed, css="point", tip=tip, diamond=bool(row.excludes_diagonal))


def observed_interval(row: Bin) -> tuple[float, float]:
    """Return the interval of a bin's observed rate: bootstrapped where the bin is large enough, else Wilson's."""
    if row.excludes_diagonal is None:
        return row.interval
    return (row.forecast + row.difference[0], row.forecast + row.difference[1])


def severity_picture(shares: list[SeverityShare]) -> Picture:
    """Return the share of windows in each severity."""
    widest = max(row.share for row in shares)
    picture = Picture.framed(
        "severities",
        title="Severities: how the windows spread",
        description="The share of judged windows whose score lies in each severity, and how often those touched.",
        x=(0, widest * 1.5),
        y=(len(shares) - 0.4, -0.6),
        height=60 + 34 * len(shares),
        left=96,
    )
    for place, row in enumerate(shares):
        picture.bar((0, row.share), (place - 0.3, place + 0.3), css=f"share s{place}", tip=f"{row.cases:,} windows")
        height = picture.y.at(place) + 4
        picture.labels.append(Label(f"{picture.x.start - 8:.1f}", f"{height:.1f}", row.severity, "end"))
        observed = "" if np.isnan(row.observed) else f", touched {row.observed:.0%}"
        text = f"{row.share:.1%} ({row.cases:,}){observed}"
        picture.labels.append(Label(f"{picture.x.at(row.share) + 8:.1f}", f"{height:.1f}", text, "start"))
    return picture


def alarm_picture(curve: list[AlarmQuality], *, base_rate: float) -> Picture:
    """Return precision and recall against the threshold of an alarm."""
    picture = Picture.framed(
        "alarms",
        title="Alarms: precision and recall at each threshold",
        description="Precision is the share of alarms that were followed by the move, recall the share of moves that "
        "an alarm preceded. The dashed line is the precision of alarms at random.",
        x=(0, 1),
        y=(0, 1),
    )
    picture.axes(TENTHS, TENTHS, x_name="threshold of the score", y_name="share")
    picture.line(0, base_rate, 1, base_rate, css="diagonal")
    for name, css in (("precision", "first"), ("recall", "second")):
        known = [(row.threshold, float(getattr(row, name))) for row in curve if not np.isnan(getattr(row, name))]
        picture.curve(known, css=css)
        for threshold, value in known:
            picture.mark(threshold, value, css=f"small {css}", tip=f"{name} {value:.2f} at {threshold:.2f}")
    picture.legend = [("first", "precision"), ("second", "recall"), ("dashed", "base rate")]
    return picture


def skill_picture(rivals: list[Rival]) -> Picture:
    """Return the score's skill against each baseline with its interval."""
    ends = [value for rival in rivals for value in (*rival.interval, rival.skill_of_score) if np.isfinite(value)]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    margin = 0.08 * (high - low) or 0.1
    picture = Picture.framed(
        "skills",
        title="Skill: how much smaller the score's error is than a baseline's",
        description="Points right of the line at 0 mean that the score's Brier score beats the baseline's; the "
        "whiskers are 95 % intervals.",
        x=(low - margin, high + margin),
        y=(len(rivals) - 0.4, -0.6),
        height=70 + 40 * len(rivals),
        left=150,
    )
    ticks = [(value, f"{value:g}") for value in _round_steps(low - margin, high + margin)]
    picture.axes(ticks, [], x_name="Brier skill", y_name="")
    picture.line(0, len(rivals), 0, -1, css="zero")
    for place, rival in enumerate(rivals):
        _skill_row(picture, place, rival)
    return picture


def _skill_row(picture: Picture, place: int, rival: Rival) -> None:
    name, height = RIVAL_NAMES.get(rival.name, rival.name), picture.y.at(place) + 4
    picture.labels.append(Label(f"{picture.x.start - 8:.1f}", f"{height:.1f}", name, "end"))
    if np.isfinite(rival.interval[0]):
        picture.line(rival.interval[0], place, rival.interval[1], place, css="whisker")
    if np.isfinite(rival.skill_of_score):
        picture.mark(rival.skill_of_score, place, css="point", tip=f"{name}: {rival.skill_of_score:.3f}")


def loss_picture(track: LossTrack, *, symbol: str) -> Picture:
    """Return one instrument's returns over time, the value at risk below them and marks where it was exceeded."""
    percent = 100 * track.move
    losses = [-100 * track.var_95, -100 * track.var_99]
    low = 1.05 * min(float(percent.min()), float(losses[1].min()), -SMALLEST_LOSS)
    high = max(1.05 * float(percent.max()), -0.2 * low)
    over = [int((percent < loss).sum()) for loss in losses]
    picture = Picture.framed(
        f"losses-{track.instrument}",
        title=f"{symbol}: returns and value at risk",
        description=f"{len(percent)} windows that do not overlap. {over[0]} fell below the 95 % line and {over[1]} "
        "below the 99 % line.",
        x=(0, max(len(percent), 2)),
        y=(low, high),
        height=260,
    )
    steps = [(value, f"{value:+g} %" if value else "0") for value in _round_steps(low, high)]
    picture.axes(_sessions(track), steps, x_name="session", y_name="return of the window")
    for place, value in enumerate(percent.tolist()):
        picture.line(place + 0.5, 0, place + 0.5, value, css="return")
    for loss, css in zip(losses, ("first", "second"), strict=True):
        picture.curve([(place + 0.5, value) for place, value in enumerate(loss.tolist())], css=f"thin {css}")
    for place in np.flatnonzero(percent < losses[0]).tolist():
        deep = bool(percent[place] < losses[1][place])
        tip = f"{day(int(track.session_key[place]))}, minute {track.minute[place]}: {percent[place]:+.2f} %"
        picture.mark(place + 0.5, percent[place], css="second" if deep else "first", tip=tip, diamond=deep)
    picture.legend = [("first", "95 % value at risk, exceeded"), ("second diamond", "99 % value at risk, exceeded")]
    return picture


def _round_steps(low: float, high: float) -> list[float]:
    """Return four to nine round values between the ends, 0 among them."""
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next(size for size in (1, 2, 5, 10) if size * power >= rough)
    return [round(k * step, 10) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _sessions(track: LossTrack) -> list[tuple[float, str]]:
    """Return up to seven sessions' first windows as ticks."""
    _, firsts = np.unique(track.session_key, return_index=True)
    chosen = firsts[:: max(1, -(-len(firsts) // 6))].tolist()
    return [(place + 0.5, day(int(track.session_key[place]))) for place in chosen]
