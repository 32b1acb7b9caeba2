import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type MessageFilter, matchesFilter } from "../arrivals/message-filter.js";
import { MessageTimeoutError } from "../arrivals/message-waiters.js";
import type { AcceptedMessage } from "../smtp/delivery.js";
import type { MailServers } from "../start-mail-servers.js";
import { toDetails, toSummary } from "./message-json.js";
import { PAGE, PAGE_POLICY } from "./page.js";

/** What a request is answered with; an object becomes JSON. */
interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly policy?: string;
  readonly body: object | string | Buffer;
}

// Nothing in a message that arrived may run, ask or load anything.
const MESSAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const NOT_FOUND: Answer = { status: 404, body: { error: "not found" } };

/** Numbers that messages keep, from 1. */
export class MessageNumbers {
  readonly #numbers = new WeakMap<AcceptedMessage, number>();
  #last = 0;

  of(message: AcceptedMessage): number {
    const known = this.#numbers.get(message);
    if (known !== undefined) return known;
    this.#last += 1;
    this.#numbers.set(message, this.#last);
    return this.#last;
  }
}

/** What the API shows, and who is to be told. */
export interface HttpApiSetup {
  readonly mail: MailServers;
  readonly numbers: MessageNumbers;
  readonly port: number;
  /** Called when a client reset the servers, which forgets every listener. */
  afterReset(): void;
}

/** Serves what arrived as JSON under `/api/`, and a page to look at it. */
export async function startHttpApi(setUp: HttpApiSetup): Promise<Server> {
  const { mail, port } = setUp;
  const server = createServer((request, response) => {
    answer(setUp, request).then(
      (given) => send(response, given),
      (error: unknown) => send(response, toProblem(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, mail.host, () => resolve());
  });
  return server;
}

async function answer(setUp: HttpApiSetup, request: IncomingMessage): Promise<Answer> {
  const { mail, numbers } = setUp;
  if (!isOwn(request)) return { status: 403, body: { error: "requests of other sites are refused" } };
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const summaries = (messages: readonly AcceptedMessage[]): object =>
    messages.map((message) => toSummary(numbers.of(message), message));
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return { type: "text/html; charset=utf-8", policy: PAGE_POLICY, body: PAGE };
    case "GET /api/messages":
      return {
        body: summaries(mail.smtp.messages.filter((each) => matchesFilter(each, toFilter(searchParams)))),
      };
    case "GET /api/messages/wait":
      return { body: summaries(await mail.waitForMessages(toWait(searchParams))) };
    case "DELETE /api/messages":
      mail.smtp.deleteMessages();
      return { body: {} };
    case "POST /api/reset":
      await mail.reset();
      setUp.afterReset();
      return { body: {} };
    default:
      return answerOne(mail, numbers, `${request.method} ${pathname}`);
  }
}

function answerOne(mail: MailServers, numbers: MessageNumbers, request: string): Answer {
  const [, method = "", id = "", part] =
    /^(GET|DELETE) \/api\/messages\/(\d+)(?:\/(raw|html))?$/.exec(request) ?? [];
  const message = mail.smtp.messages.find((each) => numbers.of(each) === Number(id));
  if (message === undefined || (method === "DELETE" && part !== undefined)) return NOT_FOUND;
  if (method === "DELETE") {
    mail.smtp.deleteMessages([message]);
    return { body: {} };
  }
  if (part === "raw") return { type: "message/rfc822", policy: MESSAGE_POLICY, body: message.raw };
  if (part === undefined) return { body: toDetails(Number(id), message) };
  if (message.parsed.html === undefined) return NOT_FOUND;
  return { type: "text/html; charset=utf-8", policy: MESSAGE_POLICY, body: message.parsed.html };
}

/** A page elsewhere may not read or delete mail, by a name that it made point here either. */
function isOwn({ headers, socket }: IncomingMessage): boolean {
  const { host = "", origin } = headers;
  const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  const isName = name === "localhost" || name === socket.localAddress || /^[\d.]+$|:/.test(name);
  return isName && (origin === undefined || origin === `http://${host}`);
}

function toFilter(query: URLSearchParams): MessageFilter {
  const { to, from, subject } = Object.fromEntries(query);
  return {
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function toWait(query: URLSearchParams): Parameters<MailServers["waitForMessages"]>[0] {
  const { count, timeoutMs } = Object.fromEntries(query);
  return {
    ...toFilter(query),
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs: Number(timeoutMs) }),
  };
}

function toProblem(error: unknown): Answer {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof MessageTimeoutError) return { status: 408, body: { error: text } };
  return { status: error instanceof RangeError ? 400 : 500, body: { error: text } };
}

function send(response: ServerResponse, { status = 200, type, policy, body }: Answer): void {
  const isRaw = typeof body === "string" || Buffer.isBuffer(body);
  response.writeHead(status, {
    "Content-Type": type ?? "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
  });
  response.end(isRaw ? body : JSON.stringify(body));
}
