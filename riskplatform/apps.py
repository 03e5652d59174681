"""The composition root as a Django app: its commands, its checks and the logging."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "riskplatform"

    def ready(self) -> None:
        from riskplatform import checks  # noqa: F401  registers the system checks
        from riskplatform.lib import logs

        logs.configure()
