"""What each role may do.  Views ask for a capability, never for a role; roles are rows, capabilities are code."""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"


class Capability(StrEnum):
    READ_RISK = "risk.read"
    READ_ALERTS = "alerts.read"
    HANDLE_ALERTS = "alerts.handle"
    ASK_EXPLANATIONS = "explain.ask"
    READ_OPERATIONS = "operations.read"
    CONFIGURE = "config.write"
    READ_AUDIT = "audit.read"
    MANAGE_USERS = "users.manage"


SELF_ASSIGNABLE = frozenset({Role.VIEWER.value, Role.ANALYST.value})
_VIEWER = frozenset({Capability.READ_RISK, Capability.READ_ALERTS})
_ANALYST = _VIEWER | {Capability.HANDLE_ALERTS, Capability.ASK_EXPLANATIONS, Capability.READ_OPERATIONS}
CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER.value: _VIEWER,
    Role.ANALYST.value: _ANALYST,
    Role.ADMIN.value: frozenset(Capability),
}


def roles_with(capability: Capability) -> list[str]:
    """Return the roles whose holders may do this."""
    return [role for role, may in CAPABILITIES.items() if capability in may]
