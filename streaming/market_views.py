"""The market: which one is fed, to read and to choose, and how it stands."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import refuse_parameters
from streaming import source_services as sources
from streaming.market_serializers import MarketStatusSerializer
from streaming.market_status import market_status
from streaming.source_facts import source_facts
from streaming.source_serializers import SourceForm, SourceSerializer


class MarketSourceView(APIView):
    """Which market is fed.  The running feed takes a new choice up by itself, within a second or two."""

    def get_permissions(self) -> list[BasePermission]:
        needed = Capability.CONFIGURE if self.request.method == "PUT" else Capability.READ_RISK
        return [requires(needed)()]

    @extend_schema(responses=SourceSerializer)
    def get(self, request: Request) -> Response:
        """Return the choice in force, what came of it, what is running, and what may be chosen."""
        refuse_parameters(request)
        return Response(source_facts())

    @extend_schema(request=SourceForm, responses=SourceSerializer)
    def put(self, request: Request) -> Response:
        """Choose which market is fed; the same choice again begins it anew."""
        form = SourceForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        replay = asked["replay"] or {"file": "", "speed": ""}
        wish = sources.Wish(asked["mode"], asked["symbols"], replay["file"], replay["speed"])
        by = cast(User, request.user)
        sources.choose(wish, reason=asked["reason"], by=by, based_on=asked.get("based_on"))
        return Response(source_facts())


class MarketStatusView(APIView):
    """How the market stands, by the exchanges' calendars, by the feed, and by the platform's parts."""

    permission_classes = [requires(Capability.READ_RISK)]

    @extend_schema(responses=MarketStatusSerializer)
    def get(self, request: Request) -> Response:
        """Return the exchanges' day, the market that the feed lives in, the feed, its ticks and the parts' health."""
        refuse_parameters(request)
        return Response(market_status())
