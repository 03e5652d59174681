"""What alerts may be filtered by."""

import django_filters
from django import forms
from django.db.models import QuerySet

from alerts.models import Alert
from alerts.serializers import CLASSIFICATION_CHOICES, PHASE_CHOICES, SEVERITY_CHOICES, STATUS_CHOICES
from risk.alert_rule_checks import KEY
from risk.filters import BUCKET_MINUTES, MOST_ID, BucketFilter, RunFilter
from riskplatform.lib.api_filters import PeriodFilterSet


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


class AlertStatsFilter(PeriodFilterSet):
    """When the alerts that are counted were raised."""

    def filter_queryset(self, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        return queryset


class AlertCountsFilter(AlertStatsFilter):
    """When the alerts that are counted opened, in log time, of which run, and how long the buckets are."""

    run = RunFilter(min_value=0, max_value=MOST_ID, label="this run only")
    bucket = BucketFilter(
        choices=[(minutes, minutes) for minutes in BUCKET_MINUTES],
        coerce=int,
        empty_value=BUCKET_MINUTES[-1],
        label="minutes of a bucket; without, 60",
    )
