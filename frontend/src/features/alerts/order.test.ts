import { describe, expect, it } from "vitest";
import { nextOf } from "./order";

describe("nextOf", () => {
  it("begins at either end", () => {
    expect(nextOf(null, [], [9, 7, 5], 1)).toBe(9);
    expect(nextOf(null, [], [9, 7, 5], -1)).toBe(5);
  });

  it("goes on where the chosen alert stood before it moved", () => {
    expect(nextOf(7, [9, 7, 5], [9, 5, 7], 1)).toBe(5);
  });

  it("passes over what has gone", () => {
    expect(nextOf(9, [9, 7, 5], [9, 5], 1)).toBe(5);
  });

  it("stays at the end", () => {
    expect(nextOf(5, [9, 7, 5], [9, 7, 5], 1)).toBeUndefined();
  });
});
