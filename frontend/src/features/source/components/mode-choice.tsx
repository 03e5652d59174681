import { useId } from "react";
import { classes } from "@/lib/classes";
import type { Source } from "../api/market";
import type { Mode } from "../wish";

export const MODES: Record<Mode, { title: string; meaning: string }> = {
  live: { title: "Live", meaning: "Ticks of NSE and BSE from a provider of data." },
  demo: { title: "Demo", meaning: "The simulated market: invented prices, open all day, marked SIMULATED everywhere." },
  replay: { title: "Replay", meaning: "A recorded day again, as fast as you like, marked REPLAY everywhere." },
};
const ORDER: readonly Mode[] = ["live", "demo", "replay"];

interface Props {
  value: Mode;
  modes: Source["modes"];
  onChange: (mode: Mode) => void;
}

/** One of the markets; one that cannot be fed says why. */
export function ModeChoice({ value, modes, onChange }: Props) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Market</legend>
      <div className="grid gap-2 md:grid-cols-3">
        {ORDER.map((mode) => {
          const offered = modes.find((one) => one.mode === mode);
          const isOffered = offered?.available ?? false;
          return (
            <label
              key={mode}
              className={classes(
                "grid content-start gap-1 rounded-md border p-3",
                isOffered ? "cursor-pointer hover:bg-hover" : "bg-raised",
                value === mode && "border-accent bg-accent-soft",
              )}
            >
              <span className="flex items-center gap-2 font-semibold">
                <input
                  type="radio"
                  name={name}
                  checked={value === mode}
                  disabled={!isOffered}
                  onChange={() => onChange(mode)}
                  className="accent-(--accent)"
                />
                {MODES[mode].title}
              </span>
              <span className="text-xs text-muted">{MODES[mode].meaning}</span>
              {!isOffered && offered?.reason && <span className="text-xs font-medium text-high">{offered.reason}</span>}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
