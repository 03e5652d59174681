import type { components } from "./schema";

/** The API's one shape of a refusal. */
export type Refusal = components["schemas"]["Refusal"];

/** A refusal of the API, or its silence (`status` 0). `detail` is a sentence for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, unknown>;
  /** The present state, where somebody else was faster (409). */
  readonly current: Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, refusal: Refusal, retryAfter: string | null = null) {
    super(refusal.detail);
    this.name = "ApiError";
    this.status = status;
    this.code = refusal.code;
    this.fields = refusal.fields ?? {};
    this.current = refusal.current;
    this.retryAfterSeconds = retryAfter === null ? undefined : Number(retryAfter);
  }

  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const SILENT: Refusal = { code: "no_answer", detail: "The server does not answer." };

/** The sentence to show for whatever was thrown. */
export function sentenceOf(problem: unknown): string {
  if (problem instanceof ApiError) return problem.message;
  return problem instanceof Error ? `This page failed: ${problem.message}` : "This page failed.";
}

export function isRefusal(body: unknown): body is Refusal {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
