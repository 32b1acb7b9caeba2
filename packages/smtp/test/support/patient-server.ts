import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface PatientServer extends AsyncDisposable {
  readonly port: number;
  /** Subjects of the messages that were taken. */
  readonly stored: string[];
  /** MAIL commands that came while a chunk or a dot had no answer yet. */
  readonly overlaps: number;
  readonly connections: number;
  readonly commands: string[];
}

/** What a dot is answered with, and when. */
export interface DotAnswer {
  readonly afterMs?: number;
  /** What the answer waits for. */
  readonly after?: Promise<void>;
  /** @defaultValue "250 2.0.0 ok" */
  readonly reply?: string;
  readonly do?: "fin" | "rst";
}

/** How a server treats what comes behind a chunk before it has answered that. */
export type Displeasure = "discard" | "refuse" | "close" | "unknown";

/** What lets a client that is set to it send chunks. */
export const CHUNKING = ["PIPELINING", "CHUNKING", "SIZE 1000000"];

/** A server that takes its time for the dot, reads on meanwhile, and answers in order. */
export async function patientServer(
  onDot: (subject: string) => DotAnswer = () => ({}),
  capabilities: readonly string[] = CHUNKING,
  onOverlap?: Displeasure,
): Promise<PatientServer> {
  const stored: string[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let overlaps = 0;
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let answering = Promise.resolve();
    let dots = 0;
    let body: string[] | undefined;
    let chunkLength: number | undefined;
    let rest = "";
    const answer = (reply: string, afterMs = 0, after?: Promise<void>): void => {
      answering = answering.then(async () => {
        await after;
        if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
        if (socket.writable) socket.write(`${reply}\r\n`);
      });
    };
    const onMessage = (lines: readonly string[]): void => {
      const subject = lines.find((line) => line.startsWith("Subject: "))?.slice(9) ?? "";
      const { afterMs, after, reply = "250 2.0.0 ok", do: fault } = onDot(subject);
      if (reply.startsWith("2")) stored.push(subject);
      if (fault === "fin") return void socket.end();
      if (fault === "rst") return void socket.resetAndDestroy();
      dots += 1;
      answer(reply, afterMs, after);
      answering = answering.then(() => {
        dots -= 1;
        if (reply.startsWith("421")) socket.end();
      });
    };
    const onLine = (line: string): void => {
      if (body !== undefined) {
        if (line !== ".") return void body.push(line);
        const lines = body;
        body = undefined;
        return onMessage(lines);
      }
      commands.push(line);
      if (line.startsWith("MAIL") && dots > 0) overlaps += 1;
      if (line.startsWith("BDAT ") && onOverlap !== "unknown") {
        chunkLength = Number(line.split(" ")[1]);
        return;
      }
      if (dots > 0 && onOverlap === "discard") return;
      if (dots > 0 && onOverlap === "refuse") return answer("503 5.5.0 improper use of pipelining");
      if (dots > 0 && onOverlap === "close") {
        answering = answering.then(() => void socket.end());
        return;
      }
      if (line.startsWith("EHLO") || line.startsWith("LHLO")) {
        const lines = ["patient", ...capabilities];
        answer(lines.map((text, at) => `250${at === lines.length - 1 ? " " : "-"}${text}`).join("\r\n"));
      } else if (line === "DATA") {
        body = [];
        answer("354 go");
      } else if (line.startsWith("BDAT ")) {
        answer("502 5.5.1 what is a BDAT?");
      } else if (line === "QUIT") {
        answer("221 bye");
        answering = answering.then(() => void socket.end());
      } else answer("250 ok");
    };
    answer("220 patient ESMTP Postfix");
    socket.on("data", (bytes) => {
      rest += bytes.toString("latin1");
      for (;;) {
        if (chunkLength !== undefined) {
          if (rest.length < chunkLength) return;
          const lines = rest.slice(0, chunkLength).split("\r\n");
          rest = rest.slice(chunkLength);
          chunkLength = undefined;
          onMessage(lines);
          continue;
        }
        const end = rest.indexOf("\r\n");
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        onLine(line);
      }
    });
    socket.on("end", () => socket.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stored,
    commands,
    get overlaps() {
      return overlaps;
    },
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
