"""What comes in and goes out about people and credentials.  No serializer knows a hash or a password that is stored."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.capabilities import Capability, Role
from accounts.models import RoleRequest, ServiceToken, TokenFamily, User
from riskplatform.lib.api import StrictSerializer

LONGEST_PASSWORD = 1024  # a bound on the work of hashing
PERSON = ["id", "username", "email", "first_name", "last_name", "role", "date_joined", "last_login"]


class CredentialsSerializer(serializers.Serializer[Any]):
    """Not strict: sign-in forms of other products send more (`grant_type`), which changes nothing here."""

    username = serializers.CharField(max_length=254, help_text="The user name, or the e-mail address.")
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class RegistrationSerializer(StrictSerializer):
    username = serializers.CharField(max_length=150, help_text="Letters, digits and . + - _; no @.")
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)
    role = serializers.ChoiceField(
        Role.choices, default=Role.VIEWER.value, help_text="viewer or analyst; admin is always refused."
    )


class RefreshSerializer(StrictSerializer):
    refresh_token = serializers.CharField(max_length=4096)


class LogoutSerializer(StrictSerializer):
    refresh_token = serializers.CharField(
        max_length=4096, required=False, help_text="Another sign-in of yours to end with this one."
    )


class PasswordSerializer(StrictSerializer):
    current_password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)
    new_password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class TokenPairSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()


class MeSerializer(serializers.ModelSerializer[User]):
    capabilities = serializers.ListField(child=serializers.CharField(), read_only=True)

    email = serializers.CharField(read_only=True)  # empty where a person has none

    class Meta:
        model = User
        fields = [*PERSON, "capabilities"]
        read_only_fields = fields


class RegisteredSerializer(MeSerializer):
    """As `me`; the last two only while an administrator still has to approve the role."""

    requested_role = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)

    class Meta(MeSerializer.Meta):
        fields = [*MeSerializer.Meta.fields, "requested_role", "detail"]
        read_only_fields = fields


class SessionSerializer(serializers.ModelSerializer[TokenFamily]):
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = TokenFamily
        fields = ["id", "user_agent", "address", "created_at", "last_used_at", "expires_at", "is_current"]
        read_only_fields = fields

    def get_is_current(self, family: TokenFamily) -> bool:
        return str(family.pk) == self.context.get("current")


class UserSerializer(serializers.ModelSerializer[User]):
    email = serializers.CharField(read_only=True)  # empty where a person has none

    class Meta:
        model = User
        fields = [*PERSON, "is_active"]
        read_only_fields = fields


class NewUserSerializer(RegistrationSerializer):
    role = serializers.ChoiceField(Role.choices, default=Role.VIEWER.value)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")


class UserChangesSerializer(StrictSerializer):
    role = serializers.ChoiceField(Role.choices, required=False)
    is_active = serializers.BooleanField(required=False)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class RoleRequestSerializer(serializers.ModelSerializer[RoleRequest]):
    username = serializers.CharField(source="user.username", read_only=True)
    decided_by = serializers.CharField(source="decided_by.username", read_only=True, allow_null=True, default=None)

    class Meta:
        model = RoleRequest
        fields = ["id", "user", "username", "role", "status", "created_at", "decided_at", "decided_by"]
        read_only_fields = fields


class ServiceTokenSerializer(serializers.ModelSerializer[ServiceToken]):
    owner = serializers.CharField(source="owner.username", read_only=True)
    is_open = serializers.SerializerMethodField()

    class Meta:
        model = ServiceToken
        fields = [
            "id", "identifier", "name", "owner", "scopes", "is_open",
            "created_at", "last_used_at", "expires_at", "revoked_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_is_open(self, token: ServiceToken) -> bool:
        return token.is_open(at=timezone.now())


class IssuedServiceTokenSerializer(ServiceTokenSerializer):
    """With `token`, the value, which is shown this once."""

    token = serializers.CharField(read_only=True)

    class Meta(ServiceTokenSerializer.Meta):
        fields = [*ServiceTokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class NewServiceTokenSerializer(StrictSerializer):
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField([str(capability) for capability in Capability]), min_length=1, max_length=50
    )
    expires_at = serializers.DateTimeField(help_text="At most one year ahead.")
    owner = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="A user's id; yourself when left out."
    )
