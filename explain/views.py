"""Why a score says what it says, and what the documentation says about the platform."""

from typing import cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from explain import services
from explain.serializers import ExplainForm, ExplanationSerializer, PlatformAnswerSerializer, QuestionForm
from explain.services import SourcesOfRuns
from risk.views import no_sources
from riskplatform.lib.api import requires


class ExplainRiskView(APIView):
    """A record in plain sentences, read from its stored decomposition."""

    permission_classes = [requires(Capability.ASK_EXPLANATIONS)]
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(
        request=ExplainForm,
        responses={200: ExplanationSerializer, 404: OpenApiResponse(description="There is no such record.")},
    )
    def post(self, request: Request) -> Response:
        """Explain the record `risk_id`, or the newest one of `symbol`; asking is audited."""
        form = ExplainForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        explained = services.explain_record(
            by=cast(User, request.user),
            sources_of_runs=self.sources_of_runs,
            record_id=asked.get("risk_id"),
            symbol=asked.get("symbol"),
        )
        return Response(ExplanationSerializer(explained).data)


class ExplainPlatformView(APIView):
    """What the shipped documentation says, with the place where it says it."""

    permission_classes = [requires(Capability.ASK_EXPLANATIONS)]

    @extend_schema(
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, description="a question, at most 300 characters")],
        responses={200: PlatformAnswerSerializer, 409: OpenApiResponse(description="The search is switched off.")},
    )
    def get(self, request: Request) -> Response:
        """Find the sections that fit a question; without one, list all sections."""
        form = QuestionForm(data={name: text for name, text in request.query_params.items() if name != "format"})
        form.is_valid(raise_exception=True)
        query = form.validated_data.get("q")
        results = services.search(query, by=cast(User, request.user)) if query else []
        contents = [] if query else services.contents()
        answer = {
            "query": query,
            "sentence": _sentence(query, len(results), len(contents)),
            "results": results,
            "contents": contents,
            "language_model": services.language_model(),
        }
        return Response(PlatformAnswerSerializer(answer).data)


def _sentence(query: str | None, found: int, contents: int) -> str:
    if query is None:
        return f"Ask with q; {contents} sections of the documentation can be found."
    if not found:
        return "The documentation says nothing that holds these words."
    return f"{found} sections of the documentation fit best; the words are theirs."
