// After `vite build`: write which sources the bundle was built from, compress it, and say what a first visit loads.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { sourceHash } from "./source-hash.mjs";

const ENTRY = "src/main.tsx";
const FIRST_LOAD_LIMIT = 250_000;
const frontend = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(dirname(frontend), "static", "app");

function compress(path) {
  const content = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

function firstLoad() {
  const chunks = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  const names = new Set([ENTRY]);
  for (const name of names) for (const other of chunks[name].imports ?? []) names.add(other);
  return [...names].map((name) => chunks[name].file);
}

for (const name of readdirSync(join(out, "assets"))) if (/\.(js|css)$/.test(name)) compress(join(out, "assets", name));
writeFileSync(join(out, "sources.json"), `${JSON.stringify({ sha256: sourceHash(frontend) })}\n`);
const bytes = firstLoad().reduce((sum, file) => sum + statSync(join(out, `${file}.br`)).size, 0);
console.log(
  `first load: ${(bytes / 1000).toFixed(1)} kB of JavaScript compressed (brotli), at most ${FIRST_LOAD_LIMIT / 1000} kB`,
);
if (bytes > FIRST_LOAD_LIMIT) process.exit(1);
