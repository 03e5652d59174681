"""Forms and shapes of the explanations' API."""

from typing import Any

from rest_framework import serializers

from riskplatform.lib.api import StrictSerializer


class ExplainForm(StrictSerializer):
    """Which record: its id, or the newest one of a symbol."""

    risk_id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    symbol = serializers.CharField(required=False, max_length=32)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give exactly one of risk_id and symbol.")
        return attrs


class QuestionForm(StrictSerializer):
    """A question in words; left out, the answer lists what can be found."""

    q = serializers.CharField(required=False, max_length=300)


class CitationSerializer(serializers.Serializer[Any]):
    document = serializers.CharField()
    heading = serializers.CharField()


class SentenceSerializer(serializers.Serializer[Any]):
    about = serializers.CharField()
    text = serializers.CharField()
    citation = CitationSerializer(allow_null=True)


class ExplanationSerializer(serializers.Serializer[Any]):
    """A record in plain sentences, each number one of the record's."""

    risk_id = serializers.IntegerField(source="record_id")
    symbol = serializers.CharField(source="facts.symbol")
    risk_score = serializers.FloatField(source="facts.score")
    severity = serializers.CharField(source="facts.severity")
    state = serializers.CharField(source="facts.state")
    feed = serializers.CharField(source="facts.source")
    timestamp = serializers.CharField(source="facts.timestamp")
    engine_version = serializers.CharField(source="facts.engine_version")
    model_version = serializers.CharField(source="facts.model_version")
    config_version = serializers.IntegerField(source="facts.config_version")
    text = serializers.CharField()
    sentences = SentenceSerializer(many=True)
    decomposition = serializers.DictField(source="facts.decomposition", child=serializers.FloatField(), allow_null=True)
    written_by = serializers.CharField()


class ResultSerializer(serializers.Serializer[Any]):
    document = serializers.CharField(source="section.document")
    heading = serializers.CharField(source="section.heading")
    anchor = serializers.CharField(source="section.anchor")
    excerpt = serializers.CharField()
    score = serializers.FloatField()


class ContentSerializer(serializers.Serializer[Any]):
    document = serializers.CharField()
    heading = serializers.CharField()
    anchor = serializers.CharField()


class PlatformAnswerSerializer(serializers.Serializer[Any]):
    """What the shipped documentation says about a question, word for word; `contents` without a question."""

    query = serializers.CharField(allow_null=True)
    sentence = serializers.CharField()
    results = ResultSerializer(many=True)
    contents = ContentSerializer(many=True)
    language_model = serializers.CharField()
