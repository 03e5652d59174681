import { boot } from "./boot";
import { csrfToken } from "./csrf";
import { ApiError, SILENT } from "./errors";

type Listener = () => void;

/** Whether this page's session has ended, and signing in again without leaving the page. */
class Session {
  isExpired = false;
  readonly #listeners = new Set<Listener>();
  readonly #onReturn = new Set<Listener>();

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Be told when somebody has signed in again. */
  onReturn(listener: Listener): () => void {
    this.#onReturn.add(listener);
    return () => this.#onReturn.delete(listener);
  }

  expire(): void {
    if (this.isExpired) return;
    this.isExpired = true;
    for (const listener of this.#listeners) listener();
  }

  /** Sign the same person in again. Raises ApiError with a sentence where the server refuses. */
  async signInAgain(password: string): Promise<void> {
    await postSignIn(boot().user.username, password);
    this.isExpired = false;
    for (const listener of [...this.#listeners, ...this.#onReturn]) listener();
  }
}

// The form of the sign-in page: a redirect is its yes, the page again is its no.
async function postSignIn(username: string, password: string): Promise<void> {
  const body = new URLSearchParams({ username, password, next: "/livez" });
  const headers = { "X-CSRFToken": csrfToken() };
  const options: RequestInit = { method: "POST", body, headers, redirect: "manual", credentials: "same-origin" };
  const answer = await globalThis.fetch("/login", options).catch(() => null);
  if (answer === null) throw new ApiError(0, SILENT);
  if (answer.type === "opaqueredirect") return;
  throw new ApiError(answer.status, { code: "not_signed_in", detail: refusalOf(answer.status) });
}

function refusalOf(status: number): string {
  if (status === 429) return "Too many attempts. Wait a while before you try again.";
  if (status === 200) return "The password is wrong, or the account is not active.";
  return `The server answered ${status}.`;
}

export const session = new Session();
