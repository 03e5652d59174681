/** A share of the whole, and where it lies; all in percent of the frame. */
export interface Tile {
  key: string;
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Divide a frame of `width` by `height` among positive values, in tiles as square as they come.
 *
 * Source: M. Bruls, K. Huizing, J. van Wijk, Squarified Treemaps (2000).
 */
export function treemap(values: readonly { key: string; value: number }[], width: number, height: number): Tile[] {
  const sorted = values.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value);
  const total = sorted.reduce((sum, { value }) => sum + value, 0);
  const scale = (width * height) / total;
  let box: Box = { left: 0, top: 0, width, height };
  let waiting = sorted.map(({ key, value }) => ({ key, area: value * scale }));
  const tiles: Tile[] = [];
  while (waiting.length) {
    const row = bestRow(waiting, Math.min(box.width, box.height));
    const laid = lay(row, box);
    tiles.push(...laid.tiles);
    box = laid.rest;
    waiting = waiting.slice(row.length);
  }
  return tiles.map((tile) => inPercent(tile, width, height));
}

interface Area {
  key: string;
  area: number;
}

function bestRow(areas: readonly Area[], side: number): readonly Area[] {
  let length = 1;
  while (length < areas.length && worst(areas.slice(0, length + 1), side) <= worst(areas.slice(0, length), side))
    length++;
  return areas.slice(0, length);
}

/** The greatest ratio of the sides among the tiles of a row along `side`. */
function worst(row: readonly Area[], side: number): number {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const thickness = sum / side;
  return Math.max(...row.map(({ area }) => Math.max(area / thickness ** 2, thickness ** 2 / area)));
}

function lay(row: readonly Area[], box: Box): { tiles: Tile[]; rest: Box } {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const isColumn = box.width >= box.height;
  const thickness = sum / (isColumn ? box.height : box.width);
  let along = 0;
  const tiles = row.map(({ key, area }) => {
    const length = area / thickness;
    const tile = isColumn
      ? { key, left: box.left, top: box.top + along, width: thickness, height: length }
      : { key, left: box.left + along, top: box.top, width: length, height: thickness };
    along += length;
    return tile;
  });
  const rest = isColumn
    ? { ...box, left: box.left + thickness, width: box.width - thickness }
    : { ...box, top: box.top + thickness, height: box.height - thickness };
  return { tiles, rest };
}

function inPercent(tile: Tile, width: number, height: number): Tile {
  return {
    key: tile.key,
    left: (100 * tile.left) / width,
    top: (100 * tile.top) / height,
    width: (100 * tile.width) / width,
    height: (100 * tile.height) / height,
  };
}
