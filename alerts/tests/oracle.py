"""The life of a score alert as docs/alerts.md tells it, for one symbol, from its whole history: slow and plain.

Nothing here is shared with `alerts.rules`; what it needs to know it looks up in the past each time.
"""

from dataclasses import dataclass, field

from risk.configuration import LEVELS, RiskConfig


@dataclass(frozen=True)
class Seen:
    """A score at a second, under a configuration."""

    second: float
    score: float
    config: RiskConfig

    def reaches(self, level: int) -> bool:
        return level >= LEVELS.index(self.config.alert_from) and self.score >= self.config.thresholds[level]

    def keeps(self, level: int) -> bool:
        """Whether it keeps an alert of `level` firing."""
        lowest = LEVELS.index(self.config.alert_from)
        limits = self.config.exits if level >= lowest else self.config.thresholds
        return self.score >= limits[lowest]


@dataclass
class Episode:
    opened: float
    level: int
    peak: float
    peak_level: int
    crossings: int = 1
    phase: str = "firing"
    ended: float | None = None
    reason: str = ""
    moved: float = 0.0
    upward: float = 0.0  # when it last opened, rose or fired again
    left: float = 0.0
    steps: list[tuple[float, str, str, str]] = field(default_factory=list)


@dataclass
class Oracle:
    """One symbol of one run."""

    history: list[Seen] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)

    @property
    def going(self) -> Episode | None:
        return self.episodes[-1] if self.episodes and self.episodes[-1].phase != "ended" else None

    def see(self, second: float, score: float, config: RiskConfig) -> None:
        before, now = self.history[-1:], Seen(second, score, config)
        lowest = LEVELS.index(config.alert_from)
        self.history.append(now)
        episode, ripe = self.going, self.ripe_level()
        if episode is None:
            if ripe is not None:
                self.episodes.append(Episode(second, ripe, score, ripe, moved=second, upward=second))
                self.tell(second, "opened", "", LEVELS[ripe])
            return
        if now.reaches(lowest) and not (before and before[0].reaches(lowest)):
            episode.crossings += 1
        episode.peak = max(episode.peak, score)
        self.step(episode, now, ripe)

    def step(self, episode: Episode, now: Seen, ripe: int | None) -> None:
        level, config = episode.level, now.config
        lowest = LEVELS.index(config.alert_from)
        if ripe is not None and ripe > level:
            episode.level, episode.phase = ripe, "firing"
            episode.peak_level = max(episode.peak_level, ripe)
            episode.moved = episode.upward = now.second
            self.tell(now.second, "rose", LEVELS[level], LEVELS[ripe])
        elif episode.phase == "recovering":
            if now.reaches(lowest):
                episode.phase, episode.moved, episode.upward = "firing", now.second, now.second
                self.tell(now.second, "returned", LEVELS[level], LEVELS[level])
            elif now.second - episode.left >= config.alert_keep_firing_seconds:
                self.end(now.second, "below_exit")
        elif now.second - episode.moved >= config.alert_hold_seconds:
            self.ease(episode, now, lowest)

    def ease(self, episode: Episode, now: Seen, lowest: int) -> None:
        level = episode.level
        if not now.keeps(level):
            episode.phase, episode.left = "recovering", self.left_at(episode)
            self.tell(now.second, "recovering", LEVELS[level], LEVELS[level])
            return
        held = [one for one in range(lowest, level + 1) if now.score >= now.config.exits[one]]
        if held and held[-1] < level:
            episode.level, episode.moved = held[-1], now.second
            self.tell(now.second, "fell", LEVELS[level], LEVELS[held[-1]])

    def ripe_level(self) -> int | None:
        """The highest level at which every score of the newest stretch stood, for long enough."""
        now = self.history[-1]
        for level in reversed(range(len(LEVELS))):
            stretch = []
            for seen in reversed(self.history):
                if not seen.reaches(level):
                    break
                stretch.append(seen)
            usual, critical = now.config.alert_pending_seconds, now.config.critical_pending_seconds
            if stretch and now.second - stretch[-1].second >= (critical if level == 3 else usual):
                return level
        return None

    def left_at(self, episode: Episode) -> float:
        """Since when no score kept it firing."""
        left = self.history[-1].second
        for seen in reversed(self.history):
            if seen.second <= episode.upward or seen.keeps(episode.level):
                break
            left = seen.second
        return left

    def end(self, second: float, reason: str) -> None:
        """End what goes on and begin anew."""
        if reason != "below_exit":
            self.history.clear()
        if (episode := self.going) is not None:
            episode.phase, episode.ended, episode.reason = "ended", second, reason
            self.tell(second, "ended", LEVELS[episode.level], "")

    def tell(self, second: float, step: str, before: str, after: str) -> None:
        self.episodes[-1].steps.append((second, step, before, after))
