import axe from "axe-core";

/** The ids of what axe finds wrong; colours are judged in a real browser, jsdom paints nothing. */
export async function violations(container: Element): Promise<string[]> {
  const found = await axe.run(container, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
}
