"""Who uses the platform."""

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from accounts.capabilities import CAPABILITIES, Capability, Role


class User(AbstractUser):
    """A person with one role.  User names hold no `@`, so that a name and an e-mail address are never confused."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[RegexValidator(r"\A[\w.+-]+\Z", "Letters, digits and . + - _ only.")],
        error_messages={"unique": "A user with that name already exists."},
    )
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="user_email_unique_whatever_the_case"
            ),
        ]

    def can(self, capability: str) -> bool:
        return self.is_active and capability in CAPABILITIES.get(self.role, frozenset[Capability]())
