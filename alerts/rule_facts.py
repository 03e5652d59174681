"""What is shown of the rules: their values, what they measure, and how many of their alerts go on.  Reads only."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Count

from alerts.models import Alert
from risk import alert_kinds as kinds
from risk.alert_rules import AlertRule
from risk.configuration import RiskConfig

# The settings that stand for the levels of a built-in rule.
SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    kinds.SCORE: (
        "low_threshold", "medium_threshold", "high_threshold", "critical_threshold", "low_exit", "medium_exit",
        "high_exit", "critical_exit", "alert_from", "alert_pending_seconds", "critical_pending_seconds",
        "alert_hold_seconds", "alert_keep_firing_seconds",
    ),
    kinds.STALE: ("stale_after_seconds", "stale_after_gaps"),
    kinds.FROZEN: ("frozen_price_minutes",),
    kinds.LAG: ("lag_alert_seconds", "lag_clear_seconds"),
}  # fmt: skip


def listed(config: RiskConfig) -> list[dict[str, Any]]:
    """Return every rule of a configuration."""
    going = _going()
    return [_shown(rule, config, going) for rule in config.rules]


def shown(rule: AlertRule, config: RiskConfig) -> dict[str, Any]:
    """Return one rule of a configuration."""
    return _shown(rule, config, _going())


def _shown(rule: AlertRule, config: RiskConfig, going: Mapping[str, int]) -> dict[str, Any]:
    kind = kinds.KINDS[rule.kind]
    names = SETTINGS.get(rule.key, ()) if rule.is_built_in else ()
    return {
        **rule.values(),
        "is_built_in": rule.is_built_in,
        "meaning": kind.meaning,
        "unit": kind.unit,
        "rises": kind.rises,
        "judged_where": kind.where,
        "settings": {name: getattr(config, name) for name in names},
        "going": going.get(rule.key, 0),
    }


def _going() -> dict[str, int]:
    counted: Any = Alert.objects.unended().values("rule").annotate(number=Count("pk")).order_by("rule")
    return {row["rule"]: row["number"] for row in counted}
