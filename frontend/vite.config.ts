import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const path = (below: string) => fileURLToPath(new URL(below, import.meta.url));

// Sonner puts a <style> into the page when it is imported, which the content security policy forbids. Its sheet is
// imported as a file instead (src/theme/index.css).
function sonnerWithoutInlineStyle(): Plugin {
  return {
    name: "sonner-without-inline-style",
    enforce: "pre",
    transform(code, id) {
      if (!/[\\/]sonner[\\/]dist[\\/]index\.mjs/.test(id)) return null;
      const changed = code.replace(/^__insertCSS\(".*$/m, "");
      if (changed === code) throw new Error("sonner no longer inserts its style as expected: read it again");
      return changed;
    },
  };
}

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/static/app/" : "/",
  plugins: [sonnerWithoutInlineStyle(), react(), tailwindcss()],
  resolve: { alias: { "@": path("./src") } },
  build: {
    outDir: path("../static/app"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    rolldownOptions: { input: path("./src/main.tsx") },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: [path("./src/test/setup.ts")],
    restoreMocks: true,
    testTimeout: 30_000,
  },
}));
