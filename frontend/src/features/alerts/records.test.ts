import { describe, expect, it } from "vitest";
import { measuredOf, partsOf, recordOf } from "./records";

const opening = recordOf({ risk_score: 0.53, decomposition: { base: 0.3, jump: 0.03, recent_moves: 0.2 } });
const peak = recordOf({ risk_score: 0.81, decomposition: { recent_moves: 0.3, base: 0.3, jump: 0.21 } });

describe("the records of an alert", () => {
  it("are none where the rule keeps none", () => {
    expect(recordOf(null)).toBeNull();
    expect(recordOf({ silent_seconds: 61, summary: "Nothing." })).toBeNull();
  });

  it("give the points by family, the base first and then the most at the peak", () => {
    expect(partsOf(opening, peak).map((part) => part.family)).toEqual(["base", "recent_moves", "jump"]);
  });

  it("leave unknown what one of them does not have", () => {
    const parts = partsOf(recordOf({ risk_score: 0.5, decomposition: { base: 0.3 } }), peak);

    expect(parts.find((part) => part.family === "jump")).toEqual({ family: "jump", opening: null, peak: 0.21 });
  });
});

describe("what a rule measured", () => {
  it("is read from the opening, where the rule has levels", () => {
    const facts = { value: 2.31, enter: 2.2, exit: 1.6, unit: "ratio", window: "", summary: "…" };

    expect(measuredOf(facts)).toMatchObject({ value: 2.31, enter: 2.2, exit: 1.6 });
    expect(measuredOf({ risk_score: 0.5 })).toBeNull();
  });
});
