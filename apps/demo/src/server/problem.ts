import { isMailError, type MailError, type MailErrorCode } from "@mailwright/core";
import { HTTPException } from "hono/http-exception";

/** Where a request is wrong, as RFC 9457 §3.1 has it in an extension. */
interface ProblemPlace {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** Statuses that problems have. */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 409
  | 412
  | 413
  | 415
  | 421
  | 422
  | 429
  | 500
  | 501
  | 502
  | 503
  | 504;

/** What a {@link Problem} may say beside its code. */
export interface ProblemDetails {
  readonly detail?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly phase?: string | undefined;
  readonly server?: string | undefined;
  readonly errors?: readonly ProblemPlace[] | undefined;
}

/** An answer that is not what was asked for, as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: ProblemStatus;
  readonly code: string;
  readonly details: ProblemDetails;

  constructor(status: ProblemStatus, code: string, title: string, details: ProblemDetails = {}) {
    super(title);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  toJSON(): Record<string, unknown> {
    const { retryAfterSeconds: _seconds, retryable = false, ...details } = this.details;
    const type = `/problems/${this.code}`;
    return { type, title: this.message, status: this.status, code: this.code, retryable, ...details };
  }
}

/** What is not there, or is another tenant's: nobody learns which. */
export function notFound(what: string): Problem {
  return new Problem(404, "not-found", `There is no such ${what}`);
}

const STATUSES: Readonly<Partial<Record<MailErrorCode, ProblemStatus>>> = {
  authentication: 422,
  "invalid-argument": 422,
  throttled: 503,
  busy: 503,
  timeout: 504,
  connection: 502,
  dns: 502,
  tls: 502,
  protocol: 502,
  closed: 503,
  limit: 413,
  "not-found": 404,
  rejected: 409,
  conflict: 409,
  "already-exists": 409,
  forbidden: 422,
  permission: 403,
  quota: 409,
  unsupported: 501,
  aborted: 503,
  "unknown-outcome": 502,
};

/** What a mail server's refusal is to somebody who asked us, with the server's own words. */
export function fromMailError(error: MailError): Problem {
  const { code, message, phase, server, retryable, retryAfterMs } = error;
  return new Problem(STATUSES[code] ?? 500, `mail-${code}`, message, {
    retryable,
    phase,
    server: server?.text,
    retryAfterSeconds: retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1_000),
  });
}

/** Any error as a problem; `undefined` for one that is the program's own fault. */
export function toProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  // Of Hono's own, such as a body that is no JSON.
  if (error instanceof HTTPException)
    return new Problem(error.status === 415 ? 415 : 400, "invalid-request", error.message);
  return isMailError(error) ? fromMailError(error) : undefined;
}
