import { describe, expect, it } from "vitest";
import { FRAMES } from "@/test/fixtures";
import { type FeedFacts, feedView } from "./feed-view";

const facts: FeedFacts = {
  heartbeat: FRAMES.heartbeat.data,
  connection: { kind: "open" },
  isSilent: false,
  heardMs: Date.parse("2026-11-20T05:00:00Z"),
  newestMs: Date.parse("2026-11-20T04:59:59Z"),
  judgedMs: Date.parse("2026-11-20T04:59:58Z"),
};
const heartbeat = (feed_state: "stale" | "stalled" | "frozen" | "unknown") => ({
  ...FRAMES.heartbeat.data,
  feed_state,
});

describe("feedView", () => {
  it("has nothing to say while ticks flow", () => {
    expect(feedView(facts)).toEqual({ words: "Live", tone: "good", banner: "" });
  });

  it("says disconnected and as of when after silence, although the socket seems open", () => {
    expect(feedView({ ...facts, isSilent: true })).toEqual({
      words: "Disconnected",
      tone: "lost",
      banner: "Disconnected since 20 Nov 2026, 10:30:00 IST. Data as of 20 Nov 2026, 10:29:59 IST.",
    });
  });

  it("says why it does not try again", () => {
    const connection = { kind: "ended", why: "refused", reason: "your role may not open the stream" } as const;

    expect(feedView({ ...facts, connection }).banner).toContain("your role may not open the stream");
  });

  it("does not pass the old state for the present one while it reconnects", () => {
    const connection = { kind: "waiting", retryAtMs: 0, reason: "the server does not answer" } as const;

    expect(feedView({ ...facts, connection }).words).toBe("Reconnecting");
  });

  it.each([
    ["stale", "The feed has said nothing since 20 Nov 2026, 10:29:58 IST."],
    ["stalled", "The pipeline stopped since 20 Nov 2026, 10:29:58 IST: nothing is scored."],
    ["frozen", "The database does not answer: what is shown is frozen since 20 Nov 2026, 10:29:58 IST."],
    ["unknown", ""],
  ] as const)("puts the feed state %s into words", (state, banner) => {
    expect(feedView({ ...facts, heartbeat: heartbeat(state) }).banner).toBe(banner);
  });
});
