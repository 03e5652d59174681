"""One's own account in plain forms: registering, the password, where one is signed in.

The same services, limits and audit entries as the API; a form's refusals stand beside its fields.
"""

from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework import serializers

from accounts import client_address, password_services, session_services
from accounts import registration_services as registration
from accounts.account_rules import FieldsRefused, NewUser
from accounts.capabilities import SELF_ASSIGNABLE, Role
from accounts.models import RoleRequest, User
from accounts.serializers import PasswordSerializer, RegistrationSerializer
from riskplatform.lib.api import status_of
from riskplatform.lib.errors import DomainError, Missing, TooMany

Problems = dict[str, list[str]]


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show the form, or make the account and go on to signing in."""
    if request.user.is_authenticated:
        return redirect("account")
    if request.method != "POST":
        return _registration(request)
    form = RegistrationSerializer(data=_posted(request, "username", "email", "password", "role"))
    if not form.is_valid():
        return _registration(request, problems=_sentences(form))
    try:
        done = registration.register(NewUser(**form.validated_data), address=client_address.of(request))
    except FieldsRefused as refusal:
        return _registration(request, problems=refusal.fields)
    except DomainError as refusal:
        return _registration(request, refusal=refusal)
    messages.success(request, _welcome(done))
    return redirect("login")


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show who one is, and lead on to what can be changed."""
    user = cast(User, request.user)
    waiting = RoleRequest.objects.filter(user=user, status=RoleRequest.Status.PENDING).first()
    return render(request, "accounts/account.html", {"waiting": waiting, "may": user.capabilities()})


@sensitive_post_parameters("current_password", "new_password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; this browser stays signed in, everything else ends."""
    if request.method != "POST":
        return _password(request)
    form = PasswordSerializer(data=_posted(request, "current_password", "new_password"))
    if not form.is_valid():
        return _password(request, problems=_sentences(form))
    if request.POST.get("again") != form.validated_data["new_password"]:
        return _password(request, problems={"again": ["This is not the same password as above."]})
    return _change(request, form.validated_data["current_password"], form.validated_data["new_password"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in; a POST ends one of them, or all but this one."""
    user, current = cast(User, request.user), request.session.session_key
    if request.method != "POST":
        return _sessions(request)
    if request.POST.get("which") == "others":
        ended = session_services.end_others(user, current=current)
        messages.success(request, f"Ended: {ended} other sign-in{'' if ended == 1 else 's'}.")
        return redirect("account-sessions")
    try:
        session_services.end(user, door=request.POST.get("door", ""), pk=request.POST.get("id", ""))
    except Missing as problem:
        return _sessions(request, problem=problem.sentence, status=HTTPStatus.NOT_FOUND)
    messages.success(request, "The sign-in has ended.")
    return redirect("account-sessions")


def _change(request: HttpRequest, current: str, new: str) -> HttpResponse:
    user = cast(User, request.user)
    try:
        user = password_services.change(user, current=current, new=new, address=client_address.of(request))
    except FieldsRefused as refusal:
        return _password(request, problems=refusal.fields)
    except DomainError as refusal:
        return _password(request, refusal=refusal)
    update_session_auth_hash(request, user)
    messages.success(request, "The password is changed. Every other sign-in of yours has ended.")
    return redirect("account")


def _registration(
    request: HttpRequest, *, problems: Problems | None = None, refusal: DomainError | None = None
) -> HttpResponse:
    context = {
        "mode": settings.REGISTRATION_MODE,
        "roles": [(role, role.label) for role in Role if role.value in SELF_ASSIGNABLE],
        "typed": _posted(request, "username", "email", "role"),
    }
    return _form(request, "accounts/register.html", context, problems=problems, refusal=refusal)


def _password(
    request: HttpRequest, *, problems: Problems | None = None, refusal: DomainError | None = None
) -> HttpResponse:
    return _form(request, "accounts/password.html", {}, problems=problems, refusal=refusal)


def _form(
    request: HttpRequest, template: str, more: dict[str, Any], *, problems: Problems | None, refusal: DomainError | None
) -> HttpResponse:
    """Show a form with what was wrong: beside its fields, or above them where it concerns none."""
    status = HTTPStatus.BAD_REQUEST if problems else status_of(refusal) if refusal else HTTPStatus.OK
    context = {
        **more,
        "problems": problems or {},
        "refusal": refusal.sentence if refusal else "",
        "rules": password_validators_help_texts(),
    }
    response = render(request, template, context, status=status)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def _sessions(request: HttpRequest, *, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    user = cast(User, request.user)
    found = session_services.open_sign_ins(user, current=request.session.session_key)
    context = {"found": found, "has_others": any(not one.is_current for one in found), "problem": problem}
    return render(request, "accounts/sessions.html", context, status=status)


def _welcome(done: registration.Registered) -> str:
    made = f"The account {done.user.username} is made: sign in."
    if done.requested_role is None:
        return made
    return f"{made} You are a viewer until an administrator approves the role {done.requested_role}."


def _posted(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST[name] for name in names if name in request.POST}


def _sentences(form: serializers.BaseSerializer[Any]) -> Problems:
    errors = cast(dict[str, list[Any]], form.errors)
    return {name: [str(sentence) for sentence in said] for name, said in errors.items()}
