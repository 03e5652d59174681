"""The alert rules: to read for who handles alerts, to change for who configures."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from alerts import rule_services as rules
from alerts.rule_facts import listed, shown
from alerts.rule_serializers import (
    ChangedRuleForm,
    NewRuleForm,
    ReasonForm,
    RuleAnswerSerializer,
    RuleListSerializer,
    RuleTrialForm,
    TrialSerializer,
)
from alerts.rule_services import Why
from alerts.rule_trial import try_rule
from risk import config_services as configuration
from risk.config_models import ConfigVersion
from riskplatform.lib.api import StrictSerializer, requires


class _RulesView(APIView):
    """Who handles alerts reads; who configures changes."""

    def get_permissions(self) -> list[BasePermission]:
        method = (self.request.method or "").lower()
        changes = method not in ("get", "head", "options") and hasattr(self, method)
        return [requires(Capability.CONFIGURE if changes else Capability.HANDLE_ALERTS)()]


class RulesView(_RulesView):
    """The rules of the configuration in force; a change is a new version of it."""

    @extend_schema(responses=RuleListSerializer)
    def get(self, request: Request) -> Response:
        """Return every rule, what it measures, and how many of its alerts go on."""
        current = configuration.in_force()
        return Response(RuleListSerializer({"version": current.number, "rules": listed(current.config)}).data)

    @extend_schema(request=NewRuleForm, responses={201: RuleAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Store a rule of a new key."""
        values, why = _read(NewRuleForm, request.data, request)
        return _answer(rules.add(values, why=why), str(values["key"]), status=HTTPStatus.CREATED)


class RuleView(_RulesView):
    """One rule."""

    @extend_schema(responses=RuleAnswerSerializer)
    def get(self, request: Request, key: str) -> Response:
        """Return the rule of this key in the configuration in force."""
        current, rule = rules.rule_of(key)
        answer = {"version": current.number, "rule": shown(rule, current.config)}
        return Response(RuleAnswerSerializer(answer).data)

    @extend_schema(request=ChangedRuleForm, responses=RuleAnswerSerializer)
    def put(self, request: Request, key: str) -> Response:
        """Store other values of the rule; its kind stays, what is left out has its default."""
        values, why = _read(ChangedRuleForm, request.data, request)
        return _answer(rules.replace(key, values, why=why), key)

    @extend_schema(
        parameters=[OpenApiParameter("reason", str, required=True), OpenApiParameter("based_on", int)],
        responses={204: None},
    )
    def delete(self, request: Request, key: str) -> Response:
        """Remove the rule and end its alerts; a built-in one can only be disabled.  The reason is a query parameter."""
        asked = {name: request.query_params[name] for name in request.query_params if name != "format"}
        _, why = _read(ReasonForm, asked, request)
        rules.remove(key, why=why)
        return Response(status=HTTPStatus.NO_CONTENT)


class _SwitchView(APIView):
    permission_classes = [requires(Capability.CONFIGURE)]
    enables: bool

    def post(self, request: Request, key: str) -> Response:
        _, why = _read(ReasonForm, request.data, request)
        return _answer(rules.switch(key, enabled=self.enables, why=why), key)


@extend_schema(request=ReasonForm, responses=RuleAnswerSerializer)
class EnableRuleView(_SwitchView):
    """Judges by a rule again."""

    enables = True


@extend_schema(request=ReasonForm, responses=RuleAnswerSerializer)
class DisableRuleView(_SwitchView):
    """Judges by a rule no more; its alerts end as `rule_changed`."""

    enables = False


class RuleDryRunView(APIView):
    """What a rule would have done, before it is stored."""

    permission_classes = [requires(Capability.CONFIGURE)]

    @extend_schema(request=RuleTrialForm, responses=TrialSerializer)
    def post(self, request: Request) -> Response:
        """Judge stored history by a proposed rule; stores nothing."""
        form = RuleTrialForm(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        records, sessions = values.pop("records"), values.pop("sessions")
        found = try_rule(rules.proposed(values), records=records, sessions=sessions)
        return Response(TrialSerializer(found).data)


def _read(form_class: type[StrictSerializer], given: Any, request: Request) -> tuple[Mapping[str, Any], Why]:
    """Return what a form says, apart from why."""
    form = form_class(data=given)
    form.is_valid(raise_exception=True)
    values = dict(form.validated_data)
    why = Why(cast(User, request.user), values.pop("reason"), values.pop("based_on", None))
    return values, why


def _answer(stored: ConfigVersion, key: str, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    answer = {"version": stored.number, "rule": shown(stored.config.rule(key), stored.config)}
    return Response(RuleAnswerSerializer(answer).data, status=status)
