"""What an administrator may fill in about an account on the admin site."""

from typing import Any

from django import forms

from accounts import account_rules as rules
from accounts.account_rules import Changes, NewUser
from accounts.models import User

EDITABLE = ["email", "first_name", "last_name", "role", "is_active"]


class NewAccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The password is asked for once: who sets it hands it over, and its owner changes it."""

    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False)

    class Meta:
        model = User
        fields = ["username", "email", "first_name", "last_name", "role"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            rules.check_new(
                User(**{name: cleaned.get(name, "") for name in self.Meta.fields}), password=cleaned.get("password", "")
            )
        except rules.FieldsRefused as refusal:
            for name, sentences in refusal.fields.items():
                if name not in self.errors:
                    self.add_error(name, sentences)
        return cleaned

    def wanted(self) -> NewUser:
        return NewUser(**{name: self.cleaned_data[name] for name in [*self.Meta.fields, "password"]})


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = User
        fields = EDITABLE

    def changes(self) -> Changes:
        changed: dict[str, Any] = {name: self.cleaned_data[name] for name in self.changed_data}
        return Changes(**changed)
