"""What alerts may be filtered by."""

import django_filters
from django import forms

from alerts.models import Alert
from alerts.serializers import CLASSIFICATION_CHOICES, PHASE_CHOICES, SEVERITY_CHOICES, STATUS_CHOICES
from risk.alert_rule_checks import KEY


class _KeysField(forms.MultipleChoiceField):
    """Keys of rules: those that are there now, and those that were when an alert opened."""

    def valid_value(self, value: str) -> bool:
        return KEY.fullmatch(value) is not None


class _KeysFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    field_class = _KeysField


class AlertFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """`severity` is the present one of an alert that goes on and the last one of an ended one."""

    severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES)
    peak_severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES)
    rule = _KeysFilter(choices=Alert.Rule.choices)
    status = django_filters.MultipleChoiceFilter(choices=STATUS_CHOICES)
    phase = django_filters.ChoiceFilter(choices=PHASE_CHOICES)
    classification = django_filters.MultipleChoiceFilter(choices=CLASSIFICATION_CHOICES)
    assignee = django_filters.CharFilter(max_length=254)
    symbol = django_filters.CharFilter(field_name="instrument__symbol", max_length=32)
    run = django_filters.NumberFilter(min_value=0, max_value=2**63 - 1)

    class Meta:
        model = Alert
        fields: list[str] = []
