import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { setBoot } from "@/api/boot";
import { BOOT } from "./fixtures";

// A busy machine draws late.
configure({ asyncUtilTimeout: 15_000 });

// jsdom has neither layout nor media; what asks for them gets the answer of a wide, still, dark screen.
globalThis.matchMedia = (query) =>
  Object.assign(new EventTarget(), { matches: query.includes("reduce"), media: query }) as MediaQueryList;
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
// What mounts only the rows in sight asks how high its frame is.
Object.defineProperties(HTMLElement.prototype, {
  clientHeight: { configurable: true, value: 680 },
  clientWidth: { configurable: true, value: 900 },
});
HTMLCanvasElement.prototype.getContext = () => null;
Object.defineProperties(Element.prototype, {
  clientHeight: { get: () => 680, configurable: true },
  clientWidth: { get: () => 900, configurable: true },
});
Element.prototype.scrollIntoView = () => {};
Element.prototype.hasPointerCapture = () => false;

beforeEach(() => setBoot(structuredClone(BOOT)));
afterEach(cleanup);
