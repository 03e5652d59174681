"""Every HTTP route on one page.  Addresses have no trailing slash; with one they work too."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path

from accounts import account_pages
from accounts import pages as sign_in_pages
from accounts import service_token_views as service_tokens
from accounts import session_views as sessions
from accounts import user_views as users
from accounts import views as accounts
from alerts import assignee_views, silence_pages, silence_views
from alerts import notification_views as notifications
from alerts import pages as alert_pages
from alerts import rule_views as alert_rules
from alerts import verb_views as alert_verbs
from alerts import views as alerts
from audit import pages as audit_pages
from audit import views as audit
from explain import views as explain
from risk import chain_views as risk_chain
from risk import chart_views as risk_charts
from risk import config_views as config
from risk import history_views as risk_history
from risk import instrument_views as instruments
from risk import quality_views as quality
from risk import stats_views as risk_stats
from risk import views as risk
from riskplatform.lib import health, openapi
from streaming import app_page, board_pages, pages, report_pages
from streaming import market_views as market
from streaming.socket_facts import sources_of_runs

API = f"api/{settings.API_VERSION}"
ID = "[0-9]{1,18}"
KEY = "[a-z][a-z0-9_]{1,31}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def route(pattern: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    return re_path(rf"^{pattern}/?$", view, name=name)


def api(pattern: str, view: Any, name: str, **options: Any) -> URLPattern:
    return route(f"{API}/{pattern}", view.as_view(**options), name)


admin.site.site_header = admin.site.site_title = settings.APP_NAME
admin.site.index_title = "Operations"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", login_required(pages.live), name="live"),
    route("alerts", login_required(alert_pages.alert_list), "alerts"),
    route("alerts/silences", login_required(silence_pages.make_silence), "silences"),
    route(rf"alerts/silences/(?P<pk>{ID})/end", login_required(silence_pages.end_silence), "silence-end"),
    route(rf"alerts/(?P<pk>{ID})", login_required(alert_pages.alert_page), "alert"),
    re_path(r"^app(?:/.*)?$", login_required(app_page.screens), name="app"),
    route("report", login_required(report_pages.risk_report), "report"),
    route("status", login_required(board_pages.status), "status"),
    route("audit", login_required(audit_pages.log), "audit"),
    route("audit/verify", login_required(audit_pages.verify), "audit-verify"),
    route(rf"audit/(?P<sequence>{ID})", login_required(audit_pages.entry), "audit-entry"),
    route("login", sign_in_pages.SignInPage.as_view(), "login"),
    route("register", account_pages.register, "register"),
    route("account", login_required(account_pages.account), "account"),
    route("account/password", login_required(account_pages.password), "account-password"),
    route("account/sessions", login_required(account_pages.sessions), "account-sessions"),
    route("logout", sign_in_pages.SignOut.as_view(), "logout"),
    path("admin/login/", sign_in_pages.admin_sign_in),  # before the admin's own: one form, one count of attempts
    path("admin/", admin.site.urls),
    route("health", health.health, "health"),
    route("livez", health.livez, "livez"),
    route("readyz", health.readyz, "readyz"),
    route("docs", openapi.swagger("api-schema"), "docs"),
    route("redoc", openapi.redoc("api-schema"), "redoc"),
    route(f"{API}/schema", openapi.schema(), "api-schema"),
    api("auth/login", accounts.LoginView, "api-login"),
    api("auth/register", accounts.RegisterView, "api-register"),
    api("auth/refresh", accounts.RefreshView, "api-refresh"),
    api("auth/logout", accounts.LogoutView, "api-logout"),
    api("auth/password", accounts.PasswordView, "api-password"),
    api("auth/me", accounts.MeView, "api-me"),
    api("auth/ws-ticket", accounts.SocketTicketView, "api-ws-ticket"),
    api("auth/sessions", sessions.SessionsView, "api-sessions"),
    api(rf"auth/sessions/(?P<pk>{UUID})", sessions.SessionView, "api-session"),
    api("auth/service-tokens", service_tokens.ServiceTokensView, "api-service-tokens"),
    api(rf"auth/service-tokens/(?P<pk>{ID})", service_tokens.ServiceTokenView, "api-service-token"),
    api("users", users.UsersView, "api-users"),
    api(rf"users/(?P<pk>{ID})", users.UserView, "api-user"),
    api("role-requests", users.RoleRequestsView, "api-role-requests"),
    api(rf"role-requests/(?P<pk>{ID})/approve", users.ApproveRoleView, "api-role-request-approve"),
    api(rf"role-requests/(?P<pk>{ID})/refuse", users.RefuseRoleView, "api-role-request-refuse"),
    api("risk/live", risk.LiveRiskView, "api-risk-live", sources_of_runs=sources_of_runs),
    api("risk/history", risk_history.RiskHistoryView, "api-risk-history", sources_of_runs=sources_of_runs),
    api("risk/stats", risk_stats.RiskStatsView, "api-risk-stats", sources_of_runs=sources_of_runs),
    api("risk/trend", risk_charts.RiskTrendView, "api-risk-trend", sources_of_runs=sources_of_runs),
    api("risk/bars", risk_charts.RiskBarsView, "api-risk-bars", sources_of_runs=sources_of_runs),
    api("risk/chain", risk_chain.RiskChainView, "api-risk-chain"),
    api("instruments", instruments.InstrumentsView, "api-instruments", sources_of_runs=sources_of_runs),
    api(r"risk/(?P<pk>[0-9]{1,18})", risk.RiskRecordView, "api-risk-record", sources_of_runs=sources_of_runs),
    api("model/quality", quality.ModelQualityView, "api-model-quality"),
    api("market/source", market.MarketSourceView, "api-market-source"),
    api("market/status", market.MarketStatusView, "api-market-status"),
    api("alerts", alerts.AlertListView, "api-alerts"),
    api("alerts/stats", alerts.AlertStatsView, "api-alerts-stats"),
    api("alerts/assignees", assignee_views.AssigneesView, "api-alert-assignees"),
    api("alerts/counts", alerts.AlertCountsView, "api-alerts-counts"),
    api("alerts/silences", silence_views.SilencesView, "api-silences"),
    api(rf"alerts/silences/(?P<pk>{ID})", silence_views.SilenceView, "api-silence"),
    api(rf"alerts/silences/(?P<pk>{ID})/end", silence_views.EndSilenceView, "api-silence-end"),
    api(r"alerts/(?P<pk>[0-9]{1,18})", alerts.AlertView, "api-alert"),
    api(rf"alerts/(?P<pk>{ID})/timeline", alerts.AlertTimelineView, "api-alert-timeline"),
    api(rf"alerts/(?P<pk>{ID})/acknowledge", alert_verbs.AcknowledgeView, "api-alert-acknowledge"),
    api(rf"alerts/(?P<pk>{ID})/resolve", alert_verbs.ResolveView, "api-alert-resolve"),
    api(rf"alerts/(?P<pk>{ID})/reopen", alert_verbs.ReopenView, "api-alert-reopen"),
    api(rf"alerts/(?P<pk>{ID})/assign", alert_verbs.AssignView, "api-alert-assign"),
    api(rf"alerts/(?P<pk>{ID})/comment", alert_verbs.CommentView, "api-alert-comment"),
    api(rf"alerts/(?P<pk>{ID})/snooze", alert_verbs.SnoozeView, "api-alert-snooze"),
    api(rf"alerts/(?P<pk>{ID})/unsnooze", alert_verbs.UnsnoozeView, "api-alert-unsnooze"),
    api("alerts/rules", alert_rules.RulesView, "api-alert-rules"),
    api("alerts/rules/dry-run", alert_rules.RuleDryRunView, "api-alert-rules-dry-run"),
    api(rf"alerts/rules/(?P<key>{KEY})", alert_rules.RuleView, "api-alert-rule"),
    api(rf"alerts/rules/(?P<key>{KEY})/enable", alert_rules.EnableRuleView, "api-alert-rule-enable"),
    api(rf"alerts/rules/(?P<key>{KEY})/disable", alert_rules.DisableRuleView, "api-alert-rule-disable"),
    api("notifications", notifications.NotificationsView, "api-notifications"),
    api("notifications/read", notifications.ReadView, "api-notifications-read"),
    api("notifications/channels", notifications.ChannelsView, "api-channels"),
    api(rf"notifications/channels/(?P<pk>{ID})", notifications.ChannelView, "api-channel"),
    api(rf"notifications/channels/(?P<pk>{ID})/test", notifications.ChannelTestView, "api-channel-test"),
    api(rf"notifications/channels/(?P<pk>{ID})/secret", notifications.ChannelSecretView, "api-channel-secret"),
    api("notifications/preferences", notifications.PreferencesView, "api-preferences"),
    api("notifications/policy", notifications.PolicyView, "api-notification-policy"),
    api("explain/risk", explain.ExplainRiskView, "api-explain-risk", sources_of_runs=sources_of_runs),
    api("explain/platform", explain.ExplainPlatformView, "api-explain-platform"),
    api("audit/logs", audit.AuditLogView, "api-audit-logs"),
    api(r"audit/logs/(?P<sequence>[0-9]{1,18})", audit.AuditEntryView, "api-audit-entry"),
    api("audit/export", audit.AuditExportView, "api-audit-export"),
    api("config", config.ConfigView, "api-config"),
    api("config/validate", config.ConfigValidateView, "api-config-validate"),
    api("config/dry-run", config.ConfigDryRunView, "api-config-dry-run"),
    api("config/rollback", config.ConfigRollBackView, "api-config-rollback"),
    api("config/history", config.ConfigHistoryView, "api-config-history"),
    api(r"config/history/(?P<pk>[0-9]{1,9})", config.ConfigVersionView, "api-config-version"),
]

handler400 = "riskplatform.lib.api.bad_request"
handler403 = "riskplatform.lib.api.forbidden"
handler404 = "riskplatform.lib.api.page_not_found"
handler500 = "riskplatform.lib.api.server_error"
