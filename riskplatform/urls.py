"""Every HTTP route on one page.  Addresses have no trailing slash; with one they work too."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path

from accounts import pages as account_pages
from accounts import views as accounts
from risk import config_views as config
from risk import history_views as risk_history
from risk import stats_views as risk_stats
from risk import views as risk
from riskplatform.lib import health
from streaming import pages
from streaming.socket_facts import sources_of_runs

API = f"api/{settings.API_VERSION}"


def route(pattern: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    return re_path(rf"^{pattern}/?$", view, name=name)


def api(pattern: str, view: Any, name: str, **options: Any) -> URLPattern:
    return route(f"{API}/{pattern}", view.as_view(**options), name)


admin.site.site_header = admin.site.site_title = settings.APP_NAME
admin.site.index_title = "Operations"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", login_required(pages.live), name="live"),
    route("login", account_pages.SignInPage.as_view(), "login"),
    route("logout", account_pages.SignOut.as_view(), "logout"),
    path("admin/", admin.site.urls),
    route("health", health.health, "health"),
    route("livez", health.livez, "livez"),
    route("readyz", health.readyz, "readyz"),
    api("auth/login", accounts.LoginView, "api-login"),
    api("auth/me", accounts.MeView, "api-me"),
    api("auth/ws-ticket", accounts.SocketTicketView, "api-ws-ticket"),
    api("risk/live", risk.LiveRiskView, "api-risk-live", sources_of_runs=sources_of_runs),
    api("risk/history", risk_history.RiskHistoryView, "api-risk-history", sources_of_runs=sources_of_runs),
    api("risk/stats", risk_stats.RiskStatsView, "api-risk-stats", sources_of_runs=sources_of_runs),
    api(r"risk/(?P<pk>[0-9]{1,18})", risk.RiskRecordView, "api-risk-record", sources_of_runs=sources_of_runs),
    api("config", config.ConfigView, "api-config"),
    api("config/validate", config.ConfigValidateView, "api-config-validate"),
    api("config/dry-run", config.ConfigDryRunView, "api-config-dry-run"),
    api("config/rollback", config.ConfigRollBackView, "api-config-rollback"),
    api("config/history", config.ConfigHistoryView, "api-config-history"),
    api(r"config/history/(?P<pk>[0-9]{1,9})", config.ConfigVersionView, "api-config-version"),
]

handler404 = "riskplatform.lib.api.page_not_found"
handler500 = "riskplatform.lib.api.server_error"
