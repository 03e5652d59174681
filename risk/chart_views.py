"""Minutes for charts: scores of many symbols in one call, prices of one."""

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk import chart_queries as charts
from risk import stats
from risk.chart_filters import TREND, BarsFilter, TrendFilter
from risk.chart_serializers import BarsSerializer, TrendSerializer
from risk.messages import stamp
from risk.models import Instrument
from risk.serializers import UNKNOWN_SOURCE
from risk.stats_views import RunMissing
from risk.views import SourcesOfRuns, no_sources
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend, asked


class RiskTrendView(GenericAPIView[Instrument]):
    """The score at the end of each of the last minutes, of many symbols at once."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = TrendFilter
    queryset = Instrument.objects.all()
    serializer_class = TrendSerializer
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(responses=TrendSerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Return the last minutes that have passed of the newest run, or of the one that is asked for."""
        facts = asked(self)
        run, count = facts["run"] or stats.newest_run(), facts["minutes"] or TREND
        minutes = None if run is None else charts.last_minutes(run, count=count)
        if facts["run"] is not None and minutes is None:
            raise RunMissing(f"There are no minutes of run {run}.")
        if run is None or minutes is None:
            shown: dict[str, object] = {"run": run, "from": None, "to": None, "symbols": []}
        else:
            found = charts.trends(run, minutes, instruments=facts["symbol"])
            shown = {"run": run, "from": stamp(minutes.since), "to": stamp(minutes.until), "symbols": found}
        return Response({**shown, "source": _source(self.sources_of_runs, run), "minutes": count})


class RiskBarsView(GenericAPIView[Instrument]):
    """Stored minutes of one symbol, together with its scores."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = BarsFilter
    queryset = Instrument.objects.all()
    serializer_class = BarsSerializer
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(responses=BarsSerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Return whole buckets of the newest run that scored the symbol, or of the one that is asked for."""
        facts = asked(self)
        instrument: Instrument = facts["symbol"]
        run: int | None = facts["run"] or charts.newest_run_of(instrument.pk)
        newest = None if run is None else charts.newest_bar(run, instrument.pk)
        if facts["run"] is not None and newest is None:
            raise RunMissing(f"There are no minutes of {instrument.symbol} in run {run}.")
        head = {"symbol": instrument.symbol, "run": run, "source": _source(self.sources_of_runs, run)}
        minutes: int = facts["bucket"]
        if run is None or newest is None:
            return Response({**head, "from": None, "to": None, "bucket_minutes": minutes, "bars": []})
        period = stats.Period.of(since=facts["from"], until=facts["to"], newest=newest, minutes=minutes)
        limits = {"from": stamp(period.since), "to": stamp(period.until), "bucket_minutes": minutes}
        return Response({**head, **limits, "bars": charts.price_bars(run, instrument.pk, period)})


def _source(sources_of_runs: SourcesOfRuns, run: int | None) -> str | None:
    return None if run is None else sources_of_runs([run]).get(run, UNKNOWN_SOURCE)
