"""Instruments are kept here; records are facts, to read."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import User
from risk.config_admin import ConfigVersionAdmin as ConfigVersionAdmin
from risk.instrument_services import change_instrument
from risk.models import (
    ChainSummary,
    HourRollup,
    Instrument,
    LatestRisk,
    MarketRollup,
    MinuteRollup,
    OptionQuote,
    RiskRecord,
    SymbolAlias,
)
from riskplatform.lib.admin_pages import BoundedPaginator


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = SymbolAlias
    extra = 0


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["symbol", "name", "exchange", "kind", "partition", "is_active"]
    list_filter = ["kind", "exchange", "is_active"]
    search_fields = ["symbol", "name", "aliases__alias"]
    exclude = ["copy_of"]
    inlines = [AliasInline]

    def save_model(self, request: HttpRequest, obj: Instrument, form: object, change: bool) -> None:
        change_instrument(obj, by=cast(User, request.user))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        named = formset.save(commit=False)
        by, gone = cast(User, request.user), formset.deleted_objects
        change_instrument(form.instance, by=by, named=named, no_longer_named=gone)

    def get_readonly_fields(self, request: HttpRequest, obj: Instrument | None = None) -> list[str]:
        # A symbol that has history cannot move: the records name it.  Partitions are given when a feed begins.
        return ["symbol", "partition"] if obj else ["partition"]

    def has_delete_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return False


@admin.register(SymbolAlias)
class SymbolAliasAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["alias", "instrument", "source"]
    list_select_related = ["instrument"]
    search_fields = ["alias", "instrument__symbol"]
    autocomplete_fields = ["instrument"]

    def save_model(self, request: HttpRequest, obj: SymbolAlias, form: object, change: bool) -> None:
        change_instrument(obj.instrument, by=cast(User, request.user), named=[obj])

    def delete_model(self, request: HttpRequest, obj: SymbolAlias) -> None:
        change_instrument(obj.instrument, by=cast(User, request.user), no_longer_named=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SymbolAlias]) -> None:
        for alias in queryset.select_related("instrument"):
            self.delete_model(request, alias)


class FactsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that nobody adds, changes or deletes by hand."""

    list_display = ["instrument", "instant", "score", "severity", "state", "price", "run"]
    list_select_related = ["instrument"]
    list_filter = ["severity", "state"]
    search_fields = ["=instrument__symbol"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ScoresAdmin(FactsAdmin):
    """Scores, found by symbol: first the instruments, then their rows by index."""

    paginator = BoundedPaginator
    search_help_text = "a symbol"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term:
            return queryset, False
        found = Instrument.objects.filter(symbol__iexact=search_term.strip()).values_list("id", flat=True)
        return queryset.filter(instrument__in=list(found)), False


@admin.register(RiskRecord)
class RiskRecordAdmin(ScoresAdmin):
    list_filter = ["severity"]  # by state there is no index
    ordering = ["-id"]


@admin.register(LatestRisk)
class LatestRiskAdmin(ScoresAdmin):
    ordering = ["instrument_id"]


@admin.register(MinuteRollup, HourRollup)
class InstrumentRollupAdmin(ScoresAdmin):
    list_display = ["instrument", "start", "open", "high", "low", "close", "records", "run"]
    list_filter = []
    ordering = ["-id"]


@admin.register(MarketRollup)
class MarketRollupAdmin(FactsAdmin):
    paginator = BoundedPaginator
    list_display = ["run", "partition", "start", "high", "records", "records_high", "records_critical"]
    list_select_related = []
    list_filter = []
    search_fields = []
    ordering = ["-id"]


@admin.register(ChainSummary)
class ChainSummaryAdmin(FactsAdmin):
    list_display = [
        "symbol", "trading_date", "expiry", "forward", "forward_source", "atm_volatility", "skew_25", "term_slope",
        "quotes_used", "flags",
    ]  # fmt: skip
    list_select_related = ["instrument"]
    list_filter = ["exchange", "forward_source"]
    date_hierarchy = "trading_date"
    search_fields = ["=symbol"]
    ordering = ["-trading_date", "symbol", "expiry"]


@admin.register(OptionQuote)
class OptionQuoteAdmin(FactsAdmin):
    list_display = [
        "chain",
        "strike",
        "option_type",
        "close",
        "volume",
        "open_interest",
        "implied_volatility",
        "reason",
    ]
    list_select_related = ["chain"]
    list_filter = ["option_type", "reason"]
    search_fields = ["=chain__symbol"]
    ordering = ["-id"]
