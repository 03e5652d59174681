"""What the scores of a run say together."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk import stats
from risk.filters import StatsFilter
from risk.live_state import mark_stale
from risk.messages import stamp
from risk.models import LatestRisk
from risk.response_serializers import StatsSerializer
from risk.serializers import UNKNOWN_SOURCE
from risk.views import SourcesOfRuns, no_sources
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend, asked
from riskplatform.lib.errors import Missing


class RunMissing(Missing):
    code = "run_not_found"


class RiskStatsView(GenericAPIView[LatestRisk]):
    """Now, over time and by symbol: of the newest run, or of the one that is asked for; runs are never mixed."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = StatsFilter
    queryset = LatestRisk.objects.filter(instrument__is_active=True).select_related("instrument")
    serializer_class = StatsSerializer
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(responses=StatsSerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Return the newest values and, over a range, whole buckets of time and each symbol."""
        facts, newest = asked(self), self.get_queryset()
        run = facts["run"] or stats.newest_run()
        rows = list(newest.filter(run=run)) if run is not None else []
        sources = self.sources_of_runs([] if run is None else [run])
        mark_stale(rows)
        source = None if run is None else sources.get(run, UNKNOWN_SOURCE)
        return Response({"run": run, "source": source, "now": stats.now_of(rows), **_over_time(run, facts)})


def _over_time(run: int | None, facts: dict[str, Any]) -> dict[str, object]:
    minutes: int = facts["bucket"]
    if run is None:
        return {"from": None, "to": None, "bucket_minutes": minutes, "buckets": [], "symbols": []}
    newest: datetime | None = stats.newest_instant(run)
    if newest is None:
        raise RunMissing(f"There are no records of run {run}.")
    period = stats.Period.of(since=facts["from"], until=facts["to"], newest=newest, minutes=minutes)
    return {
        "from": stamp(period.since),
        "to": stamp(period.until),
        "bucket_minutes": minutes,
        "buckets": stats.buckets_of(run, period),
        "symbols": stats.symbols_of(run, period),
    }
