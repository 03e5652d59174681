/**
 * The alert to go to from the chosen one. `before` is the order as it was when the choice was made: an alert that moved
 * to another section by being taken care of leaves the way through the list as it was.
 */
export function nextOf(
  chosen: number | null,
  before: readonly number[],
  now: readonly number[],
  step: 1 | -1,
): number | undefined {
  if (chosen === null) return step === 1 ? now[0] : now.at(-1);
  const from = before.indexOf(chosen);
  if (from < 0) return now[0];
  for (let place = from + step; place >= 0 && place < before.length; place += step) {
    const id = before[place];
    if (id !== undefined && now.includes(id)) return id;
  }
  return undefined;
}
