import { createServer, type Socket } from "node:net";

/** How the server ends a login: each is a line of the protocol, an odd one, or none. */
export const REFUSALS = [
  "refuses",
  "calls it a syntax error",
  "answers garbage",
  "says goodbye",
  "cuts",
] as const;
export type Refusal = (typeof REFUSALS)[number];
export type Protocol = "imap" | "pop3" | "smtp";

/** A server that refuses every login and repeats in its refusal what it was sent, also decoded. */
export interface EchoingServer {
  readonly port: number;
  /** What it repeated, all connections together. */
  readonly echoed: string;
  stop(): Promise<void>;
}

interface Dialogue {
  /** The next line without CRLF; `undefined` when the client is gone. */
  read(): Promise<string | undefined>;
  write(line: string): void;
  /** Everything heard since the login began, in every form that a server might repeat. */
  echo(): string;
}

/** Starts a server that offers exactly this mechanism. */
export async function startEchoingServer(
  protocol: Protocol,
  mechanism: string,
  refusal: Refusal,
): Promise<EchoingServer> {
  const sockets = new Set<Socket>();
  let echoed = "";
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay();
    socket.on("error", () => socket.destroy());
    const dialogue = converse(socket, (text) => {
      echoed += text;
    });
    const play = { imap: playImap, pop3: playPop3, smtp: playSmtp }[protocol];
    void play(dialogue, mechanism, refusal).then(() => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    port: address.port,
    get echoed() {
      return echoed;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function converse(socket: Socket, onEcho: (text: string) => void): Dialogue {
  const lines: string[] = [];
  const heard: string[] = [];
  let pending = "";
  let wake = (): void => {};
  let isOver = false;
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    pending += chunk;
    for (let end = pending.indexOf("\r\n"); end >= 0; end = pending.indexOf("\r\n")) {
      lines.push(pending.slice(0, end));
      pending = pending.slice(end + 2);
    }
    wake();
  });
  socket.once("close", () => {
    isOver = true;
    wake();
  });
  return {
    async read() {
      while (lines.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const line = lines.shift();
      if (line !== undefined) heard.push(line);
      return line;
    },
    write: (line) => {
      if (!socket.destroyed) socket.write(`${line}\r\n`);
    },
    echo: () => {
      const forms = heard.flatMap((line) => [line, ...line.split(/[ "]/).map(decode)]);
      const text = `you said ${forms.filter((form) => form !== "").join(" | ")}`;
      onEcho(text);
      return text;
    },
  };
}

/** Base64 as text, control characters as spaces so that it stays one line; nothing for what is no base64. */
function decode(word: string): string {
  if (word.length < 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(word)) return "";
  return Buffer.from(word, "base64")
    .toString("utf8")
    .replaceAll(/\p{Cc}/gu, " ");
}

const toBase64 = (text: string): string => Buffer.from(text).toString("base64");

/** What the server asks after the first response of a mechanism; the client's answer is heard and repeated too. */
function nextChallenge(mechanism: string, round: number, response: string): string | undefined {
  if (mechanism === "LOGIN") return ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"][round];
  if (mechanism === "CRAM-MD5") return [toBase64("<1.2@example.test>")][round];
  if (mechanism.startsWith("SCRAM")) {
    if (round === 0) return "";
    const nonce = /r=([^,]*)/.exec(Buffer.from(response, "base64").toString())?.[1];
    return round === 1 ? toBase64(`r=${nonce}server,s=${toBase64("salt")},i=4096`) : undefined;
  }
  if (round === 0) return "";
  // RFC 7628 §3.2.3 and Google's XOAUTH2: the reason comes as a challenge, the client answers with nothing.
  const isToken = mechanism === "XOAUTH2" || mechanism === "OAUTHBEARER";
  return isToken && round === 1
    ? toBase64(JSON.stringify({ status: "invalid_token", scope: response }))
    : undefined;
}

async function exchange(
  dialogue: Dialogue,
  mechanism: string,
  initial: string | undefined,
  prompt: string,
): Promise<void> {
  let response = initial ?? "";
  for (let round = initial === undefined || mechanism === "LOGIN" ? 0 : 1; ; round++) {
    const challenge = nextChallenge(mechanism, round, response);
    if (challenge === undefined) return;
    dialogue.write(`${prompt}${challenge}`);
    const line = await dialogue.read();
    if (line === undefined) return;
    response = line;
  }
}

async function playImap(dialogue: Dialogue, mechanism: string, refusal: Refusal): Promise<void> {
  const capabilities = `IMAP4rev1 SASL-IR${mechanism === "LOGIN command" ? "" : ` LOGINDISABLED AUTH=${mechanism}`}`;
  dialogue.write(`* OK [CAPABILITY ${capabilities}] ready`);
  for (;;) {
    let line = await dialogue.read();
    if (line === undefined) return;
    const [tag = "", command = "", , initial] = line.split(" ");
    switch (command.toUpperCase()) {
      case "CAPABILITY":
        dialogue.write(`* CAPABILITY ${capabilities}`);
        break;
      case "LOGIN":
      case "AUTHENTICATE": {
        while (/\{\d+\+?\}$/.test(line ?? "")) {
          dialogue.write("+ go on");
          line = await dialogue.read();
        }
        if (command.toUpperCase() === "AUTHENTICATE") await exchange(dialogue, mechanism, initial, "+ ");
        if (refusal === "cuts") return;
        if (refusal === "says goodbye") return dialogue.write(`* BYE ${dialogue.echo()}`);
        if (refusal === "answers garbage") return dialogue.write(`${dialogue.echo()} {{{ ((`);
        dialogue.write(
          `${tag} ${refusal === "refuses" ? "NO [AUTHENTICATIONFAILED]" : "BAD"} ${dialogue.echo()}`,
        );
        continue;
      }
      default:
    }
    dialogue.write(`${tag} OK done`);
    if (command.toUpperCase() === "LOGOUT") return;
  }
}

async function playPop3(dialogue: Dialogue, mechanism: string, refusal: Refusal): Promise<void> {
  const offers = { USER: ["USER"], APOP: [] }[mechanism] ?? [`SASL ${mechanism}`];
  dialogue.write("+OK ready <1896.697170952@example.test>");
  for (;;) {
    const line = await dialogue.read();
    if (line === undefined) return;
    const [command = "", , initial] = line.split(" ");
    if (["AUTH", "PASS", "APOP"].includes(command.toUpperCase())) {
      if (command.toUpperCase() === "AUTH") await exchange(dialogue, mechanism, initial, "+ ");
      if (refusal === "cuts") return;
      if (refusal === "answers garbage") return dialogue.write(dialogue.echo());
      dialogue.write(`-ERR ${refusal === "refuses" ? "[AUTH] " : ""}${dialogue.echo()}`);
      if (refusal === "says goodbye") return;
      continue;
    }
    if (command.toUpperCase() === "CAPA")
      for (const item of ["+OK", "RESP-CODES", ...offers, "."]) dialogue.write(item);
    else dialogue.write("+OK");
    if (command.toUpperCase() === "QUIT") return;
  }
}

async function playSmtp(dialogue: Dialogue, mechanism: string, refusal: Refusal): Promise<void> {
  dialogue.write("220 ready");
  for (;;) {
    const line = await dialogue.read();
    if (line === undefined) return;
    const [command = "", , initial] = line.split(" ");
    switch (command.toUpperCase()) {
      case "EHLO":
        dialogue.write(`250-example.test\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH ${mechanism}`);
        break;
      case "AUTH":
        await exchange(dialogue, mechanism, initial, "334 ");
        if (refusal === "cuts") return;
        if (refusal === "answers garbage") return dialogue.write(dialogue.echo());
        dialogue.write(
          { refuses: "535 5.7.8 ", "calls it a syntax error": "501 5.5.2 ", "says goodbye": "421 4.7.0 " }[
            refusal
          ] + dialogue.echo(),
        );
        if (refusal === "says goodbye") return;
        break;
      case "QUIT":
        return dialogue.write("221 bye");
      default:
        dialogue.write("250 ok");
    }
  }
}
