import { boot } from "./boot";

/** Django's token, read at each request: it changes whenever somebody signs in. */
export function csrfToken(): string {
  const name = `${boot().csrf_cookie}=`;
  const cookie = document.cookie.split("; ").find((part) => part.startsWith(name));
  return cookie ? decodeURIComponent(cookie.slice(name.length)) : "";
}
