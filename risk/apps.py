from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "risk"

    def ready(self) -> None:
        from risk import openapi  # noqa: F401  registers how the schema describes scores
