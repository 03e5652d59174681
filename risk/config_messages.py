"""The message that tells browsers of a new configuration."""

from typing import TypedDict

from risk.configuration import Version


class ConfigMessage(TypedDict):
    """The newest version and where LOW, MEDIUM, HIGH and CRITICAL begin; workers adopt it at their next instant."""

    version: int
    thresholds: list[float]
    stale_after_seconds: int


def config_message(version: Version) -> ConfigMessage:
    """Return the message of a version."""
    config = version.config
    return ConfigMessage(
        version=version.number, thresholds=list(config.thresholds), stale_after_seconds=config.stale_after_seconds
    )
