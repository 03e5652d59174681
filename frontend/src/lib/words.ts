/** `recent_moves` → `Recent moves`: the platform's codes in words for people. */
export function words(code: string): string {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const PHASES: Record<string, string> = {
  open: "Market open",
  pre_open: "Pre-open",
  closing_auction: "Closing auction",
  post_close: "Post-close",
  closed: "Market closed",
  not_covered: "Not in calendar",
};
