import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

// `num` (theme/index.css) aligns to the right: it contradicts `text-left`.
const twMerge = extendTailwindMerge<"num">({ extend: { classGroups: { "text-alignment": ["num"] } } });

/** Join class names; of two that contradict each other the later one holds. */
export function classes(...given: ClassValue[]): string {
  return twMerge(clsx(given));
}
