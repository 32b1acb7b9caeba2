import { type ClientResponse, hc } from "hono/client";
import type { Api } from "../../server/create-api.js";
import { type ProblemError, toProblemError } from "./problem-error.js";

const SAFE_METHODS = ["GET", "HEAD"];

/** Of this page's session; sent with every change. Another tab that logs in makes it void. */
let csrfToken = "";

/** The API, with the types of its routes. */
export const client = hc<Api>("/api/v1", { fetch: fetchWithToken });

/** A browser sends no more than this for a page that is left. */
const MAX_KEPT_ALIVE = 60_000;

type Success<Answer> = Answer extends { readonly status: 200 | 201 | 202 }
  ? Answer extends ClientResponse<infer Body, number, string>
    ? Body
    : never
  : never;

/** The body of a successful answer. Throws {@link ProblemError} for any other. */
export async function read<Answer extends ClientResponse<unknown, number, string>>(
  pending: Promise<Answer>,
): Promise<Success<Answer>>;
export async function read(pending: Promise<ClientResponse<unknown, number, string>>): Promise<unknown> {
  const answer = await pending;
  if (!answer.ok) throw await toProblemError(answer as unknown as Response);
  const text = answer.status === 204 ? "" : await answer.text();
  return text === "" ? undefined : JSON.parse(text);
}

/** Who is logged in, or `null`; and the token that this page's changes need. */
export async function readSession() {
  try {
    return keepToken(await read(client.session.$get()));
  } catch (error) {
    if ((error as Partial<ProblemError>).status === 401) return null;
    throw error;
  }
}

/** Remembers the token of a session that has just begun. */
export function keepToken<Session extends { readonly csrfToken: string }>(session: Session): Session {
  csrfToken = session.csrfToken;
  return session;
}

/** The token that a change needs which is sent by other means. */
export function currentToken(): string {
  return csrfToken;
}

async function fetchWithToken(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
  if (SAFE_METHODS.includes(init.method ?? "GET")) return await fetch(input, init);
  // A change that was decided on goes out even when the page is left, where the browser allows it.
  const { body = "" } = init;
  const keepalive = typeof body === "string" && body.length < MAX_KEPT_ALIVE;
  const send = async (): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("x-csrf", csrfToken);
    return await fetch(input, { ...init, headers, keepalive });
  };
  const answer = await send();
  if (answer.status !== 403 || (await toProblemError(answer.clone())).code !== "csrf") return answer;
  return (await readSession()) === null ? answer : await send();
}
