import { MailError } from "@mailwright/core";
import { fromRefusal, protocolError } from "../pop3-error.js";
import type { Pop3Command } from "../wire/pop3-command.js";
import type { StatusLine } from "../wire/status-line.js";
import type { Pop3Wire } from "./pop3-wire.js";
import type { WireRequest } from "./request-queue.js";

/** A complete answer; `body` is empty for single-line ones. */
export interface Pop3Answer {
  readonly status: StatusLine;
  readonly body: Buffer;
}

/** How long an answer may take and how large it may get. */
export interface ExchangeOptions {
  readonly limitMs: number;
  /** @defaultValue 0: no multi-line answer */
  readonly maxBytes?: number;
  /** Written in one flight with the next command, in front of it. @defaultValue false */
  readonly isAhead?: boolean;
}

/** Asks and waits for the answer, `-ERR` included. Rejects only when the connection breaks. */
export function exchange(wire: Pop3Wire, sent: Pop3Command, options: ExchangeOptions): Promise<Pop3Answer> {
  const { limitMs, maxBytes = 0, isAhead = false } = options;
  const pieces: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const request: WireRequest = {
      command: sent,
      limitMs,
      body: (content) => {
        size += content.length;
        if (size > maxBytes) {
          throw protocolError(`${sent.name} answered more than ${maxBytes} bytes`, wire.context(), "limit");
        }
        pieces.push(content);
      },
      done: (status) => resolve({ status, body: Buffer.concat(pieces, size) }),
      failed: reject,
    };
    if (isAhead) wire.requestAhead(request);
    else wire.request(request);
  });
}

/** Asks and waits for `+OK`; a `-ERR` rejects with what it means. */
export async function command(
  wire: Pop3Wire,
  sent: Pop3Command,
  options: ExchangeOptions,
): Promise<Pop3Answer> {
  const answer = await exchange(wire, sent, options);
  if (answer.status.kind === "error") throw fromRefusal(answer.status, wire.context(sent.phase));
  return answer;
}

/** Whether an error leaves the connection usable: the server just said no. */
export function isRefusal(error: unknown): error is MailError {
  return error instanceof MailError && !error.connectionBroken;
}
