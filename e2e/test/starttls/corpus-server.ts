import { createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import type { Certificates } from "@mailwright/testing";
import { answerImap } from "./answer-imap.js";
import { answerPop3 } from "./answer-pop3.js";
import { answerSmtp } from "./answer-smtp.js";
import type { Dialogue } from "./dialogue.js";
import type { StarttlsCase } from "./starttls-case.js";

/** A server that plays one case of the corpus to any client. */
export interface CorpusServer {
  readonly port: number;
  /** Every line that came before TLS. */
  readonly clearLines: string[];
  /** Whether a client logged in, and over what. */
  readonly logins: ("clear" | "tls")[];
  stop(): Promise<void>;
}

const ANSWERERS = { imap: answerImap, pop3: answerPop3, smtp: answerSmtp };
const TLS_HANDSHAKE = 0x16;

export async function playCase(play: StarttlsCase, certificates: Certificates): Promise<CorpusServer> {
  const secureContext = createSecureContext({ key: certificates.key, cert: certificates.cert });
  const sockets = new Set<Socket>();
  const clearLines: string[] = [];
  const logins: ("clear" | "tls")[] = [];

  const talk = (socket: Socket, isSecure: boolean): void => {
    const dialogue: Dialogue = { play, isSecure, awaiting: undefined, isAuthenticated: false };
    let pending = "";
    const onData = (bytes: Buffer): void => {
      if (!isSecure && bytes[0] === TLS_HANDSHAKE) {
        // The client begins TLS where this case does not.
        socket.end(
          play.protocol === "imap"
            ? "* BAD what?\r\n"
            : play.protocol === "pop3"
              ? "-ERR what?\r\n"
              : "500 what?\r\n",
        );
        return;
      }
      pending += bytes.toString("latin1");
      for (let end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
        const line = pending.slice(0, end).replace(/\r$/, "");
        pending = pending.slice(end + 1);
        if (!isSecure) clearLines.push(line);
        const wasAuthenticated = dialogue.isAuthenticated;
        const answer = ANSWERERS[play.protocol](dialogue, line);
        if (!wasAuthenticated && dialogue.isAuthenticated) logins.push(isSecure ? "tls" : "clear");
        socket.write(answer.text);
        if (answer.next === "close") return void socket.end();
        if (answer.next === "upgrade") {
          socket.off("data", onData);
          return upgrade(socket);
        }
      }
    };
    socket.on("data", onData);
  };

  const upgrade = (socket: Socket): void => {
    const tls = new TLSSocket(socket, { isServer: true, secureContext });
    tls.on("error", () => socket.destroy());
    tls.once("secure", () => {
      tls.write(play.implicitTls ? play.greeting : play.afterTls);
      talk(tls, true);
    });
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    if (play.implicitTls) return upgrade(socket);
    socket.write(play.greeting + play.afterGreeting);
    if (/^\* BYE/i.test(play.greeting)) socket.end();
    else talk(socket, false);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    clearLines,
    logins,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
