/** The cursor of the page after this one, as `next` of a list names it; null after the last. */
export function cursorOf(next: string | null | undefined): string | null {
  return next ? new URL(next, location.origin).searchParams.get("cursor") : null;
}
