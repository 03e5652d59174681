"""What the alerts' pages say of a form that was refused."""

from typing import Any, cast

from rest_framework import serializers


def refusal(problem: serializers.ValidationError) -> str:
    """Return what is wrong with each field, in one line."""
    detail = problem.detail
    if not isinstance(detail, dict):
        return str(detail)
    return " ".join(f"{name}: {' '.join(map(str, cast(list[Any], said)))}" for name, said in detail.items())
