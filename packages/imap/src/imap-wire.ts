import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { TLSSocket } from "node:tls";
import { MailError } from "@mailwright/core";
import type { ImapFlow } from "imapflow";
import type { WireResponse } from "./wire-node.js";

/** One argument of a command on its way out; ImapFlow quotes it or makes it a literal. */
export type WireArgument =
  | {
      readonly type: "ATOM" | "STRING" | "SEQUENCE" | "TEXT";
      readonly value: string;
      readonly sensitive?: true;
    }
  | {
      readonly type: "ATOM";
      readonly value: string;
      readonly section: readonly WireArgument[];
      readonly partial?: readonly number[] | undefined;
    }
  | { readonly type: "LITERAL"; readonly value: Buffer }
  | null
  | readonly WireArgument[];

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

/**
 * The parts of ImapFlow that are there at run time and not in its types: sending one command and
 * seeing every answer to it. All that this package knows about ImapFlow's insides is in this file.
 */
export interface ImapWire {
  exec(command: string, args: readonly WireArgument[], options: ExecOptions): Promise<ExecAnswer>;
  /** A line outside of any command, such as `DONE`; must not hold secrets. */
  writeLine(line: string): void;
  /** The stream to the server, for the octets of a literal. */
  output(): Writable;
  /** ImapFlow has nothing sent or queued. */
  isQuiet(): boolean;
  /** TLS is in place on the socket itself, whatever was announced. */
  isEncrypted(): boolean;
  tlsInfo(): { readonly version: string; readonly cipher: string } | undefined;
  /** Login mechanisms that were on offer at any time; after the login most servers keep silent about them. */
  authMechanisms(): string[];
  /** The server has said anything at all. */
  isGreeted(): boolean;
  /** The server took us for somebody before any login. */
  isPreauthenticated(): boolean;
  byeText(): string | undefined;
  /** Whether the socket keeps the process alive; that of an idle session does not. */
  holdProcess(isHeld: boolean): void;
  /** Takes untagged answers that no command asked for, in the place of ImapFlow. */
  onUntagged(name: string, handler: (response: WireResponse) => Promise<void> | void): void;
  /** Gives ImapFlow back its own handling of untagged answers. */
  restoreHandlers(): void;
}

/** Wraps an ImapFlow; throws `"unsupported"` when this version has other insides than the known ones. */
export function toWire(flow: ImapFlow): ImapWire {
  const exec = method(flow, "exec");
  const write = method(flow, "write");
  const handlers = objectOf(flow, "untaggedHandlers");
  skipNamespace(flow);
  const replaced = new Map<string, unknown>();
  return {
    async exec(command, args, options) {
      const answer: unknown = await exec(command, args.length === 0 ? false : args, options);
      if (!isExecAnswer(answer)) throw unknownInsides("exec");
      return answer;
    },
    writeLine: (line) => {
      write(line);
    },
    output() {
      const stream: unknown = Reflect.get(flow, "writeSocket");
      if (!isWritable(stream)) throw unknownInsides("writeSocket");
      return stream;
    },
    isQuiet() {
      const queue: unknown = Reflect.get(flow, "requestQueue");
      return !Reflect.get(flow, "currentRequest") && Array.isArray(queue) && queue.length === 0;
    },
    isEncrypted() {
      const socket: unknown = Reflect.get(flow, "socket");
      return typeof socket === "object" && socket !== null && Reflect.get(socket, "encrypted") === true;
    },
    tlsInfo() {
      const tls: unknown = Reflect.get(flow, "tls");
      if (typeof tls !== "object" || tls === null) return undefined;
      const version: unknown = Reflect.get(tls, "version");
      const cipher: unknown = Reflect.get(tls, "standardName") ?? Reflect.get(tls, "name");
      const socket: unknown = Reflect.get(flow, "socket");
      const protocol = socket instanceof TLSSocket ? socket.getProtocol() : undefined;
      return { version: protocol ?? String(version), cipher: String(cipher) };
    },
    holdProcess(isHeld) {
      const socket: unknown = Reflect.get(flow, "socket");
      if (!(socket instanceof Socket)) return;
      if (isHeld) socket.ref();
      else socket.unref();
    },
    authMechanisms() {
      const offered: unknown = Reflect.get(flow, "authCapabilities");
      const names = offered instanceof Map ? [...offered.keys()].map(String) : [];
      return names.filter((name) => name.startsWith("AUTH=")).map((name) => name.slice(5));
    },
    isGreeted: () => Reflect.get(flow, "greetingReceived") === true,
    // ImapFlow keeps the text of an OK greeting, and nothing of a PREAUTH one.
    isPreauthenticated: () => Reflect.get(flow, "greeting") === undefined,
    byeText() {
      const text: unknown = Reflect.get(flow, "byeReason");
      return typeof text === "string" ? text : undefined;
    },
    onUntagged(name, handler) {
      if (!replaced.has(name)) replaced.set(name, Reflect.get(handlers, name));
      Reflect.set(handlers, name, handler);
    },
    restoreHandlers() {
      for (const [name, handler] of replaced) Reflect.set(handlers, name, handler);
      replaced.clear();
    },
  };
}

/**
 * QUIRK: ImapFlow asks for the NAMESPACE with every login, and 2.1.2 then waits for ever on servers that
 * answer OK without telling any, or tell no personal one (NIL, RFC 2342 §5).
 */
function skipNamespace(flow: ImapFlow): void {
  const commands = objectOf(flow, "commands");
  if (!(commands instanceof Map)) throw unknownInsides("commands");
  Reflect.set(
    flow,
    "commands",
    new Map<unknown, unknown>(commands).set("NAMESPACE", async () => false),
  );
}

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
