/** What a route answered instead: RFC 9457, with the mail server's own words where it said some. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  /** What the mail server said. */
  readonly server: string | undefined;
  readonly phase: string | undefined;
  readonly retryable: boolean;
  /** What is wrong where, by JSON pointer. */
  readonly places: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(textOf(body["title"]) ?? `The server answered ${status}`);
    this.status = status;
    this.code = textOf(body["code"]) ?? "unknown";
    this.detail = textOf(body["detail"]);
    this.server = textOf(body["server"]);
    this.phase = textOf(body["phase"]);
    this.retryable = body["retryable"] === true;
    this.places = Array.isArray(body["errors"]) ? body["errors"].flatMap(placeOf) : [];
  }
}

/** An answer that was no success, as an error to throw. */
export async function toProblemError(answer: Response): Promise<ProblemError> {
  const body: unknown = await answer.json().catch(() => ({}));
  return new ProblemError(answer.status, isRecord(body) ? body : {});
}

/** Words for a person about anything that was thrown. */
export function explain(error: unknown): { readonly title: string; readonly detail: string | undefined } {
  if (!(error instanceof ProblemError)) return { title: "Mailwright does not answer", detail: undefined };
  const { message, server, detail } = error;
  if (server !== undefined && !message.includes(server))
    return { title: message, detail: `The server said: ${server}` };
  return { title: message, detail };
}

/** What is wrong with one place of what was sent, by JSON pointer. */
export function errorAt(error: unknown, pointer: string): string | undefined {
  return error instanceof ProblemError
    ? error.places.find((place) => place.pointer === pointer)?.detail
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function placeOf(value: unknown): ProblemError["places"] {
  if (!isRecord(value)) return [];
  return [
    { pointer: textOf(value["pointer"]) ?? "", detail: textOf(value["detail"]) ?? "is not as it should be" },
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
