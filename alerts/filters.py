"""What alerts may be filtered by."""

import django_filters

from alerts.models import Alert
from alerts.serializers import CLASSIFICATION_CHOICES, PHASE_CHOICES, SEVERITY_CHOICES, STATUS_CHOICES


class AlertFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """`severity` is the present one of an alert that goes on and the last one of an ended one."""

    severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES)
    peak_severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES)
    rule = django_filters.MultipleChoiceFilter(choices=Alert.Rule.choices)
    status = django_filters.MultipleChoiceFilter(choices=STATUS_CHOICES)
    phase = django_filters.ChoiceFilter(choices=PHASE_CHOICES)
    classification = django_filters.MultipleChoiceFilter(choices=CLASSIFICATION_CHOICES)
    assignee = django_filters.CharFilter(max_length=254)
    symbol = django_filters.CharFilter(field_name="instrument__symbol", max_length=32)
    run = django_filters.NumberFilter(min_value=0, max_value=2**63 - 1)

    class Meta:
        model = Alert
        fields: list[str] = []
