import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { TLSSocket } from "node:tls";
import { MailError } from "@mailwright/core";
import type { ImapFlow } from "imapflow";
import type { WireArgument } from "./wire-argument.js";
import type { WireResponse } from "./wire-node.js";

/** What happens while a command is under way. */
export interface ExecOptions {
  /** By the name of the untagged answer; awaited, so that a slow reader slows the server down. */
  readonly untagged?: Readonly<Record<string, (response: WireResponse) => Promise<void> | void>>;
  readonly onPlusTag?: (response: WireResponse) => Promise<void>;
  /** The command's first bytes have been written. */
  readonly onSend?: () => void;
}

/** A tagged OK. `next` lets ImapFlow read on: it must be called. */
interface ExecAnswer {
  readonly response: WireResponse;
  next(): void;
}

/** RFC 9051 §7.1; some servers pad it with NUL. */
const GREETING = /^\0*\* (?:OK|PREAUTH|BYE)\b/i;

const UNSOLICITED = ["EXISTS", "EXPUNGE", "VANISHED", "FETCH"] as const;

/**
 * The parts of ImapFlow that are there at run time and not in its types: sending one command and
 * seeing every answer to it. All that this package knows about ImapFlow's insides is in this file.
 */
export class ImapWire {
  readonly #flow: ImapFlow;
  #originals: readonly unknown[] = [];

  /** Throws `"unsupported"` when this version of ImapFlow has other insides than the known ones. */
  constructor(flow: ImapFlow) {
    this.#flow = flow;
    for (const name of ["exec", "write"]) method(flow, name);
    objectOf(flow, "untaggedHandlers");
    changeCommand(flow, "NAMESPACE", skipNamespace);
  }

  /** Lets nothing but SASL log in: ImapFlow turns to LOGIN where no mechanism that it knows is offered. */
  requireSasl(): void {
    changeCommand(this.#flow, "LOGIN", refuseLogin);
  }

  async exec(command: string, args: readonly WireArgument[], options: ExecOptions): Promise<ExecAnswer> {
    const answer: unknown = await method(this.#flow, "exec")(
      command,
      args.length === 0 ? false : args,
      options,
    );
    if (!isExecAnswer(answer)) throw unknownInsides("exec");
    return answer;
  }

  /** A line outside of any command, such as `DONE`; must not hold secrets. */
  writeLine(line: string): void {
    method(this.#flow, "write")(line);
  }

  /** The stream to the server, for the octets of a literal. */
  output(): Writable {
    const stream: unknown = Reflect.get(this.#flow, "writeSocket");
    if (!isWritable(stream)) throw unknownInsides("writeSocket");
    return stream;
  }

  /** ImapFlow has nothing sent or queued. */
  isQuiet(): boolean {
    const queue: unknown = Reflect.get(this.#flow, "requestQueue");
    return !Reflect.get(this.#flow, "currentRequest") && Array.isArray(queue) && queue.length === 0;
  }

  /** TLS is in place on the socket itself, whatever was announced. */
  isEncrypted(): boolean {
    const socket: unknown = Reflect.get(this.#flow, "socket");
    return typeof socket === "object" && socket !== null && Reflect.get(socket, "encrypted") === true;
  }

  tlsInfo(): { readonly version: string; readonly cipher: string } | undefined {
    const tls: unknown = Reflect.get(this.#flow, "tls");
    if (typeof tls !== "object" || tls === null) return undefined;
    const version: unknown = Reflect.get(tls, "version");
    const cipher: unknown = Reflect.get(tls, "standardName") ?? Reflect.get(tls, "name");
    const socket: unknown = Reflect.get(this.#flow, "socket");
    const protocol = socket instanceof TLSSocket ? socket.getProtocol() : undefined;
    return { version: protocol ?? String(version), cipher: String(cipher) };
  }

  /** Whether the socket keeps the process alive; that of an idle session does not. */
  holdProcess(isHeld: boolean): void {
    const socket: unknown = Reflect.get(this.#flow, "socket");
    if (!(socket instanceof Socket)) return;
    if (isHeld) socket.ref();
    else socket.unref();
  }

  /** Login mechanisms that were on offer at any time; after the login most servers keep silent about them. */
  authMechanisms(): string[] {
    const offered: unknown = Reflect.get(this.#flow, "authCapabilities");
    const names = offered instanceof Map ? [...offered.keys()].map(String) : [];
    return names.filter((name) => name.startsWith("AUTH=")).map((name) => name.slice(5));
  }

  /** TCP is up; TLS need not be. */
  isReached(): boolean {
    const socket: unknown = Reflect.get(this.#flow, "socket");
    return socket instanceof Socket && !socket.connecting && socket.remoteAddress !== undefined;
  }

  /** STARTTLS was agreed on and TLS is not in place yet. */
  isUpgrading(): boolean {
    return Reflect.get(this.#flow, "upgrading") === true;
  }

  /**
   * Hears of a first line that is no greeting. QUIRK: ImapFlow skips what it cannot read and waits for a
   * greeting until its time has passed.
   */
  onInvalidGreeting(listener: (line: string) => void): void {
    const original: unknown = Reflect.get(this.#flow, "handleResponse");
    const handle = method(this.#flow, "handleResponse");
    const check = (data: unknown): unknown => {
      // Not deleted: an object that loses a property takes 4 KiB more from then on.
      Reflect.set(this.#flow, "handleResponse", original);
      const payload: unknown = typeof data === "object" && data !== null && Reflect.get(data, "payload");
      if (!Buffer.isBuffer(payload) || GREETING.test(payload.toString("latin1", 0, 32))) return handle(data);
      listener(payload.toString("utf8", 0, 200));
      return false;
    };
    Reflect.set(this.#flow, "handleResponse", check);
  }

  /** The server has greeted us. */
  isGreeted(): boolean {
    return Reflect.get(this.#flow, "greetingReceived") === true;
  }

  /** The server took us for somebody before any login: ImapFlow keeps the text of an OK greeting only. */
  isPreauthenticated(): boolean {
    return Reflect.get(this.#flow, "greeting") === undefined;
  }

  byeText(): string | undefined {
    const text: unknown = Reflect.get(this.#flow, "byeReason");
    return typeof text === "string" ? text : undefined;
  }

  /** Takes what the server tells of the mailbox unasked, in the place of ImapFlow. */
  takeUnsolicited(handler: (response: WireResponse) => void): void {
    const handlers = objectOf(this.#flow, "untaggedHandlers");
    this.#originals = UNSOLICITED.map((name) => Reflect.get(handlers, name));
    for (const name of UNSOLICITED) Reflect.set(handlers, name, handler);
  }

  /** Gives ImapFlow back its own handling of that. */
  giveBackUnsolicited(): void {
    const handlers = objectOf(this.#flow, "untaggedHandlers");
    for (const [index, original] of this.#originals.entries())
      Reflect.set(handlers, UNSOLICITED[index] ?? "", original);
  }
}

type Command = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * QUIRK: ImapFlow asks for the NAMESPACE with every login, and 2.1.2 then waits for ever on servers that
 * answer OK without telling any, or tell no personal one (NIL, RFC 2342 §5).
 */
const skipNamespace: Command = async () => false;

const refuseLogin: Command = async () => {
  const message = "The server does not offer the login method that authMethod asks for";
  throw new MailError(message, { code: "unsupported", protocol: "imap", phase: "auth" });
};

/** Puts a command of ours in the place of one of ImapFlow's, for one session. */
function changeCommand(flow: ImapFlow, name: string, command: Command): void {
  const commands = objectOf(flow, "commands");
  if (!(commands instanceof Map)) throw unknownInsides("commands");
  let changed = changedCommands.get(commands)?.get(name);
  if (changed === undefined) {
    changed = new Map<unknown, unknown>(commands).set(name, command);
    changedCommands.set(commands, new Map(changedCommands.get(commands)).set(name, changed));
  }
  Reflect.set(flow, "commands", changed);
}

/** One for all sessions that want the same, as ImapFlow has one for all. */
const changedCommands = new WeakMap<object, ReadonlyMap<string, ReadonlyMap<unknown, unknown>>>();

function method(flow: ImapFlow, name: string): (...args: readonly unknown[]) => unknown {
  const found: unknown = Reflect.get(flow, name);
  if (typeof found !== "function") throw unknownInsides(name);
  return (...args) => Reflect.apply(found, flow, args);
}

function objectOf(flow: ImapFlow, name: string): object {
  const found: unknown = Reflect.get(flow, name);
  if (typeof found !== "object" || found === null) throw unknownInsides(name);
  return found;
}

function isExecAnswer(answer: unknown): answer is ExecAnswer {
  return (
    typeof answer === "object" &&
    answer !== null &&
    "response" in answer &&
    "next" in answer &&
    typeof answer.next === "function"
  );
}

function isWritable(stream: unknown): stream is Writable {
  return (
    typeof stream === "object" && stream !== null && "write" in stream && typeof stream.write === "function"
  );
}

function unknownInsides(name: string): MailError {
  const message = `This version of imapflow is not supported: it has no ${name}`;
  return new MailError(message, { code: "unsupported", protocol: "imap", phase: "connect" });
}
