"""Who may call what: the product's promise, written apart from the code that keeps it."""

from typing import Final

from accounts.capabilities import Capability

ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"  # a service token with any scope counts
PERSON: Final = "person"  # no service token manages the sign-ins of its owner
Requirement = Capability | str

RISK, READ, HANDLE = Capability.READ_RISK, Capability.READ_ALERTS, Capability.HANDLE_ALERTS
USERS, CONFIG, ASK, AUDIT = (
    Capability.MANAGE_USERS, Capability.CONFIGURE, Capability.ASK_EXPLANATIONS, Capability.READ_AUDIT
)  # fmt: skip

# Route name -> method -> who. A route of the API that is not here fails the suite, and so does a method.
POLICY: Final[dict[str, dict[str, Requirement]]] = {
    "health": {"get": ANYONE},
    "livez": {"get": ANYONE},
    "readyz": {"get": ANYONE},
    "docs": {"get": SIGNED_IN},
    "redoc": {"get": SIGNED_IN},
    "api-schema": {"get": SIGNED_IN},
    "api-login": {"post": ANYONE},
    "api-register": {"post": ANYONE},
    "api-refresh": {"post": ANYONE},
    "api-logout": {"post": PERSON},
    "api-password": {"post": PERSON},
    "api-sessions": {"get": PERSON},
    "api-session": {"delete": PERSON},
    "api-me": {"get": SIGNED_IN},
    "api-ws-ticket": {"post": SIGNED_IN},
    "api-service-tokens": {"get": USERS, "post": USERS},
    "api-service-token": {"delete": USERS},
    "api-users": {"get": USERS, "post": USERS},
    "api-user": {"get": USERS, "patch": USERS},
    "api-role-requests": {"get": USERS},
    "api-role-request-approve": {"post": USERS},
    "api-role-request-refuse": {"post": USERS},
    "api-risk-live": {"get": RISK},
    "api-risk-record": {"get": RISK},
    "api-risk-history": {"get": RISK},
    "api-risk-stats": {"get": RISK},
    "api-risk-trend": {"get": RISK},
    "api-risk-bars": {"get": RISK},
    "api-risk-chain": {"get": RISK},
    "api-instruments": {"get": RISK},
    "api-model-quality": {"get": RISK},
    "api-market-source": {"get": RISK, "put": CONFIG},
    "api-market-status": {"get": RISK},
    "api-alerts": {"get": READ},
    "api-alerts-stats": {"get": READ},
    "api-alert-assignees": {"get": HANDLE},
    "api-alerts-counts": {"get": READ},
    "api-silences": {"get": READ, "post": HANDLE},
    "api-silence": {"get": READ},
    "api-silence-end": {"post": HANDLE},
    "api-alert": {"get": READ},
    "api-alert-acknowledge": {"post": HANDLE},
    "api-alert-resolve": {"post": HANDLE},
    "api-alert-timeline": {"get": READ},
    "api-alert-reopen": {"post": HANDLE},
    "api-alert-assign": {"post": HANDLE},
    "api-alert-comment": {"post": HANDLE},
    "api-alert-snooze": {"post": HANDLE},
    "api-alert-unsnooze": {"post": HANDLE},
    "api-alert-rules": {"get": HANDLE, "post": CONFIG},
    "api-alert-rules-dry-run": {"post": CONFIG},
    "api-alert-rule": {"get": HANDLE, "put": CONFIG, "delete": CONFIG},
    "api-alert-rule-enable": {"post": CONFIG},
    "api-alert-rule-disable": {"post": CONFIG},
    "api-notifications": {"get": READ},
    "api-notifications-read": {"post": READ},
    "api-channels": {"get": HANDLE, "post": HANDLE},
    "api-channel": {"get": HANDLE, "patch": HANDLE, "delete": HANDLE},
    "api-channel-test": {"post": HANDLE},
    "api-channel-secret": {"post": HANDLE},
    "api-preferences": {"get": READ, "patch": READ},
    "api-notification-policy": {"get": CONFIG, "patch": CONFIG},
    "api-explain-risk": {"post": ASK},
    "api-explain-platform": {"get": ASK},
    "api-audit-logs": {"get": AUDIT},
    "api-audit-entry": {"get": AUDIT},
    "api-audit-export": {"get": AUDIT},
    "api-config": {"get": CONFIG, "put": CONFIG},
    "api-config-validate": {"get": CONFIG},
    "api-config-dry-run": {"post": CONFIG},
    "api-config-rollback": {"post": CONFIG},
    "api-config-history": {"get": CONFIG},
    "api-config-version": {"get": CONFIG},
}
# Pages for browsers, with an address of each: a session decides, and who has none is sent to sign in.
PAGES: Final = {
    "app": "/app/",
    "live": "/",
    "alerts": "/alerts",
    "alert": "/alerts/1",
    "silences": "/alerts/silences",
    "silence-end": "/alerts/silences/1/end",
    "account": "/account",
    "account-password": "/account/password",
    "account-sessions": "/account/sessions",
    "login": "/login",
    "logout": "/logout",
    "register": "/register",
    "report": "/report",
    "status": "/status",
    "audit": "/audit",
    "audit-entry": "/audit/1",
    "audit-verify": "/audit/verify",
}
# Open to who is not signed in.
OPEN_PAGES: Final = {"login", "register"}
