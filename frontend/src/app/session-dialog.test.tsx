import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { api, read } from "@/api/client";
import { ApiError } from "@/api/errors";
import { session } from "@/api/session";
import { expectAccessible, renderPage } from "@/test/page";
import { SessionDialog } from "./session-dialog";

const refusal = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const REDIRECT = { type: "opaqueredirect", status: 0 } as Response;

async function signIn(password: string) {
  await userEvent.type(screen.getByLabelText("Password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

describe("SessionDialog", () => {
  afterEach(async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(REDIRECT));
    if (session.isExpired) await act(() => session.signInAgain("x"));
    vi.unstubAllGlobals();
  });

  it("opens over the page when the API answers 401, and the asker is told", async () => {
    vi.stubGlobal(
      "fetch",
      vi.fn().mockResolvedValue(refusal(401, { code: "not_authenticated", detail: "Sign in first." })),
    );
    renderPage(<SessionDialog />);

    const asked = act(() => expect(read(api.GET("/api/v1/auth/me"))).rejects.toMatchObject({ status: 401 }));

    await asked;
    expect(screen.getByRole("dialog", { name: "You have been signed out" })).toBeVisible();
    await expectAccessible();
  });

  it("stays with a sentence when the password is wrong", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(new Response("the form again", { status: 200 })));
    renderPage(<SessionDialog />);
    act(() => session.expire());

    await signIn("wrong");

    expect(await screen.findByText("The password is wrong, or the account is not active.")).toBeVisible();
    expect(session.isExpired).toBe(true);
  });

  it("signs the same person in with the CSRF token of now, and tells who waits for it", async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: what Django sets
    document.cookie = "csrf-8000=token-of-now";
    const fetched = vi.fn().mockResolvedValue(REDIRECT);
    const returned = vi.fn();
    vi.stubGlobal("fetch", fetched);
    const stop = session.onReturn(returned);
    renderPage(<SessionDialog />);
    act(() => session.expire());

    await signIn("right");

    expect(returned).toHaveBeenCalledOnce();
    expect(screen.queryByRole("dialog")).toBeNull();
    const [address, options] = fetched.mock.calls[0] as [string, RequestInit];
    expect(address).toBe("/login");
    expect(String(options.body)).toBe("username=asha&password=right&next=%2Flivez");
    expect(options.headers).toEqual({ "X-CSRFToken": "token-of-now" });
    stop();
  });
});

describe("read", () => {
  it("raises the API's refusal with what somebody faster left", async () => {
    const body = { code: "alert_moved", detail: "It was acknowledged by ravi.", current: { status: "acknowledged" } };
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue(refusal(409, body)));

    const asked = read(
      api.POST("/api/v1/alerts/{id}/acknowledge", { params: { path: { id: "17" } }, body: { note: "" } }),
    );

    await expect(asked).rejects.toMatchObject({
      status: 409,
      code: "alert_moved",
      current: body.current,
      message: body.detail,
    });
    vi.unstubAllGlobals();
  });

  it("raises a passing error when the server does not answer", async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("failed")));

    const problem = await read(api.GET("/api/v1/auth/me")).catch((thrown: unknown) => thrown);

    expect(problem).toBeInstanceOf(ApiError);
    expect((problem as ApiError).isPassing).toBe(true);
    vi.unstubAllGlobals();
  });

  it("sends the CSRF token with what changes something, and with nothing else", async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: what Django sets
    document.cookie = "csrf-8000=token-of-now";
    const fetched = vi.fn().mockImplementation(() => Promise.resolve(refusal(200, {})));
    vi.stubGlobal("fetch", fetched);

    await read(api.GET("/api/v1/auth/me"));
    await read(api.POST("/api/v1/auth/ws-ticket"));

    const tokens = fetched.mock.calls.map(([request]) => (request as Request).headers.get("X-CSRFToken"));
    expect(tokens).toEqual([null, "token-of-now"]);
    vi.unstubAllGlobals();
  });
});
