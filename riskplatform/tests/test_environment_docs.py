"""Every variable that the product reads from the environment is documented, and nothing else is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("riskplatform", "accounts", "audit", "risk", "alerts", "explain", "streaming")
# Between the product's own processes, from the operating system, or for developers: nobody sets these in `.env`.
INTERNAL = {
    "DJANGO_SETTINGS_MODULE", "RISK_NO_BOOTSTRAP", "RISK_STARTED", "RISK_BOOTSTRAPPED", "PYTHONHOME",
    "__PYVENV_LAUNCHER__", "UV_CACHE_DIR", "PIP_CACHE_DIR", "RISK_WARDEN_GRACE",
    "PATH", "HOME", "UV_LINK_MODE", "PYTHONUNBUFFERED", "POLARS_MAX_THREADS",
}  # fmt: skip


def read_names() -> Iterator[tuple[str, Path]]:
    """Yield the name in every call like `env.str("NAME", …)` or `os.environ["NAME"]` of the product's own code."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" in path.parts or path.name == "suite.py":
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                yield from ((name, path) for name in _names(node))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
        yield from _constant(node.slice)
    if isinstance(node, ast.Call) and node.args:
        function = ast.unparse(node.func)
        if function.startswith(("env.", "_")) or "environ" in function or function.endswith("getenv"):
            yield from _constant(node.args[0])
    if isinstance(node, ast.Assign):  # a name of its own, for a variable that is read further down
        yield from (name for name in _constant(node.value) if name.startswith("RISK_"))


def _constant(node: ast.AST) -> Iterator[str]:
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[A-Z][A-Z0-9_]{2,}", node.value)
    ):
        yield str(node.value)


READ = {name: path for name, path in read_names() if name not in INTERNAL}


def documented(text: str) -> set[str]:
    return set(re.findall(r"`([A-Z][A-Z0-9_]{2,})`", text))


def test_the_products_own_variables_are_read() -> None:
    # The list of the product's design.
    promised = {
        "APP_NAME", "DEBUG", "SECRET_KEY", "API_VERSION", "DATABASE_URL", "REDIS_HOST", "REDIS_PORT", "REDIS_DB",
        "RISK_HIGH_THRESHOLD", "RISK_MEDIUM_THRESHOLD", "RISK_LOW_THRESHOLD", "CORS_ORIGINS",
        "ACCESS_TOKEN_EXPIRE_MINUTES", "OPENAI_API_KEY", "RAG_ENABLED", "LOG_LEVEL",
    }  # fmt: skip

    assert promised - set(READ) == set()


def test_every_variable_that_is_read_stands_in_the_operations_page() -> None:
    missing = set(READ) - documented((ROOT / "docs" / "operations.md").read_text())

    assert not missing, {name: str(READ[name].relative_to(ROOT)) for name in missing}


def test_every_variable_that_is_read_stands_in_the_example() -> None:
    example = set(re.findall(r"^#?([A-Z][A-Z0-9_]{2,})=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert set(READ) - example == set()


def test_the_example_names_no_variable_that_nobody_reads() -> None:
    example = set(re.findall(r"^#?([A-Z][A-Z0-9_]{2,})=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))

    assert example - set(READ) - compose == set()
