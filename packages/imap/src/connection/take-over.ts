import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { beforeImport, channelBindingOf } from "@mailwright/core/internal";
import type { ImapFlow, ImapFlowOptions } from "imapflow";
import type { WireSocket } from "../session/wire-transport.js";
import type { Capabilities } from "../wire/answers/capabilities.js";
import { changeCommand, methodOf, objectOf, unknownInsides } from "./flow-insides.js";

/** A connected socket for an ImapFlow. */
export type FlowSocket = Socket;

/** A connection that ImapFlow dialled, before anybody has logged in. */
export interface TakenConnection {
  readonly socket: WireSocket;
  /** What had come from it and was not read. */
  readonly rest: Buffer;
  readonly capabilities: Capabilities;
  readonly isEncrypted: boolean;
  /** The server took us for somebody before any login. */
  readonly isPreauthenticated: boolean;
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  /** What a login can be tied to. */
  readonly binding: ReturnType<typeof channelBindingOf>;
}

/** RFC 9051 §7.1; some servers pad it with NUL. */
const GREETING = /^\0*\* (?:OK|PREAUTH|BYE)\b/i;

/** Makes an ImapFlow. */
export type FlowFactory = (options: ImapFlowOptions) => ImapFlow;

/** Loads ImapFlow: the first time that a connection is opened, and not with the package. */
export async function loadImapFlow(): Promise<FlowFactory> {
  beforeImport();
  const { ImapFlow } = await import("imapflow");
  return (options) => new ImapFlow(options);
}

/**
 * Takes the socket of an ImapFlow over, between the greeting or TLS and the login. All that this package knows about
 * ImapFlow's insides is here: the methods that are there at run time and not in its types. Throws `"unsupported"` for
 * a version that has others.
 */
export class FlowTakeOver {
  readonly #flow: ImapFlow;
  readonly #given: FlowSocket | undefined;
  #socket: Socket | undefined;

  /** `given` is a connected socket for the ImapFlow; one that is made with a socket for TLS needs none. */
  constructor(flow: ImapFlow, given?: FlowSocket) {
    this.#flow = flow;
    this.#given = given;
    for (const name of [
      "run",
      "upgradeToSTARTTLS",
      "startSession",
      "handleResponse",
      "setSocketHandlers",
      "authenticate",
    ])
      methodOf(flow, name);
    objectOf(flow, "streamer");
  }

  /** Connects, hears the greeting and upgrades to TLS; nobody logs in. */
  async connectOnly(): Promise<void> {
    const run = methodOf(this.#flow, "run");
    const upgrade = methodOf(this.#flow, "upgradeToSTARTTLS");
    Reflect.set(this.#flow, "startSession", async () => {
      await run("CAPABILITY");
      await upgrade();
    });
    await this.#connect();
  }

  /** Connects with a login of somebody else's: `logIn` takes the connection and leaves it logged in and quiet. */
  async connectWith(logIn: (taken: TakenConnection) => Promise<void>): Promise<void> {
    const flow = this.#flow;
    // QUIRK: ImapFlow 2.1.2 waits for ever on servers that tell no namespace of one's own (NIL, RFC 2342 §5).
    changeCommand(flow, "NAMESPACE", async () => false);
    const goOn = methodOf(flow, "setAuthenticationState");
    Reflect.set(flow, "authenticate", async () => {
      await logIn(this.take());
      this.#giveBack();
      Reflect.set(flow, "expectCapabilityUpdate", true);
      await goOn();
      return true;
    });
    await this.#connect();
  }

  /** The connection, which is ours from here on. */
  take(): TakenConnection {
    const flow = this.#flow;
    const socket: unknown = Reflect.get(flow, "socket");
    if (!(socket instanceof Socket)) throw unknownInsides("socket");
    const capabilities = takenCapabilities(flow.capabilities);
    const isPreauthenticated = Reflect.get(flow, "greeting") === undefined;
    const rest = this.#heldBytes();
    flow.unbind();
    socket.setTimeout(0);
    // Commands are small and come one behind another: none waits for the acknowledgement of the one before.
    socket.setNoDelay(true);
    this.#socket = socket;
    const secure = socket instanceof TLSSocket ? socket : undefined;
    return {
      socket,
      rest,
      capabilities,
      isEncrypted: secure?.encrypted === true,
      isPreauthenticated,
      tls: secure === undefined ? undefined : tlsInfo(secure),
      binding: secure === undefined ? undefined : channelBindingOf(secure),
    };
  }

  /** Leaves ImapFlow nothing of the connection, so that its end does not matter to it. */
  release(): void {
    const streamer = objectOf(this.#flow, "streamer");
    for (const name of ["socket", "writeSocket"]) Reflect.set(this.#flow, name, null);
    if ("destroy" in streamer && typeof streamer.destroy === "function") streamer.destroy();
  }

  /** TCP is up; TLS need not be. */
  get isReached(): boolean {
    const socket: unknown = Reflect.get(this.#flow, "socket");
    const isRouted = this.#given !== undefined;
    return socket instanceof Socket && !socket.connecting && (isRouted || socket.remoteAddress !== undefined);
  }

  /** ImapFlow says what TLS it has, if any, as soon as it has a socket. */
  get isConnected(): boolean {
    return "tls" in this.#flow;
  }

  /** STARTTLS was agreed on and TLS is not in place yet. */
  get isUpgrading(): boolean {
    return Reflect.get(this.#flow, "upgrading") === true;
  }

  /** The server has greeted us. */
  get isGreeted(): boolean {
    return Reflect.get(this.#flow, "greetingReceived") === true;
  }

  /** What the server said in its BYE. */
  get byeText(): string | undefined {
    const text: unknown = Reflect.get(this.#flow, "byeReason");
    return typeof text === "string" ? text : undefined;
  }

  /**
   * Hears of a first line that is no greeting. QUIRK: ImapFlow skips what it cannot read and waits for a
   * greeting until its time has passed.
   */
  onInvalidGreeting(listener: (line: string) => void): void {
    const original: unknown = Reflect.get(this.#flow, "handleResponse");
    const handle = methodOf(this.#flow, "handleResponse");
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

  async #connect(): Promise<void> {
    const done = this.#flow.connect();
    if (this.#given !== undefined) {
      done.catch(() => {});
      this.#replaceSocket(this.#given);
    }
    await done;
  }

  /**
   * QUIRK: ImapFlow takes a socket of somebody else's for TLS alone, and makes the others itself. Node lets such a
   * socket dial in the next tick, so that this one never does.
   */
  #replaceSocket(given: FlowSocket): void {
    const own: unknown = Reflect.get(this.#flow, "socket");
    const [connected] = own instanceof Socket ? own.listeners("connect") : [];
    if (!(own instanceof Socket) || connected === undefined) throw unknownInsides("socket");
    own.destroy();
    for (const name of ["socket", "writeSocket"]) Reflect.set(this.#flow, name, given);
    Reflect.apply(connected, given, []);
  }

  /** The line that ImapFlow has read the beginning of. */
  #heldBytes(): Buffer {
    const held: unknown = Reflect.get(objectOf(this.#flow, "streamer"), "lineBuffer");
    if (!Array.isArray(held)) throw unknownInsides("streamer.lineBuffer");
    return Buffer.concat(held.filter((piece) => Buffer.isBuffer(piece)));
  }

  #giveBack(): void {
    const flow = this.#flow;
    const streamer: unknown = Reflect.get(flow, "streamer");
    if (this.#socket === undefined || !isWritable(streamer)) throw unknownInsides("streamer");
    Reflect.set(objectOf(flow, "streamer"), "lineBuffer", []);
    methodOf(flow, "setSocketHandlers")();
    this.#socket.pipe(streamer);
  }
}

function takenCapabilities(known: ReadonlyMap<string, unknown>): Capabilities {
  return new Map([...known].map(([name, value]) => [name, typeof value === "number" ? value : true]));
}

function tlsInfo(socket: TLSSocket): { readonly version: string; readonly cipher: string } {
  const { standardName, name } = socket.getCipher();
  return { version: String(socket.getProtocol()), cipher: standardName ?? name };
}

function isWritable(stream: unknown): stream is NodeJS.WritableStream {
  return (
    typeof stream === "object" && stream !== null && "write" in stream && typeof stream.write === "function"
  );
}
