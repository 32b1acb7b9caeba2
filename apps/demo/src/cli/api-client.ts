import { type ClientResponse, hc } from "hono/client";
import type { Api } from "../server/create-api.js";
import type { LocalApi } from "../server/create-local-app.js";
import { UsageError } from "../terminal/usage-error.js";
import type { Fetch } from "./local-socket.js";

const ORIGIN = "http://localhost";

/** A request that was refused: the problem, in one line. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** The API with the types of its routes, and what only the command line may call. */
export function createApiClient(send: Fetch, household: string | undefined) {
  const headers = { host: "localhost", ...(household !== undefined && { "x-household": household }) };
  const fetch: Fetch = async (input, init) => {
    const answer = await send(input, init);
    if (!answer.ok) throw await toError(answer);
    return answer;
  };
  return {
    api: hc<Api>(`${ORIGIN}/api/v1`, { fetch, headers }),
    local: hc<LocalApi>(`${ORIGIN}/local`, { fetch, headers }),
    /** For what is no JSON: the bytes of a message, the stream of events. */
    fetch: async (path: string, init: RequestInit = {}): Promise<Response> =>
      await fetch(`${ORIGIN}/api/v1${path}`, { ...init, headers: { ...headers } }),
  };
}

/** What {@link createApiClient} makes. */
export type ApiClient = ReturnType<typeof createApiClient>;

type Success<Answer> = Answer extends { readonly status: 200 | 201 }
  ? Answer extends ClientResponse<infer Body, number, string>
    ? Body
    : never
  : never;

/** The body of an answer; what was refused has been thrown. */
export async function readAnswer<Answer extends ClientResponse<unknown, number, string>>(
  pending: Promise<Answer>,
): Promise<Success<Answer>>;
export async function readAnswer(
  pending: Promise<ClientResponse<unknown, number, string>>,
): Promise<unknown> {
  return await (await pending).json();
}

async function toError(answer: Response): Promise<Error> {
  const body: unknown = await answer.json().catch(() => undefined);
  const problem = typeof body === "object" && body !== null ? body : {};
  const words = [read(problem, "title") ?? `The answer was ${answer.status}`, read(problem, "detail")];
  const places = "errors" in problem && Array.isArray(problem.errors) ? problem.errors : [];
  for (const place of places) words.push(`${read(place, "pointer")} ${read(place, "detail")}`);
  const text = words.filter((word) => word !== undefined).join("; ");
  return read(problem, "code") === "household" ? new UsageError(text) : new RefusedError(answer.status, text);
}

function read(from: object, name: string): string | undefined {
  const value: unknown = Reflect.get(from, name);
  return typeof value === "string" ? value : undefined;
}
