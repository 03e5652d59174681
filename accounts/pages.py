"""Sign-in and sign-out pages."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.throttle_services import TooManyAttempts


class SignInForm(AuthenticationForm):
    """Takes a user name or an e-mail address.  Raises TooManyAttempts, which is no error of a field."""

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name and password:
            self.user_cache = authenticate(self.request, username=name, password=password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data


class SignInPage(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(registration_open=settings.REGISTRATION_MODE != "closed", **more)

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **options)
        except TooManyAttempts as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: TooManyAttempts) -> HttpResponse:
        context = self.get_context_data(form=SignInForm(self.request), refusal=refusal.sentence)
        headers = {"Retry-After": str(refusal.retry_after_seconds)}
        return self.response_class(
            request=self.request,
            template=self.get_template_names(),
            context=context,
            status=HTTPStatus.TOO_MANY_REQUESTS,
            headers=headers,
        )


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Send who wants into the admin to the one sign-in page; who is signed in and still not let in may not go there."""
    if request.user.is_authenticated:
        if request.user.is_staff:
            return redirect("admin:index")
        raise PermissionDenied
    wanted = request.GET.get("next", "/admin/")
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}")
