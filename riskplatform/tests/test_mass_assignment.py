"""No form takes a field that it does not name, and what is shown cannot be written: tried on every serializer."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from rest_framework import serializers

from riskplatform.lib.api import StrictSerializer

APPS = ("accounts", "audit", "risk", "alerts", "explain")
SECRETS = {"password", "hash", "secret_hash", "current_hash", "token_version"}
COVETED = (
    "is_superuser", "is_staff", "role", "id", "pk", "token_version", "date_joined", "password", "scopes", "status",
    "author_name", "actor_name", "number", "severity", "peak_score", "phase",
)  # fmt: skip


def every_serializer() -> Iterator[type[serializers.BaseSerializer[Any]]]:
    """Yield each serializer class of the product, where it is defined."""
    for app in APPS:
        package = import_module(app)
        for found in pkgutil.iter_modules(package.__path__, f"{app}."):
            if found.ispkg or not any(word in found.name for word in ("serializers", "forms")):
                continue
            for _, one in inspect.getmembers(import_module(found.name), inspect.isclass):
                if issubclass(one, serializers.Serializer) and one.__module__ == found.name:
                    yield one


SERIALIZERS = list(every_serializer())
FORMS = [one for one in SERIALIZERS if issubclass(one, StrictSerializer)]
SHOWN = [one for one in SERIALIZERS if issubclass(one, serializers.ModelSerializer)]


def test_there_are_forms_and_shapes_to_try() -> None:
    assert len(FORMS) > 10 and len(SHOWN) > 5


@pytest.mark.parametrize("form", FORMS)
def test_a_form_refuses_every_field_that_it_does_not_name(form: type[StrictSerializer]) -> None:
    own = set(form().fields)
    coveted = [name for name in COVETED if name not in own]

    for name in coveted:
        asked = form(data={name: True})
        assert not asked.is_valid()
        assert name in asked.errors


@pytest.mark.parametrize("shape", SHOWN)
def test_what_is_shown_of_a_row_is_named_field_by_field_and_cannot_be_written(shape: type[Any]) -> None:
    assert shape.Meta.fields != "__all__"
    assert set(shape.Meta.read_only_fields) >= set(shape.Meta.fields)


@pytest.mark.parametrize("shape", [one for one in SHOWN if "Audit" not in one.__name__])
def test_no_shape_shows_a_secret(shape: type[Any]) -> None:
    assert not SECRETS & set(shape.Meta.fields)
