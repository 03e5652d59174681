"""What a partition's fold yields, until a commit stores it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.conditions import Change
from alerts.judging import Closing
from risk.configuration import Version
from risk.quant.feature_past import FeaturePast
from risk.quant.profile import Profile


@dataclass(frozen=True)
class Scored:
    """The records of one record instant: rows of dtype SCORE, one per instrument with news, and the configuration
    that judges them."""

    run_id: int
    instant: int
    rows: NDArray[np.void]
    version: Version


@dataclass(frozen=True)
class Closed:
    """Bars (dtype BAR) of minutes that closed together, with the features [n, 4, F] at their close."""

    run_id: int
    bars: NDArray[np.void]
    features: NDArray[np.float32]


@dataclass(frozen=True)
class Learned:
    """What a run knew when a session ended."""

    run_id: int
    session: int
    profile: Profile
    past: FeaturePast


@dataclass(frozen=True)
class Adopted:
    """From which record instant on a run is folded with a version of the configuration."""

    run_id: int
    instant: int
    version: Version


@dataclass(frozen=True)
class Ended:
    """A run that is over, and its last record instant."""

    run_id: int
    instant: int


@dataclass
class Harvest:
    """What was folded since the last commit and is not stored yet."""

    scored: list[Scored] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    adopted: list[Adopted] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    conditions: list[Change] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
