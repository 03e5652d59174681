"""What the address of the model's quality answers, for the schema; `risk/quality_account.py` shapes it."""

from typing import Any

from rest_framework import serializers


class IntervalSerializer(serializers.Serializer[Any]):
    """95 %, by block bootstrap over whole sessions unless it says otherwise."""

    low = serializers.FloatField()
    high = serializers.FloatField()


class QualityDataSerializer(serializers.Serializer[Any]):
    """What was judged; sessions are dates, or numbers in a simulated market."""

    origins = serializers.ListField(child=serializers.CharField())
    symbols = serializers.ListField(child=serializers.CharField())
    bars = serializers.IntegerField()
    first_session = serializers.CharField()
    last_session = serializers.CharField()
    fitted_sessions = serializers.IntegerField()
    judged_sessions = serializers.IntegerField()
    fitted_cases = serializers.IntegerField()
    fitted_rate = serializers.FloatField()


class QualityScoreSerializer(serializers.Serializer[Any]):
    """Skills are 1 - Brier / Brier of a constant: always the base rate, or the sample's own rate."""

    cases = serializers.IntegerField()
    base_rate = serializers.FloatField()
    mean_forecast = serializers.FloatField()
    brier = serializers.FloatField()
    skill_against_base = serializers.FloatField(allow_null=True)
    skill_against_sample = serializers.FloatField(allow_null=True)
    log_loss = serializers.FloatField()
    auc = serializers.FloatField(allow_null=True)
    calibration_error = serializers.FloatField()


class MurphySerializer(serializers.Serializer[Any]):
    """Brier = reliability - resolution + uncertainty + within_bins."""

    reliability = serializers.FloatField()
    resolution = serializers.FloatField()
    uncertainty = serializers.FloatField()
    within_bins = serializers.FloatField()


class QualityIntervalsSerializer(serializers.Serializer[Any]):
    auc = IntervalSerializer(allow_null=True)
    brier = IntervalSerializer(allow_null=True)
    skill_against_base = IntervalSerializer(allow_null=True)
    skill_against_sample = IntervalSerializer(allow_null=True)
    calibration_error = IntervalSerializer(allow_null=True)


class ReliabilityBinSerializer(serializers.Serializer[Any]):
    """Windows whose forecast lies in [low, high); `interval` is Wilson's, `difference` that of observed - forecast.

    `excludes_diagonal` says whether the latter leaves out 0; null where the bin holds too few windows to say.
    """

    low = serializers.FloatField()
    high = serializers.FloatField()
    cases = serializers.IntegerField()
    forecast = serializers.FloatField(allow_null=True)
    observed = serializers.FloatField(allow_null=True)
    interval = IntervalSerializer(allow_null=True)
    difference = IntervalSerializer(allow_null=True)
    excludes_diagonal = serializers.BooleanField(allow_null=True)


class RivalSerializer(serializers.Serializer[Any]):
    """A baseline, and the score's skill against it."""

    name = serializers.CharField()
    brier = serializers.FloatField()
    auc = serializers.FloatField(allow_null=True)
    skill_of_score = serializers.FloatField(allow_null=True)
    interval = IntervalSerializer(allow_null=True)


class AlarmQualitySerializer(serializers.Serializer[Any]):
    """Windows whose score at the start reaches the threshold, against those that touched."""

    threshold = serializers.FloatField()
    alarms = serializers.IntegerField()
    share = serializers.FloatField()
    precision = serializers.FloatField(allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    f1 = serializers.FloatField(allow_null=True)
    mean_lead_minutes = serializers.FloatField(allow_null=True)
    median_lead_minutes = serializers.FloatField(allow_null=True)


class SeverityShareSerializer(serializers.Serializer[Any]):
    severity = serializers.CharField()
    low = serializers.FloatField()
    cases = serializers.IntegerField()
    share = serializers.FloatField()
    observed = serializers.FloatField(allow_null=True)


class LikelihoodRatioSerializer(serializers.Serializer[Any]):
    statistic = serializers.FloatField(allow_null=True)
    p_value = serializers.FloatField(allow_null=True)


class TrafficLightSerializer(serializers.Serializer[Any]):
    zone = serializers.ChoiceField(choices=["green", "yellow", "red"])
    cumulative_probability = serializers.FloatField()
    plus_factor = serializers.FloatField()


class ValueAtRiskSerializer(serializers.Serializer[Any]):
    """One level and method on one symbol, or on all together (null), whose p-values are then too small."""

    symbol = serializers.CharField(allow_null=True)
    level = serializers.FloatField()
    method = serializers.ChoiceField(choices=["filtered_historical", "normal"])
    multiple = serializers.FloatField()
    windows = serializers.IntegerField()
    expected = serializers.FloatField()
    exceedances = serializers.IntegerField()
    rate = serializers.FloatField()
    coverage = LikelihoodRatioSerializer()
    independence = LikelihoodRatioSerializer()
    conditional_coverage = LikelihoodRatioSerializer()
    light = TrafficLightSerializer()


class StretchSerializer(serializers.Serializer[Any]):
    """One month (YYYY-MM) or session; both constants are fixed over all stretches."""

    period = serializers.CharField()
    sessions = serializers.IntegerField()
    cases = serializers.IntegerField()
    observed = serializers.FloatField()
    mean_forecast = serializers.FloatField()
    brier = serializers.FloatField()
    skill_against_base = serializers.FloatField(allow_null=True)
    skill_against_sample = serializers.FloatField(allow_null=True)
    auc = serializers.FloatField(allow_null=True)


class BacktestResultSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    stored_at = serializers.DateTimeField()
    stored_by = serializers.CharField()
    engine_version = serializers.CharField()
    model_version = serializers.CharField()


class QualitySerializer(serializers.Serializer[Any]):
    """The account of one walk-forward run; `origin`: stored by a backtest here, or shipped with the model."""

    origin = serializers.ChoiceField(choices=["shipped", "backtest"])
    note = serializers.CharField()
    sample = serializers.ChoiceField(choices=["out_of_sample"])
    result = BacktestResultSerializer(allow_null=True)
    model_in_force = serializers.CharField()
    engine_version = serializers.CharField()
    model_version = serializers.CharField()
    horizon_minutes = serializers.FloatField()
    barrier = serializers.ChoiceField(choices=["frozen", "rolling"])
    data = QualityDataSerializer()  # type: ignore[assignment]  # declared fields are not attributes of the class
    score = QualityScoreSerializer()
    murphy = MurphySerializer()
    intervals = QualityIntervalsSerializer()
    bins = ReliabilityBinSerializer(many=True)
    rivals = RivalSerializer(many=True)
    high = AlarmQualitySerializer()
    severities = SeverityShareSerializer(many=True)
    value_at_risk = ValueAtRiskSerializer(many=True)
    months = StretchSerializer(many=True)
    per_session = StretchSerializer(many=True)
    trust = serializers.ListField(child=serializers.CharField())
    results = BacktestResultSerializer(many=True)
