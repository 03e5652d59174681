import { vi } from "vitest";

type Answer = unknown | ((request: Request) => Response | Promise<Response>);

/** Stand in for the server: answers by `"GET /api/v1/alerts"`; returns what was asked. What is not named answers 404. */
export function fakeApi(answers: Record<string, Answer>): Request[] {
  const asked: Request[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    asked.push(request);
    const answer = answers[`${request.method} ${new URL(request.url).pathname}`];
    if (typeof answer === "function") return (answer as (request: Request) => Response)(request);
    if (answer === undefined)
      return Response.json({ code: "not_found", detail: "There is no such thing." }, { status: 404 });
    return Response.json(answer);
  });
  return asked;
}
