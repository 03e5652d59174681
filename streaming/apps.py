from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from risk.bar_sources import BarSource


class StreamingConfig(AppConfig):
    name = "streaming"

    def ready(self) -> None:
        from risk import bar_sources, live_state
        from streaming import doorbell, judged, probes

        probes.register()
        doorbell.register()
        live_state.register(judged.judged_runs)
        bar_sources.register(bar_sources.SIMULATED, _simulated_source)


def _simulated_source(sessions: int) -> "BarSource":
    # Imported when it is asked for: no start pays for the simulator.
    from streaming.feeds.simulated_source import simulated_source

    return simulated_source(sessions)
