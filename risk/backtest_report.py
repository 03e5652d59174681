"""Writes the figures of a backtest: JSON for machines, one self-contained HTML page for people."""

import json
from dataclasses import dataclass, fields, is_dataclass
from math import isfinite
from typing import Final

import numpy as np
from django.template.loader import render_to_string

from risk.documents import Json
from risk.quant.ablation import Ablation
from risk.quant.proof import Proof
from risk.quant.trials import TrialResult
from risk.report_sections import sections, tiles
from risk.report_tables import headline_table
from risk.report_text import day
from risk.report_words import trust_sentences

SCHEMA: Final = 1


@dataclass(frozen=True)
class Material:
    """What was judged: files or source, symbols by instrument, bars, first and last session's key, refused rows, and
    the judgements without each part and of other settings where they were asked for."""

    origins: tuple[str, ...]
    symbols: dict[int, str]
    bars: int
    first_session: int
    last_session: int
    refused: dict[str, int]
    parts: tuple[Ablation, ...] = ()
    trials: tuple[TrialResult, ...] = ()


def as_json(proof: Proof, material: Material) -> str:
    """Return every figure as JSON of schema 1; what is not known (NaN) is null.

    `rolling_60` repeats that rival's figures, for readers of the reports before there were other rivals.
    """
    rivals = {rival.name: rival for rival in proof.rivals}
    figures = {field.name: getattr(proof, field.name) for field in fields(proof)}
    data = {name: getattr(material, name) for name in ("origins", "symbols", "bars", "first_session", "last_session")}
    report = {
        "schema": SCHEMA,
        "data": data,
        "refused": material.refused,
        "without": {part.part or "nothing": part.judged for part in material.parts},
        "trials": {trial.text or "shipped": trial for trial in material.trials},
        **figures,
        "rivals": rivals,
        "rolling_60": rivals["rolling_60"].judged,
        "trust": trust_sentences(proof),
    }
    return json.dumps(plain(report), indent=2, allow_nan=False) + "\n"


def as_html(proof: Proof, material: Material) -> str:
    """Return the page: figures, pictures with their tables, and how far to trust them."""
    context = {
        "proof": proof,
        "material": material,
        "bars": f"{material.bars:,}",
        "fitted_cases": f"{proof.fitted_cases:,}",
        "days": (day(material.first_session), day(material.last_session)),
        "tiles": tiles(proof),
        "trust": trust_sentences(proof),
        "figures": headline_table(proof),
        "sections": sections(
            proof,
            symbols=material.symbols,
            refused=material.refused,
            parts=material.parts,
            trials=material.trials,
        ),
    }
    return render_to_string("risk/backtest_report.html", context)


def plain(value: object) -> Json:
    """Return dataclasses, arrays and numbers as what JSON knows; NaN and infinities as None.

    Raises TypeError for anything else.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"expected a figure that JSON can hold, got {type(value).__name__}")
