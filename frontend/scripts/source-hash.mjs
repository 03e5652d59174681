// The hash of what decides the bundle; riskplatform/lib/bundle.py computes the same without Node.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SINGLE_SOURCES = ["package.json", "tsconfig.json", "vite.config.ts"];
const sha256 = (content) => createHash("sha256").update(content).digest("hex");

function sources(frontend) {
  const below = readdirSync(join(frontend, "src"), { recursive: true, withFileTypes: true });
  const files = below.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const relative = files.map((file) => file.slice(frontend.length + 1).replaceAll("\\", "/"));
  return [...SINGLE_SOURCES, ...relative.filter((path) => !path.includes(".test.") && !path.startsWith("src/test/"))];
}

export function sourceHash(frontend) {
  const lines = sources(frontend).map((path) => `${path}\0${sha256(readFileSync(join(frontend, path)))}\n`);
  return sha256(lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join(""));
}
