import { vi } from "vitest";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** What an address answers: a body, or what `refusal` makes; a function is asked anew each time. */
type Answer = unknown | ((asked: Asked) => unknown);

class Refused {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {}
}

export function refusal(status: number, code: string, detail: string, fields: object = {}): unknown {
  return new Refused(status, { code, detail, fields });
}

/** Let `fetch` answer by `METHOD /path`; anything else is 404. Returns what was asked, in order. */
export function answerWith(answers: Record<string, Answer>): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname: path, searchParams: query } = new URL(request.url);
    const text = await request.text();
    const asked: Asked = { method: request.method, path, query, body: text ? JSON.parse(text) : undefined };
    all.push(asked);
    const known = answers[`${asked.method} ${path}`];
    return respond(typeof known === "function" ? known(asked) : known);
  });
  return all;
}

function respond(answer: unknown): Response {
  const given = answer === undefined ? refusal(404, "not_found", "There is no such thing.") : answer;
  const [body, status] = given instanceof Refused ? [given.body, given.status] : [given, 200];
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}
