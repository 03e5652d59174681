"""The only writer of configuration versions and of where partitions took them up."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit import services as audit
from risk.config_messages import config_message
from risk.config_models import ConfigAdoption, ConfigVersion
from risk.configuration import Problem, RiskConfig, Version, changes, checked
from riskplatform.lib import errors
from riskplatform.lib.broadcast import publish_on_commit

FIRST = 1


class ConfigInvalid(errors.Invalid):
    """Values that cannot be a configuration; `problems` names each."""

    code = "config_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{problems[0].name} {problems[0].sentence}")
        self.problems = problems

    def more(self) -> dict[str, object]:
        return {"fields": {problem.name: [problem.sentence] for problem in self.problems}}


class ConfigMoved(errors.Conflict):
    code = "config_moved"


class NothingChanges(errors.Invalid):
    code = "nothing_changes"


class VersionMissing(errors.Missing):
    code = "version_not_found"


def initial_config() -> RiskConfig:
    """Return the values of the very first version: the environment's where it names them, else the defaults."""
    low, medium, high, critical = settings.RISK_THRESHOLDS
    low_exit, medium_exit, high_exit, critical_exit = _exits_below(settings.RISK_THRESHOLDS)
    return RiskConfig(
        low_threshold=low,
        medium_threshold=medium,
        high_threshold=high,
        critical_threshold=critical,
        low_exit=low_exit,
        medium_exit=medium_exit,
        high_exit=high_exit,
        critical_exit=critical_exit,
        record_interval_ms=settings.RECORD_INTERVAL_MS,
        stale_after_seconds=settings.STALE_AFTER_SECONDS,
        record_retention_days=settings.RECORD_RETENTION_DAYS,
        tick_log_retention_hours=settings.TICK_LOG_RETENTION_HOURS,
    )


def in_force() -> Version:
    """Return the newest version; before any is stored, the first with the environment's values."""
    stored = ConfigVersion.objects.order_by("-number").first()
    return Version(stored.number, stored.config) if stored else Version(FIRST, initial_config())


def stored_version(number: int) -> ConfigVersion:
    """Return a stored version.  Raises VersionMissing."""
    stored = ConfigVersion.objects.filter(pk=number).first()
    if stored is None:
        raise VersionMissing(f"There is no configuration {number}.")
    return stored


def ensure_first() -> None:
    """Store the environment's values as version 1 when there is none; two processes may do so at once."""
    if ConfigVersion.objects.exists():
        return
    values, reason = initial_config().values(), "initial values, from the environment"
    with suppress(ConfigMoved):
        _insert(number=FIRST, values=values, reason=reason, author_name="environment")


def proposed(values: Mapping[str, Any], *, base: RiskConfig) -> RiskConfig:
    """Return `base` with `values` put in.  Raises ConfigInvalid with all that is wrong."""
    config, problems = checked(values, base=base)
    if problems:
        raise ConfigInvalid(problems)
    return config


@transaction.atomic
def change(*, values: Mapping[str, Any], reason: str, by: User, based_on: int | None = None) -> ConfigVersion:
    """Store a new version with `values` put into the one in force.

    Raises ConfigInvalid, NothingChanges, and ConfigMoved when somebody stored a version after `based_on`.
    """
    ensure_first()
    current = in_force()
    if based_on not in (None, current.number):
        raise moved(current.number, based_on)
    config = proposed(values, base=current.config)
    return _store(current, config, reason=reason, by=by, action="config_changed")


def moved(current: int, based_on: int | None) -> ConfigMoved:
    """Return the refusal of a change that is based on another version than the current one."""
    return ConfigMoved(f"The configuration is at version {current} by now, not {based_on}: look at it again.")


@transaction.atomic
def roll_back(*, to: int, reason: str, by: User) -> ConfigVersion:
    """Store the values of version `to` as a new version.  Raises VersionMissing and NothingChanges."""
    ensure_first()
    current = in_force()
    config = proposed(stored_version(to).config.values(), base=current.config)
    return _store(current, config, reason=reason, by=by, action="config_rolled_back", rolled_back_to=to)


@transaction.atomic
def record_adoption(*, run: int, partition: int, instant: int, number: int) -> None:
    """Note, in the caller's commit, from which record instant on a partition's fold used a version."""
    ensure_first()
    ConfigAdoption.objects.create(run=run, partition=partition, instant=instant, version_id=number)


def adoptions(*, run: int, partition: int) -> dict[int, Version]:
    """Return the versions that a run's fold adopted, by record instant in microseconds."""
    rows = ConfigAdoption.objects.filter(run=run, partition=partition).select_related("version")
    return {row.instant: Version(row.version_id, row.version.config) for row in rows.order_by("instant")}


def adopted_by_partition() -> Iterable[ConfigAdoption]:
    """Return the newest adoption of each partition."""
    newest: dict[int, ConfigAdoption] = {}
    for row in ConfigAdoption.objects.order_by("-id")[:256]:
        newest.setdefault(row.partition, row)
    return [newest[partition] for partition in sorted(newest)]


def _store(
    current: Version, config: RiskConfig, *, reason: str, by: User, action: str, rolled_back_to: int | None = None
) -> ConfigVersion:
    changed = [change._asdict() for change in changes(current.config, config)]
    if not changed:
        raise NothingChanges(f"These are the values of version {current.number}, which is in force.")
    stored = _insert(
        number=current.number + 1,
        values=config.values(),
        changes=changed,
        reason=reason,
        rolled_back_to=rolled_back_to,
        author_id=by.pk,
        author_name=by.get_username(),
    )
    detail = {"version": stored.number, "changes": changed, "reason": reason, "rolled_back_to": rolled_back_to}
    audit.record(action=action, actor=by, object_type="config", object_id=stored.number, detail=detail)
    message = config_message(Version(stored.number, config))
    publish_on_commit("config", [message])
    return stored


def _insert(**fields: Any) -> ConfigVersion:
    try:
        with transaction.atomic():
            return ConfigVersion.objects.create(created_at=timezone.now(), **fields)
    except IntegrityError as problem:  # the number is the fence between two authors
        raise ConfigMoved("Somebody else changed the configuration just now: look at it again.") from problem


def _exits_below(thresholds: Sequence[float]) -> list[float]:
    """Return exits for the environment's thresholds: the same share of each as the default ones are, and rising."""
    default, exits = RiskConfig(), list[float]()
    for own, enter, leave in zip(thresholds, default.thresholds, default.exits, strict=True):
        below = own * leave / enter
        # A threshold close above another leaves less room: half-way between that other's exit and itself.
        exits.append(round(below if not exits or below > exits[-1] else (exits[-1] + own) / 2, 6))
    return exits
