import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";

const MAX_AGE_SECONDS = 30 * 86_400;

/** The cookie's name: the prefix makes browsers insist on HTTPS, which this machine's own page does not have. */
export function cookieName(url: URL | undefined): string {
  return url?.protocol === "https:" ? "__Host-mw" : "mw";
}

/** Gives the browser its session; no script can read it. */
export function setSessionCookie(c: Context, url: URL | undefined, token: string): void {
  const secure = url?.protocol === "https:";
  setCookie(c, cookieName(url), token, {
    httpOnly: true,
    secure,
    sameSite: "Lax",
    path: "/",
    maxAge: MAX_AGE_SECONDS,
  });
}

/** Takes it away. */
export function clearSessionCookie(c: Context, url: URL | undefined): void {
  deleteCookie(c, cookieName(url), { path: "/", secure: url?.protocol === "https:" });
}
