import { describe, expect, it } from "vitest";

const sources = import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });

/** What a folder may import, below `src/` (README, "Where things are"); a feature also itself. */
const MAY: Record<string, readonly string[]> = {
  lib: ["lib"],
  theme: [],
  api: ["api", "lib", "stream/messages"],
  stream: ["stream", "lib", "api/boot"],
  components: ["components", "stream", "api", "lib"],
  // package.json: the page about the platform names the versions that it is built of.
  features: ["components", "stream", "api", "lib", "package.json"],
};

/** Return each import across folders as `file → module`, where the table does not allow it. */
function strays(files: Record<string, string>): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const file = path.replace("../", "");
    const folder = file.split("/")[0] ?? "";
    const allowed = MAY[folder];
    if (!allowed || file.includes(".test.")) return [];
    const own = folder === "features" ? [file.split("/").slice(0, 2).join("/")] : [];
    return imports(text, file)
      .filter((module) => ![...allowed, ...own].some((root) => module === root || module.startsWith(`${root}/`)))
      .map((module) => `${file} → ${module}`);
  });
}

function imports(text: string, file: string): string[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"((?:@|\.{1,2})\/[^"]+)"/g)].map((match) => match[1] ?? "");
  return found.map((module) => (module.startsWith("@/") ? module.slice(2) : joined(file, module)));
}

function joined(file: string, module: string): string {
  return new URL(module, `http://x/${file}`).pathname.slice(1);
}

describe("boundaries", () => {
  it("holds everywhere: no feature imports a feature, nothing below imports what is above", () => {
    expect(strays(sources)).toEqual([]);
  });

  it("has read the sources", () => {
    expect(Object.keys(sources).length).toBeGreaterThan(50);
  });

  it.each([
    ["../features/alerts/list.ts", 'import { x } from "@/features/dashboard/sorting";'],
    ["../features/alerts/list.ts", 'import { x } from "../dashboard/sorting";'],
    ["../features/alerts/list.ts", 'const x = import("@/app/router");'],
    ["../stream/store.ts", 'import { x } from "@/components/ui/card";'],
    ["../lib/format.ts", 'import "@/api/client";'],
  ])("finds what %s must not: %s", (file, text) => {
    expect(strays({ [file]: text })).toHaveLength(1);
  });

  it("lets a feature import itself and what is below", () => {
    const text = 'import a from "./sorting"; import b from "@/lib/format"; import c from "../row";';

    expect(strays({ "../features/dashboard/components/table.ts": text })).toEqual([]);
  });
});
