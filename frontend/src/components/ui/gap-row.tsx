/** Keeps the place of a table's rows that are out of sight and not mounted. */
export function GapRow({ height }: { height: number }) {
  return height > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a spacer takes no focus
    <tr aria-hidden="true">
      <td style={{ height }} />
    </tr>
  ) : null;
}
