"""Where somebody is signed in with a browser: what Django's own session row does not say."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone


class BrowserSession(models.Model):
    """Whose a browser's session is, from where and how lately it was used; it goes with the session.

    The session's key opens the session, so it is never shown: people name one of these by its own id.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="browser_sessions")
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"browser session {self.pk} of user {self.user_id}"
