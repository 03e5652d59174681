"""How the schema describes what is shaped by hand: from the TypedDict that names its fields."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.plumbing import resolve_type_hint

from risk.messages import RiskUpdate


class ScoreExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # the library has no types
    """A scored instant is the message of `risk/messages.py`."""

    target_class = "risk.serializers.ScoreSerializer"

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        return "RiskUpdate"

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        return resolve_type_hint(RiskUpdate)  # type: ignore[no-untyped-call]
