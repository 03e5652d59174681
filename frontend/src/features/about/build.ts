/** Which bundle this page runs: the hash in the name of its script; null where it has none, as in development. */
export function buildOf(page: ParentNode): string | null {
  const scripts = [...page.querySelectorAll<HTMLScriptElement>("script[src]")];
  const names = scripts.map(({ src }) => /\/main-([\w-]+)\.js/.exec(src)?.[1]);
  return names.find((name) => name !== undefined) ?? null;
}
