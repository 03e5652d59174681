/** What a refusal says of one field, as a sentence; undefined where it says nothing of it. */
export function refusedField(fields: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const said = fields?.[name];
  if (said === undefined) return undefined;
  return Array.isArray(said) ? said.map(String).join(" ") : String(said);
}
