"""Public names that hold fields, declare, or take nothing: they have no bad input of their own."""

from typing import Final

from risk.tests.bad_inputs.spec import Why, without

ENTRIES: Final = (
    *without(
        Why.RECORD, "ablation.Ablation", "alarms.AlarmQuality", "alarms.SeverityShare", "alert_episodes.AlertCount"
    ),
    *without(Why.RECORD, "attribution.Attribution", "attribution.ScoreParts", "attribution.Surroundings"),
    *without(Why.RECORD, "backtest.Verdict", "black76.Priced", "bootstrap.Resamples", "breakdown.Group"),
    *without(Why.RECORD, "calendar.NotCovered", "calendar.Session", "calendar.SimulatedClock", "calendar.TradingClock"),
    *without(Why.RECORD, "cases.Pause", "chain.ChainGreeks", "chain_kernel.Contracts", "chain_kernel.Forwards"),
    *without(Why.RECORD, "chain_kernel.Sides", "chain_kernel.Workspace", "chain_scalar.Contract"),
    *without(Why.RECORD, "chain_valuation.Assumptions", "chain_valuation.ValuedChain", "comovement.CoMovement"),
    *without(Why.RECORD, "confidence.Confidence", "confidence.ResampledFigures", "daily_facts.DailyFacts"),
    *without(Why.RECORD, "daily_facts.Extremes", "evaluation.Bin", "evaluation.Judgement", "evaluation.Murphy"),
    *without(Why.RECORD, "excursions.Excursion", "expiry.NotATradingDay", "expiry_days.Rule"),
    *without(Why.RECORD, "feature_past.FeaturePast", "features.Feature", "features.FeatureTable", "features.Reading"),
    *without(Why.RECORD, "fit.Fit", "fit.FitSample", "fold_state.FoldState", "fold_state.StateNotReadable"),
    *without(Why.RECORD, "forecast.Forecast", "forward.Forward", "forward.Source", "greeks.Greeks"),
    *without(Why.RECORD, "history.FoldedSession", "implied_volatility.ImpliedVolatility", "jump_part.JumpPart"),
    *without(Why.RECORD, "lessons.Learned", "session_curves.ForecastTimes"),
    *without(Why.RECORD, "live_rows.Instant", "market.Advance", "model.ClassFit", "model.ClassRow", "model.ModelFile"),
    *without(Why.RECORD, "model.PriorRow", "option_quotes.ChainQuotes", "option_quotes.Prices"),
    *without(Why.RECORD, "outcomes.DenseSession", "outcomes.Windows", "parity.ParityFit", "profile.Barrier"),
    *without(Why.RECORD, "profile.Profile", "proof.Proof", "proof.Rival", "proof.Truth", "ranges.RangeVariance"),
    *without(Why.RECORD, "reasons.Reason", "scoring.State", "smile.Smile", "surface.SmileShape", "terms.Terms"),
    *without(Why.RECORD, "time_value.Position", "trailing.LogLiquidity", "trailing.RealisedVariance"),
    *without(Why.RECORD, "trials.Trial", "trials.TrialResult", "value_at_risk.LossTrack", "value_at_risk.ValueAtRisk"),
    *without(Why.RECORD, "var_tests.LikelihoodRatio", "var_tests.TrafficLight", "var_tests.Transitions", "walk.Walk"),
    *without(Why.DECLARES, *(f"calendar.TradingClock.{name}" for name in ("session_at", "next_session", "phase_at"))),
    *without(Why.TAKES_NOTHING, "jump_part.JumpPart.begun", "jump_part.JumpPart.shares"),
    *without(Why.TAKES_NOTHING, "features.TableWriter.table", "jumps.JumpTest.residuals", "market.MarketFold.dump"),
    *without(Why.TAKES_NOTHING, "model.default_model", "outcomes.DenseSession.last_close"),
    *without(Why.TAKES_NOTHING, "outcomes.DenseSession.returns", "session_features.SessionFeatures.finished"),
    *without(Why.TAKES_NOTHING, "session_tape.SessionTape.days"),
)
