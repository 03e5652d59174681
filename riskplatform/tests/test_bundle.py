"""The committed screens: built from these sources, named by the page, and small enough to start."""

import gzip
import json
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client
from pytest_django import Settings

from accounts.tests.factories import make_user
from riskplatform import checks
from riskplatform.lib import bundle

FRONTEND = Path(project.BASE_DIR) / "frontend"
FIRST_LOAD_LIMIT = 250_000


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Path:
    """Return the `static/app/` of a platform without any bundle."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "static" / "app").mkdir(parents=True)
    return tmp_path / "static" / "app"


def test_the_committed_bundle_was_built_from_these_sources() -> None:
    assert bundle.recorded_hash() == bundle.source_hash(FRONTEND), "run `npm run build` in frontend/"


def test_changing_a_source_changes_the_hash_and_changing_a_test_does_not(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name in (*bundle.SINGLE_SOURCES, "src/a.ts", "src/a.test.ts"):
        (tmp_path / name).write_text("before")
    before = bundle.source_hash(tmp_path)

    (tmp_path / "src" / "a.test.ts").write_text("after")
    assert bundle.source_hash(tmp_path) == before

    (tmp_path / "src" / "a.ts").write_text("after")
    assert bundle.source_hash(tmp_path) != before


def test_what_a_first_visit_loads_stays_below_the_limit() -> None:
    files = bundle.built()
    sizes = [(bundle.directory() / f"{name}.br").stat().st_size for name in (files.script, *files.imports)]

    assert 0 < sum(sizes) <= FIRST_LOAD_LIMIT


def test_what_is_compressed_is_what_is_served() -> None:
    script = bundle.directory() / bundle.built().script

    assert gzip.decompress(Path(f"{script}.gz").read_bytes()) == script.read_bytes()


def test_the_page_needs_every_chunk_that_its_entry_imports(elsewhere: Path) -> None:
    chunks = {
        "src/main.tsx": {"file": "assets/main.js", "css": ["assets/main.css"], "imports": ["_a.js"]},
        "_a.js": {"file": "assets/a.js", "imports": ["_b.js"], "css": ["assets/main.css"]},
        "_b.js": {"file": "assets/b.js", "imports": ["_a.js"]},
        "src/lazy.tsx": {"file": "assets/lazy.js", "isDynamicEntry": True},
    }
    (elsewhere / "manifest.json").write_text(json.dumps(chunks))

    assert bundle.built() == bundle.Bundle(
        script="assets/main.js", styles=("assets/main.css",), imports=("assets/a.js", "assets/b.js")
    )


def test_a_platform_without_screens_says_so_before_it_starts(elsewhere: Path) -> None:
    assert [message.id for message in checks.screens_are_built(None)] == ["risk.E003"]

    (elsewhere / "manifest.json").write_text('{"src/main.tsx": {"file": "assets/main.js"}}')

    assert checks.screens_are_built(None) == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/app", "/app/", "/app/dashboard", "/app/symbols/M%26M"])
def test_every_address_below_app_is_the_page_of_the_screens(address: str) -> None:
    browser = Client()
    browser.force_login(make_user("viewer"))

    answer = browser.get(address)

    assert answer.status_code == 200
    assert f'src="/static/app/{bundle.built().script}"' in answer.content.decode()


@pytest.mark.django_db
def test_the_page_tells_who_is_there_and_hands_out_the_csrf_cookie() -> None:
    browser = Client()
    browser.force_login(make_user("viewer"))

    answer = browser.get("/app/")

    facts = answer.context["boot"]
    assert facts["user"]["capabilities"] == ["alerts.read", "risk.read"]
    assert facts["config"]["thresholds"] == list(project.RISK_THRESHOLDS)
    assert facts["csrf_cookie"] in answer.cookies
    assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.django_db
def test_the_page_allows_no_inline_script_and_inline_style_only_with_its_nonce() -> None:
    browser = Client()
    browser.force_login(make_user("viewer"))

    first, second = (browser.get("/app/") for _ in range(2))

    policy = first.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "style-src 'self' 'nonce-" in policy
    assert policy != second.headers["Content-Security-Policy"]


def test_files_with_a_hash_in_their_names_are_kept_for_good_and_sent_compressed() -> None:
    answer = Client(headers={"Accept-Encoding": "br"}).get(f"/static/app/{bundle.built().script}")

    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_manifest_may_change_under_its_name() -> None:
    assert "immutable" not in Client().get("/static/app/manifest.json").headers["Cache-Control"]
