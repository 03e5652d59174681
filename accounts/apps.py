from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import services, session_tracking

        # Signals cover every door (pages, admin, API), so that no sign-in goes unrecorded.
        user_logged_in.connect(services.audit_login, dispatch_uid="audit_login")
        user_logged_in.connect(session_tracking.note_sign_in, dispatch_uid="note_session")
        user_logged_out.connect(services.audit_logout, dispatch_uid="audit_logout")
        user_login_failed.connect(services.audit_failed_login, dispatch_uid="audit_failed_login")
