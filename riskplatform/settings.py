"""One page of settings. Every value is read here, with its type; a wrong one stops the start and names itself.

Precedence for the store: `REDIS_URL`, then `REDIS_HOST`, then the embedded server under `RISK_HOME`.
`docs/operations.md` lists every variable.
"""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from riskplatform import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")


def _checked(name: str, kind: str, read: Any) -> Any:
    try:
        return read()
    except ValueError as problem:
        raise ImproperlyConfigured(f"{name} must be {kind}, was {env.str(name)!r}") from problem


def _integer(name: str, default: int, *, least: int, most: int) -> int:
    value: int = _checked(name, "a whole number", lambda: env.int(name, default))
    if not least <= value <= most:
        raise ImproperlyConfigured(f"{name} must lie in [{least}, {most}], was {value}")
    return value


def _probability(name: str, default: float) -> float:
    value: float = _checked(name, "a number", lambda: env.float(name, default))
    if not 0.0 < value < 1.0:
        raise ImproperlyConfigured(f"{name} must lie between 0 and 1, was {value}")
    return value


def _networks(name: str) -> list[IPv4Network | IPv6Network]:
    written = [text.strip() for text in env.list(name, default=[]) if text.strip()]
    return [_checked(name, "a list of networks", lambda text=text: ip_network(text)) for text in written]


def _flag(name: str, default: bool) -> bool:
    text: str = env.str(name, str(default)).strip().lower()
    if text not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be true or false, was {text!r}")
    return text in {"true", "1", "yes", "on"}


def _secret_key() -> str:
    key: str = env.str("SECRET_KEY", "")
    kept = RISK_HOME / "secret-key"
    if not key and kept.is_file():
        key = kept.read_text().strip()
    if not key and not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY must be set when DEBUG is off (`manage.py up` makes one in RISK_HOME)")
    return key or "only-for-a-development-shell-without-any-user-data"


# --- the product -----------------------------------------------------------------------------------------------
APP_NAME = env.str("APP_NAME", "Risk Platform")
API_VERSION = env.str("API_VERSION", "v1")
DEBUG = _flag("DEBUG", False)
RISK_HOME = Path(env.str("RISK_HOME", str(BASE_DIR / "var"))).expanduser().resolve()
RECORDINGS_DIR = Path(env.str("RECORDINGS_DIR", str(RISK_HOME / "recordings"))).expanduser().resolve()
PORT = _integer("PORT", 8000, least=1, most=65535)
SECRET_KEY = _secret_key()

RISK_LOW_THRESHOLD = _probability("RISK_LOW_THRESHOLD", 0.30)
RISK_MEDIUM_THRESHOLD = _probability("RISK_MEDIUM_THRESHOLD", 0.50)
RISK_HIGH_THRESHOLD = _probability("RISK_HIGH_THRESHOLD", 0.80)
RISK_CRITICAL_THRESHOLD = _probability("RISK_CRITICAL_THRESHOLD", 0.90)
RISK_THRESHOLDS = (RISK_LOW_THRESHOLD, RISK_MEDIUM_THRESHOLD, RISK_HIGH_THRESHOLD, RISK_CRITICAL_THRESHOLD)
if list(RISK_THRESHOLDS) != sorted(set(RISK_THRESHOLDS)):
    raise ImproperlyConfigured(
        f"RISK_LOW_THRESHOLD < RISK_MEDIUM_THRESHOLD < RISK_HIGH_THRESHOLD < RISK_CRITICAL_THRESHOLD must hold, "
        f"were {RISK_THRESHOLDS}"
    )

RECORD_INTERVAL_MS = _integer("RECORD_INTERVAL_MS", 1000, least=250, most=60_000)
TICK_PARTITIONS = _integer("TICK_PARTITIONS", 1, least=1, most=64)
DRAIN_SLICE_SECONDS = _integer("DRAIN_SLICE_SECONDS", 10, least=1, most=60)
STALE_AFTER_SECONDS = _integer("STALE_AFTER_SECONDS", 60, least=5, most=3600)
PIPELINE_STALLED_AFTER_SECONDS = _integer("PIPELINE_STALLED_AFTER_SECONDS", 15, least=5, most=600)
TICK_LOG_RETENTION_HOURS = _integer("TICK_LOG_RETENTION_HOURS", 24, least=1, most=24 * 30)
RECORD_RETENTION_DAYS = _integer("RECORD_RETENTION_DAYS", 7, least=1, most=3650)
SIMULATOR_SEED = _integer("SIMULATOR_SEED", 1973, least=0, most=2**31 - 1)
ACCESS_TOKEN_EXPIRE_MINUTES = _integer("ACCESS_TOKEN_EXPIRE_MINUTES", 30, least=1, most=24 * 60)
REFRESH_TOKEN_EXPIRE_HOURS = _integer("REFRESH_TOKEN_EXPIRE_HOURS", 24, least=1, most=24 * 30)
REGISTRATION_MODE = env.str("REGISTRATION_MODE", "open" if DEBUG else "approval").strip().lower()
if REGISTRATION_MODE not in {"open", "approval", "closed"}:
    raise ImproperlyConfigured(f"REGISTRATION_MODE must be open, approval or closed, was {REGISTRATION_MODE!r}")
REGISTRATIONS_PER_ADDRESS = _integer("REGISTRATIONS_PER_ADDRESS", 20, least=1, most=10_000)
SIGN_IN_ATTEMPTS_PER_NAME = _integer("SIGN_IN_ATTEMPTS_PER_NAME", 5, least=1, most=1000)
SIGN_IN_ATTEMPTS_PER_ADDRESS = _integer("SIGN_IN_ATTEMPTS_PER_ADDRESS", 50, least=1, most=100_000)
SIGN_IN_LOCKOUT_MINUTES = _integer("SIGN_IN_LOCKOUT_MINUTES", 15, least=1, most=24 * 60)
TRUSTED_PROXIES = _networks("TRUSTED_PROXIES")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, was {LOG_LEVEL!r}")

# --- Django ----------------------------------------------------------------------------------------------------
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SOCKET_ORIGINS: list[str] = env.list("SOCKET_ORIGINS", default=[f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"])
INSTALLED_APPS = [
    "riskplatform",
    "audit",
    "accounts",
    "risk",
    "alerts",
    "explain",
    "streaming",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_simplejwt",
    "django_filters",
    "channels",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "riskplatform.lib.request_log.RequestLogMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.session_tracking.SessionTrackingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.idempotency.IdempotencyMiddleware",
    "riskplatform.lib.unavailable.DatabaseAwayMiddleware",
]
ROOT_URLCONF = "riskplatform.urls"
ASGI_APPLICATION = "riskplatform.asgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "riskplatform.lib.navigation.navigation",
            ]
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
# The bundle's files carry a hash of their content in their names.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/.+-[\w-]{8}\.\w+$"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("SECURE_COOKIES", False)
# Two copies on one host share cookies whatever their ports, so the name carries the port.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"session-{PORT}", f"csrf-{PORT}"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
_SOCKETS = [origin.replace("http", "ws", 1) for origin in SOCKET_ORIGINS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "connect-src": ["'self'", *_SOCKETS],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
    }
}

# --- stores ----------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{RISK_HOME / 'db.sqlite3'}")
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured: without IMMEDIATE, read-then-write transactions of two processes fail with "locked" half the time.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(RISK_HOME / "test.sqlite3")}
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5}
else:
    raise ImproperlyConfigured(f"DATABASE_URL must name SQLite or PostgreSQL, was {DATABASES['default']['ENGINE']}")


def _redis_url() -> str:
    if url := env.str("REDIS_URL", ""):
        return str(url)
    if host := env.str("REDIS_HOST", ""):
        port, number = _integer("REDIS_PORT", 6379, least=1, most=65535), _integer("REDIS_DB", 0, least=0, most=1023)
        return f"redis://{host}:{port}/{number}"
    return embedded.redis_url(RISK_HOME)


REDIS_URL = _redis_url()
REDIS_KEY_PREFIX = env.str("REDIS_KEY_PREFIX", "risk:")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_KEY_PREFIX}asgi"},
    }
}

# --- Celery: a doorbell that carries no data (architecture, section 5) -------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{REDIS_KEY_PREFIX}celery:",
    "socket_timeout": 15,
    "socket_connect_timeout": 5,
    "health_check_interval": 10,
    "visibility_timeout": 3600,
}
CELERY_BROKER_POOL_LIMIT = 4
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500_000  # kB: a child that has grown so far is replaced between two tasks
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = "UTC"

# --- API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["riskplatform.lib.api.DenyByDefault"],
    "DEFAULT_PAGINATION_CLASS": "riskplatform.lib.api.CappedCursorPagination",
    "EXCEPTION_HANDLER": "riskplatform.lib.api.error_response",
    "DEFAULT_PARSER_CLASSES": [
        "riskplatform.lib.parsers.StrictJSONParser",
        "riskplatform.lib.parsers.BoundedFormParser",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "riskplatform.lib.negotiation.SignedInNegotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
RAG_ENABLED = _flag("RAG_ENABLED", True)
# --- notifications -------------------------------------------------------------------------------------------------
PUBLIC_URL = env.str("PUBLIC_URL", f"http://localhost:{PORT}")
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = _integer("EMAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _flag("EMAIL_USE_TLS", False), _flag("EMAIL_USE_SSL", False)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS (STARTTLS) and EMAIL_USE_SSL exclude each other, both were on")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "risk-platform@localhost")
TELEGRAM_API_URL = env.str("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/")
# Seals the secrets of channels at rest; kept apart from SECRET_KEY, so that changing that one does not lose them.
CHANNEL_SECRETS_KEY = env.str("CHANNEL_SECRETS_KEY", "") or f"channel secrets of {SECRET_KEY}"
# `host:port` of receivers of our own that webhooks may reach although they are private, over http too.
WEBHOOK_LOCAL_RECEIVERS: list[str] = env.list("WEBHOOK_LOCAL_RECEIVERS", default=[])

# Signs the audit log's checkpoints; kept apart from SECRET_KEY, so that changing that one does not orphan them.
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY", "") or f"audit checkpoints of {SECRET_KEY}"
# Checkpoints that these signed still count.
AUDIT_FORMER_SIGNING_KEYS: list[str] = env.list("AUDIT_FORMER_SIGNING_KEYS", default=[])
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": env.str("JWT_SIGNING_KEY", SECRET_KEY),
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=ACCESS_TOKEN_EXPIRE_MINUTES),
    "REFRESH_TOKEN_LIFETIME": timedelta(hours=REFRESH_TOKEN_EXPIRE_HOURS),
}

SPECTACULAR_SETTINGS = {
    "TITLE": APP_NAME,
    "DESCRIPTION": "Calibrated risk of Indian market instruments, live. As it moves: WebSocket /ws/risk-stream.",
    "VERSION": API_VERSION,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": f"/api/{API_VERSION}/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/site/favicon.svg",
    "REDOC_DIST": "SIDECAR",
    # Else a field of the same name elsewhere would rename what clients' types are generated from.
    "ENUM_NAME_OVERRIDES": {
        "PhaseEnum": "alerts.models.Phase",
        "StatusEnum": "alerts.models.Status",
        "SeverityEnum": "risk.models.Severity",
        "AlertSeverityEnum": "alerts.notification_models.ALERT_LEVELS",
        "EscalatedSeverityEnum": "alerts.notification_models.ESCALATED_CHOICES",
        "RuleKindEnum": "alerts.rule_serializers.KIND_CHOICES",
        "ChannelKindEnum": "alerts.notification_models.Channel.Kind",
        "StateEnum": "risk.models.State",
        "MarketPhaseEnum": "streaming.market_serializers.PHASES",
        "FeedSourceEnum": "streaming.models.FeedRun.Source",
    },
    "PREPROCESSING_HOOKS": ["riskplatform.lib.openapi.without_trailing_slash"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "riskplatform.lib.openapi.with_refusals",
    ],
}
# Browsers of other origins may call the API with a token; cookies are never for them.
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/(api/|health|livez|readyz)"
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key"]
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Request-ID"]

DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # DEBUG: one line per request is enough
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = 20  # INFO: the asker was told
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it would believe any X-Forwarded-For
LOGGING_CONFIG = None  # structlog, set up in riskplatform/lib/logs.py when the app registry starts
