import uuid

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import family_services
from accounts.models import TokenFamily
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

SESSIONS, ME = "/api/v1/auth/sessions", "/api/v1/auth/me"


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 200), ("viewer", 200), ("nobody", 401)])
def test_everybody_sees_their_own_sign_ins(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).get(SESSIONS).status_code == status


def test_a_sign_in_says_where_and_when_and_nothing_secret(client_of: ClientOf) -> None:
    token_pair(make_user("analyst"))

    (row,) = client_of("viewer").get(SESSIONS).json()["results"]

    keys = {"id", "user_agent", "address", "created_at", "last_used_at", "expires_at", "is_current"}
    assert set(row) == keys
    assert (row["user_agent"], row["address"], row["is_current"]) == ("test", "192.0.2.1", True)


def test_a_long_or_odd_user_agent_is_cut_to_what_can_be_shown() -> None:
    family_services.begin(make_user(), user_agent="a\x00\n" + "b" * 500, address=None)

    assert TokenFamily.objects.get().user_agent == "a" + "b" * 199


def test_ending_a_sign_in_ends_its_tokens_and_no_others(client_of: ClientOf) -> None:
    viewer = client_of("viewer")
    other = token_pair(make_user("viewer", username="second"))
    user = TokenFamily.objects.earliest("created_at").user
    ended = token_pair(user)
    pk = TokenFamily.objects.filter(user=user).latest("created_at").pk

    assert viewer.delete(f"{SESSIONS}/{pk}").status_code == 204

    tokens = (ended.access_token, other.access_token)
    statuses = [APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}").status_code for token in tokens]
    assert statuses == [401, 200]
    assert viewer.get(ME).status_code == 200
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["session_ended"]
    assert viewer.delete(f"{SESSIONS}/{pk}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("admin", 404), ("analyst", 404), ("viewer", 404), ("nobody", 401)])
def test_nobody_ends_the_sign_in_of_another(client_of: ClientOf, role: str, status: int) -> None:
    token = token_pair(make_user(username="other")).access_token
    pk = TokenFamily.objects.get().pk

    assert client_of(role).delete(f"{SESSIONS}/{pk}").status_code == status
    assert APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 200


def test_one_that_is_not_there_is_not_found(client_of: ClientOf) -> None:
    assert client_of("viewer").delete(f"{SESSIONS}/{uuid.uuid4()}").status_code == 404


def test_the_list_takes_two_queries_whatever_its_length(
    client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    viewer = client_of("viewer")
    for _ in range(3):
        token_pair(TokenFamily.objects.earliest("created_at").user)

    with django_assert_num_queries(2):
        assert len(viewer.get(SESSIONS).json()["results"]) == 4
