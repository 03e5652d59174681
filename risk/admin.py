"""Instruments are kept here; records are facts, to read."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from risk.config_admin import ConfigVersionAdmin as ConfigVersionAdmin
from risk.models import ChainSummary, Instrument, LatestRisk, OptionQuote, RiskRecord, SymbolAlias


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    model = SymbolAlias
    extra = 0


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["symbol", "name", "exchange", "kind", "partition", "is_active"]
    list_filter = ["kind", "exchange", "is_active"]
    search_fields = ["symbol", "name", "aliases__alias"]
    inlines = [AliasInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Instrument | None = None) -> list[str]:
        # A symbol and a partition that have history cannot move: the log and the records name them.
        return ["symbol", "partition"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Instrument | None = None) -> bool:
        return False


@admin.register(SymbolAlias)
class SymbolAliasAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["alias", "instrument", "source"]
    list_select_related = ["instrument"]
    search_fields = ["alias", "instrument__symbol"]
    autocomplete_fields = ["instrument"]


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


@admin.register(RiskRecord)
class RiskRecordAdmin(FactsAdmin):
    ordering = ["-id"]


@admin.register(LatestRisk)
class LatestRiskAdmin(FactsAdmin):
    ordering = ["instrument_id"]


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
