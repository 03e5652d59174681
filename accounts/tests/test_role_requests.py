import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import RoleRequest, User
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

REQUESTS = "/api/v1/role-requests"


@pytest.fixture
def waiting() -> RoleRequest:
    return RoleRequest.objects.create(user=make_user(username="asha"), role="analyst")


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 403), ("viewer", 403), ("nobody", 401)])
def test_only_administrators_see_the_requests(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).get(REQUESTS).status_code == status


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 403), ("viewer", 403), ("nobody", 401)])
@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_only_administrators_decide(
    client_of: ClientOf, waiting: RoleRequest, role: str, status: int, verb: str
) -> None:
    assert client_of(role).post(f"{REQUESTS}/{waiting.pk}/{verb}").status_code == status


def test_an_approved_request_gives_the_role_and_ends_the_old_sign_ins(
    client_of: ClientOf, waiting: RoleRequest
) -> None:
    token_pair(waiting.user)

    body = client_of("admin").post(f"{REQUESTS}/{waiting.pk}/approve").json()

    waiting.user.refresh_from_db()
    assert (body["status"], body["decided_by"], waiting.user.role) == ("approved", "admin", "analyst")
    assert not waiting.user.token_families.filter(revoked_at=None).exists()
    recorded = list(AuditEntry.objects.in_order().values_list("action", "actor_name"))
    assert recorded == [("role_request_approved", "admin"), ("user_changed", "admin")]


def test_a_refused_request_leaves_a_viewer(client_of: ClientOf, waiting: RoleRequest) -> None:
    body = client_of("admin").post(f"{REQUESTS}/{waiting.pk}/refuse").json()

    waiting.user.refresh_from_db()
    assert (body["status"], waiting.user.role) == ("refused", "viewer")
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["role_request_refused"]


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_a_request_is_decided_once(client_of: ClientOf, waiting: RoleRequest, verb: str) -> None:
    client_of("admin").post(f"{REQUESTS}/{waiting.pk}/refuse")

    response = client_of("admin").post(f"{REQUESTS}/{waiting.pk}/{verb}")

    assert (response.status_code, response.json()["code"]) == (409, "role_request_decided")


def test_a_deactivated_account_is_given_no_role_and_the_request_still_waits(
    client_of: ClientOf, waiting: RoleRequest
) -> None:
    User.objects.filter(pk=waiting.user_id).update(is_active=False)

    response = client_of("admin").post(f"{REQUESTS}/{waiting.pk}/approve")

    waiting.refresh_from_db()
    assert (response.status_code, waiting.status) == (409, "pending")


def test_a_request_that_is_not_there_is_not_found(client_of: ClientOf) -> None:
    assert client_of("admin").post(f"{REQUESTS}/1/approve").status_code == 404


def test_the_list_takes_the_queries_of_one_page_whatever_its_length(
    client_of: ClientOf, waiting: RoleRequest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    RoleRequest.objects.create(user=make_user(username="b"), role="analyst", status="refused", decided_by=waiting.user)
    admin = client_of("admin")

    with django_assert_num_queries(2):  # the token with its user, the page
        assert len(admin.get(REQUESTS).json()["results"]) == 2


def test_the_list_is_filtered_by_status_and_refuses_one_that_is_none(client_of: ClientOf, waiting: RoleRequest) -> None:
    admin = client_of("admin")

    assert len(admin.get(REQUESTS, {"status": "pending"}).json()["results"]) == 1
    assert admin.get(REQUESTS, {"status": "approved"}).json()["results"] == []
    assert admin.get(REQUESTS, {"status": "x"}).status_code == 400
