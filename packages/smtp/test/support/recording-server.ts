import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

/** What the server does at one point: a reply (without CRLF), or something worse. */
export type Action =
  | string
  | { readonly do: "fin" | "rst" | "silence"; readonly say?: string }
  | { readonly do: "drip"; readonly everyMs: number };

export type Point =
  | "greeting"
  | "ehlo"
  | "starttls"
  | "auth"
  | "mail"
  | "rcpt"
  | "data"
  | "bdat"
  | "end"
  | "rset"
  | "quit"
  | "vrfy";

interface Stored {
  readonly from: string;
  readonly to: readonly string[];
  readonly body: string;
}

export interface RecordingServer extends AsyncDisposable {
  readonly port: number;
  /** Messages whose final dot came and was answered 2xx, whether or not the answer got through. */
  readonly stored: Stored[];
  readonly commands: string[];
  /** Everything that came in clear, all connections together. */
  readonly received: Buffer;
  readonly connections: number;
  readonly open: number;
  /** Ends every connection, after these last words. */
  hangUp(farewell: string): void;
  stop(): Promise<void>;
}

export interface RecordingServerOptions {
  readonly capabilities?: readonly string[];
  readonly lmtp?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string; readonly implicit?: boolean };
  /** Answers `undefined` for the usual reply; `count` is how often the point was reached before. */
  readonly at?: (point: Point, line: string, count: number, socket: Socket) => Action | undefined;
  /** Sees the reply to the 354 and may add bytes to it at once. */
  readonly withData?: string;
}

/** An SMTP server that keeps what it accepted; small enough to be trusted as the judge. */
export async function recordingServer(options: RecordingServerOptions = {}): Promise<RecordingServer> {
  const sockets = new Set<Socket>();
  const stored: Stored[] = [];
  const commands: string[] = [];
  const received: Buffer[] = [];
  const counts = new Map<Point, number>();
  let connections = 0;
  const context =
    options.tls === undefined
      ? undefined
      : createSecureContext({ key: options.tls.key, cert: options.tls.cert });
  const server: Server = createServer({ noDelay: true }, (plain) => {
    connections += 1;
    sockets.add(plain);
    plain.on("error", () => {});
    if (options.tls === undefined) plain.on("data", (bytes) => received.push(bytes));
    plain.on("close", () => sockets.delete(plain));
    const socket = options.tls?.implicit === true && context !== undefined ? secure(plain, context) : plain;
    serve(plain, socket, { options, stored, commands, counts, context });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) {
      server.close();
      await once(server, "close");
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    stored,
    commands,
    get received() {
      return Buffer.concat(received);
    },
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    hangUp: (farewell) => {
      for (const socket of sockets) socket.end(farewell);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function secure(socket: Socket, context: SecureContext): Socket {
  const encrypted = new TLSSocket(socket, { isServer: true, secureContext: context });
  encrypted.on("error", () => {});
  return encrypted;
}

interface Shared {
  readonly options: RecordingServerOptions;
  readonly stored: Stored[];
  readonly commands: string[];
  readonly counts: Map<Point, number>;
  readonly context: SecureContext | undefined;
}

function serve(plain: Socket, first: Socket, shared: Shared): void {
  const { options, stored, commands, counts, context } = shared;
  let socket = first;
  let buffer = Buffer.alloc(0);
  let inData = false;
  /** Octets of a chunk that are still to come, and what it is answered when it is not to be kept. */
  let chunk: { readonly length: number; readonly refusal: Action | undefined } | undefined;
  let isDeaf = false;
  let from = "";
  let hasSender = false;
  let to: string[] = [];
  const capabilities = options.capabilities ?? ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 50000000"];

  const act = (point: Point, line: string, usual: string): boolean => {
    const count = counts.get(point) ?? 0;
    counts.set(point, count + 1);
    return perform(options.at?.(point, line, count, socket) ?? usual);
  };

  const perform = (action: Action): boolean => {
    if (typeof action === "string") {
      if (action !== "") socket.write(`${action.replaceAll("\n", "\r\n")}\r\n`);
      return action.startsWith("2") || action.startsWith("3");
    }
    isDeaf = true;
    if (action.do === "drip") {
      const timer = setInterval(() => socket.writable && socket.write("2"), action.everyMs);
      socket.on("close", () => clearInterval(timer));
      return false;
    }
    if (action.say !== undefined) socket.write(action.say);
    if (action.do === "fin") socket.end();
    else if (action.do === "rst") setImmediate(() => plain.resetAndDestroy());
    return false;
  };

  const onLine = (line: string): void => {
    const verb = line.toUpperCase();
    commands.push(line);
    if (verb.startsWith("HELO")) socket.write("250 recorder.test\r\n");
    else if (verb.startsWith("EHLO") || verb.startsWith("LHLO")) {
      const lines = ["recorder.test", ...capabilities];
      act(
        "ehlo",
        line,
        lines.map((text, index) => `250${index === lines.length - 1 ? " " : "-"}${text}`).join("\n"),
      );
    } else if (verb === "STARTTLS") {
      if (!act("starttls", line, context === undefined ? "502 5.5.1 what?" : "220 go ahead")) return;
      if (context === undefined) return;
      socket.removeListener("data", onData);
      socket = secure(socket, context);
      socket.on("data", onData);
    } else if (verb.startsWith("AUTH")) act("auth", line, "235 2.7.0 welcome");
    else if (verb.startsWith("MAIL FROM:")) {
      from = /<(.*?)>/.exec(line)?.[1] ?? "";
      to = [];
      hasSender = act("mail", line, "250 2.1.0 sender ok");
    } else if (verb.startsWith("RCPT TO:")) {
      if (act("rcpt", line, hasSender ? "250 2.1.5 recipient ok" : "503 5.5.1 MAIL first"))
        to.push(/<(.*?)>/.exec(line)?.[1] ?? "");
    } else if (verb === "DATA") {
      if (to.length === 0) act("data", line, "554 5.5.1 no valid recipients");
      else
        inData = act(
          "data",
          line,
          `354 go ahead${options.withData === undefined ? "" : `\n${options.withData}`}`,
        );
    } else if (verb.startsWith("BDAT ")) {
      const count = counts.get("bdat") ?? 0;
      counts.set("bdat", count + 1);
      const refusal = to.length > 0 ? options.at?.("bdat", line, count, socket) : "503 5.5.1 RCPT first";
      chunk = { length: Number(line.split(" ")[1]), refusal };
    } else if (verb === "RSET") {
      to = [];
      act("rset", line, "250 2.0.0 reset");
    } else if (verb === "QUIT") {
      act("quit", line, "221 2.0.0 bye");
      if (!isDeaf) socket.end();
    } else if (verb.startsWith("VRFY")) act("vrfy", line, "252 2.0.0 maybe");
    else if (/^[A-Za-z0-9+/=]*$/.test(line)) act("auth", line, "235 2.7.0 welcome");
    else socket.write("502 5.5.1 what?\r\n");
  };

  const onChunk = (body: string, refusal: Action | undefined): void => {
    chunk = undefined;
    if (refusal === undefined) onMessage(body);
    else perform(refusal);
  };

  const onMessage = (content: string): void => {
    inData = false;
    const number = stored.length + 1;
    const recipients = options.lmtp === true ? to : to.slice(0, 1);
    const kept: string[] = [];
    for (const recipient of recipients) {
      // A server that falls silent or dies here has the message all the same.
      const reply = options.at?.("end", recipient, counts.get("end") ?? 0, socket);
      const takes = reply === undefined || (typeof reply === "string" ? reply.startsWith("2") : true);
      if (takes) kept.push(...(options.lmtp === true ? [recipient] : to));
      act("end", recipient, `250 2.0.0 Ok: queued as M${number}`);
      if (isDeaf) break;
    }
    if (kept.length > 0) stored.push({ from, to: kept, body: content });
  };

  const onData = (bytes: Buffer): void => {
    buffer = Buffer.concat([buffer, bytes]);
    while (!isDeaf) {
      if (inData) {
        const head = buffer.subarray(0, 3).toString("latin1") === ".\r\n";
        const end = head ? 0 : buffer.indexOf("\r\n.\r\n");
        if (end < 0) return;
        const body = head ? "" : buffer.subarray(0, end + 2).toString("latin1");
        buffer = buffer.subarray(head ? 3 : end + 5);
        onMessage(body.replaceAll(/^\.\./gm, "."));
      } else if (chunk !== undefined) {
        const { length, refusal } = chunk;
        if (buffer.length < length) return;
        const body = buffer.subarray(0, length).toString("latin1");
        buffer = buffer.subarray(length);
        onChunk(body, refusal);
      } else {
        const end = buffer.indexOf("\r\n");
        if (end < 0) return;
        const line = buffer.subarray(0, end).toString("utf8");
        buffer = buffer.subarray(end + 2);
        onLine(line);
      }
    }
  };

  socket.on("data", onData);
  socket.on("end", () => socket.end());
  act("greeting", "", "220 recorder.test ESMTP");
}
