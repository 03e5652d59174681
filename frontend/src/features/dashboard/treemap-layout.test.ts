import { describe, expect, it } from "vitest";
import { treemap } from "./treemap-layout";

// The example of the paper: areas 6 6 4 3 2 2 1 in a frame of 6 by 4; its figure 3 has 6 and 6 on top of each other.
const PAPER = [6, 6, 4, 3, 2, 2, 1].map((value, place) => ({ key: String(place), value }));

describe("treemap", () => {
  it("lays the example of Bruls, Huizing and van Wijk as they do", () => {
    const [first, second, third] = treemap(PAPER, 6, 4);

    expect(first).toMatchObject({ left: 0, top: 0, width: 50, height: 50 });
    expect(second).toMatchObject({ left: 0, top: 50, width: 50, height: 50 });
    expect(third?.left).toBeCloseTo(50);
    expect(third?.height).toBeCloseTo((100 * 7) / 3 / 4);
  });

  it("gives each value its share of the area", () => {
    for (const [place, tile] of treemap(PAPER, 6, 4).entries())
      expect((tile.width * tile.height) / 10_000).toBeCloseTo(PAPER[place]!.value / 24);
  });

  it("leaves out what has no area", () => {
    expect(treemap([{ key: "a", value: 0 }], 4, 3)).toEqual([]);
  });
});
