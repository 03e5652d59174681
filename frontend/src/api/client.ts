import createClient, { type Middleware } from "openapi-fetch";
import { csrfToken } from "./csrf";
import { ApiError, isRefusal, SILENT } from "./errors";
import type { paths } from "./schema";
import { session } from "./session";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

const door: Middleware = {
  onRequest({ request }) {
    if (!SAFE.has(request.method)) request.headers.set("X-CSRFToken", csrfToken());
    request.headers.set("Accept", "application/json");
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) session.expire();
    return undefined;
  },
  onError() {
    return new ApiError(0, SILENT);
  },
};

/** The one way to the API: `await read(api.GET("/api/v1/alerts", { params: { query } }))`. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: "same-origin",
  // Looked up at each call, so that tests can stand in for it.
  fetch: (request) => globalThis.fetch(request),
});
api.use(door);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return the body of an answer; raise ApiError for a refusal. */
export async function read<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  const refusal = isRefusal(error) ? error : { code: "unreadable", detail: `The server answered ${response.status}.` };
  throw new ApiError(response.status, refusal, response.headers.get("Retry-After"));
}
