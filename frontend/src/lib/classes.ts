import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

/** Join class names; of two that contradict each other the later one holds. */
export function classes(...given: ClassValue[]): string {
  return twMerge(clsx(given));
}
