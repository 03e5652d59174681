"""`Idempotency-Key`: a mutating call of the API that is sent again is answered again, not done again.

The first call with a key claims it in Redis, for one credential, method and address; the answer is kept for 24 h.
The caller is authenticated before anything is replayed: a credential that has ended gets no old answers.  Views that
hand out secrets set `keeps_no_answer`; there the header is ignored, and works nothing.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import door_of
from riskplatform.lib import redis_client
from riskplatform.lib.api import RETRY_AFTER_SECONDS, error_body

logger = structlog.get_logger(__name__)

HEADER = "Idempotency-Key"
KEY = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEPT_SECONDS = 24 * 3600
CLAIM_SECONDS = 120  # how long a claim outlives a process that died with it
LARGEST_ANSWER = 262_144
NOT_DONE = frozenset({401, 403, 408, 429})  # refusals that say nothing about the call itself
KEPT_HEADERS = ("Content-Type", "Location")
_FINISH = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3]) end"
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"

Respond = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Kept:
    """What is stored under a key: a claim (status 0) or an answer; `body` is the hash of what was asked."""

    body: str
    claim: str
    status: int = 0
    headers: dict[str, str] | None = None
    content: str = ""

    def text(self) -> str:
        return json.dumps(asdict(self))


class IdempotencyMiddleware:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None or request.method not in METHODS or not _is_honoured(request):
            return self.get_response(request)
        if not KEY.fullmatch(key):
            sentence = f"{HEADER} must be 1 to 128 letters, digits or . _ : - characters."
            return JsonResponse(error_body("idempotency_key_invalid", sentence), status=HTTPStatus.BAD_REQUEST)
        asked = hashlib.sha256(request.body).hexdigest()  # before anyone parses it: a parsed form cannot be read again
        credential = _credential(request)
        if credential is None:
            return self.get_response(request)  # which refuses, in its own words
        try:
            return self._once(request, _place(request, credential, key), asked=asked)
        except redis.RedisError:
            return _refuse(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "idempotency_unavailable",
                "Keys cannot be checked while the bus is down.",
            )

    def _once(self, request: HttpRequest, place: str, *, asked: str) -> HttpResponseBase:
        mine = Kept(body=asked, claim=secrets.token_hex(8))
        with redis_client.connect() as client:
            if not client.set(place, mine.text(), nx=True, ex=CLAIM_SECONDS):
                return _answer_again(client.get(place), mine)
        try:
            response = self.get_response(request)
        except BaseException:
            _settle(place, mine, None)
            raise
        _settle(place, mine, response)
        return response


def _is_honoured(request: HttpRequest) -> bool:
    if not request.path_info.startswith("/api/"):
        return False
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return not getattr(getattr(view, "cls", None), "keeps_no_answer", False)


def _credential(request: HttpRequest) -> str | None:
    """Return the door of an authenticated caller; None for nobody, and for who would be refused."""
    person = request.user
    asked = Request(request, authenticators=APIView().get_authenticators())
    try:
        return f"{asked.user.pk}|{door_of(asked)}" if asked.user.is_authenticated else None
    except APIException:
        return None
    finally:
        request.user = person  # the framework has written there whom it found, or nobody; the view finds out itself


def _place(request: HttpRequest, credential: str, key: str) -> str:
    facts = json.dumps([credential, request.method, request.get_full_path(), key])
    return f"{settings.REDIS_KEY_PREFIX}idempotency:{hashlib.sha256(facts.encode()).hexdigest()}"


def _answer_again(stored: object, mine: Kept) -> HttpResponse:
    if not isinstance(stored, bytes):
        return _refuse(
            HTTPStatus.CONFLICT, "idempotency_in_progress", "A call with this key has just ended. Ask again."
        )
    kept = Kept(**json.loads(stored))
    if kept.body != mine.body:
        return _refuse(
            HTTPStatus.CONFLICT, "idempotency_key_reused", "This key was used with another body. Use a new one."
        )
    if not kept.status:
        return _refuse(HTTPStatus.CONFLICT, "idempotency_in_progress", "A call with this key is being worked on.")
    headers = {**(kept.headers or {}), "Idempotent-Replay": "true"}
    return HttpResponse(base64.b64decode(kept.content), status=kept.status, headers=headers)


def _settle(place: str, mine: Kept, response: HttpResponseBase | None) -> None:
    """Keep the answer, or give the key back where a second try should be a first one; only our own claim is touched."""
    answer = _answer_to_keep(mine, response)
    try:
        with redis_client.connect() as client:
            if answer is None:
                client.eval(_RELEASE, 1, place, mine.text())
            else:
                client.eval(_FINISH, 1, place, mine.text(), answer.text(), str(KEPT_SECONDS))
    except redis.RedisError as problem:  # what was asked is done, and its answer goes out all the same
        logger.warning("idempotent answer not kept", problem=repr(problem))


def _answer_to_keep(mine: Kept, response: HttpResponseBase | None) -> Kept | None:
    if not isinstance(response, HttpResponse) or response.status_code >= 500 or response.status_code in NOT_DONE:
        return None
    if "no-store" in response.headers.get("Cache-Control", "") or len(response.content) > LARGEST_ANSWER:
        return None
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    content = base64.b64encode(response.content).decode()
    return Kept(mine.body, mine.claim, response.status_code, headers, content)


def _refuse(status: HTTPStatus, code: str, sentence: str) -> JsonResponse:
    headers = (
        {} if status is HTTPStatus.CONFLICT and code.endswith("reused") else {"Retry-After": str(RETRY_AFTER_SECONDS)}
    )
    return JsonResponse(error_body(code, sentence), status=status, headers=headers)
