import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A parsed response: atoms and strings as text, NIL as null, lists as arrays. */
export type ImapNode = string | null | ImapNode[];

export interface ImapAnswer {
  readonly untagged: ImapNode[][];
  readonly status: string;
  /** The words of the response code, such as `["APPENDUID", "1", "2"]`; empty without one. */
  readonly code: string[];
  readonly text: string;
}

/** Parses one response line whose literals are in place, as Latin-1. */
function parseResponse(text: string): ImapNode[] {
  let position = 0;
  const readList = (end: string): ImapNode[] => {
    const nodes: ImapNode[] = [];
    for (;;) {
      const next = text[position];
      if (next === undefined || next === end) {
        position += 1;
        return nodes;
      }
      if (next === " ") position += 1;
      else nodes.push(readNode());
    }
  };
  const readNode = (): ImapNode => {
    const next = text[position];
    if (next === "(") {
      position += 1;
      return readList(")");
    }
    if (next === '"') {
      const match = /"((?:[^"\\]|\\.)*)"/sy;
      match.lastIndex = position;
      const [whole = "", inner = ""] = match.exec(text) ?? [];
      if (whole === "") throw new Error(`Unterminated string in ${text}`);
      position += whole.length;
      return inner.replace(/\\(.)/g, "$1");
    }
    const literal = /~?\{(\d+)\}\r\n/y;
    literal.lastIndex = position;
    const found = literal.exec(text);
    if (found) {
      const start = position + found[0].length;
      position = start + Number(found[1]);
      return text.slice(start, position);
    }
    // An item name may have a bracketed section with spaces and parentheses in it.
    const atom = /[^\s()[\]"{]*(?:\[[^\]]*\])?[^\s()"[\]]*/y;
    atom.lastIndex = position;
    const word = atom.exec(text)?.[0] ?? "";
    if (word === "") throw new Error(`Unreadable at ${position}: ${text}`);
    position += word.length;
    return word === "NIL" ? null : word;
  };
  return readList("\0");
}

/** A raw IMAP client for tests: what is sent is the test's, what comes is parsed. */
export class ImapWireClient {
  readonly #socket: Socket;
  #buffer = "";
  #wake: () => void = () => {};
  #isClosed = false;
  #tag = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#buffer += chunk.toString("latin1");
      this.#wake();
    });
    for (const event of ["close", "end"] as const) {
      socket.on(event, () => {
        this.#isClosed = true;
        this.#wake();
      });
    }
    socket.on("error", () => {});
  }

  static async open(host: string, port: number): Promise<ImapWireClient> {
    const socket = connect(port, host);
    const client = new ImapWireClient(socket);
    await once(socket, "connect");
    await client.readResponse();
    return client;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Sends a command; `{n}` literals come as separate strings and wait for the continuation. */
  async send(...pieces: string[]): Promise<ImapAnswer> {
    this.#tag += 1;
    const tag = `T${this.#tag}`;
    const untagged: ImapNode[][] = [];
    const lines = pieces.map((piece, index) => {
      const next = pieces[index + 1];
      return next === undefined ? piece : `${piece}{${next.length}}`;
    });
    this.#socket.write(`${tag} ${lines[0]}\r\n`, "latin1");
    let sent = 1;
    for (;;) {
      const line = await this.readResponse();
      if (line.startsWith("+")) {
        const rest = lines[sent];
        // IDLE is left as soon as it was entered.
        this.#socket.write(rest === undefined ? "DONE\r\n" : `${rest}\r\n`, "latin1");
        sent += 1;
      } else if (line.startsWith("* ")) untagged.push(parseUntagged(line.slice(2)));
      else if (line.startsWith(`${tag} `)) return { untagged, ...parseStatus(line.slice(tag.length + 1)) };
      else throw new Error(`Unexpected response: ${line}`);
    }
  }

  /** Enters IDLE and waits for the first news; rejects when the connection ends. */
  async startIdle(): Promise<string> {
    this.#socket.write("IDLE IDLE\r\n");
    await this.readResponse();
    return await this.readResponse();
  }

  /** One response with its literals in place; throws when the connection ends. */
  async readResponse(): Promise<string> {
    for (let from = 0; ; ) {
      const end = this.#buffer.indexOf("\r\n", from);
      if (end >= 0) {
        const literal = /\{(\d+)\}$/.exec(this.#buffer.slice(Math.max(from, end - 15), end));
        if (!literal) {
          const line = this.#buffer.slice(0, end);
          this.#buffer = this.#buffer.slice(end + 2);
          return line;
        }
        const next = end + 2 + Number(literal[1]);
        if (this.#buffer.length >= next) {
          from = next;
          continue;
        }
      }
      if (this.#isClosed) throw new Error(`Connection closed; unread: ${this.#buffer.slice(0, 200)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function parseStatus(text: string): { status: string; code: string[]; text: string } {
  const match = /^(OK|NO|BAD|BYE|PREAUTH)(?: \[([^\]]*)\])? ?(.*)$/s.exec(text);
  if (!match) throw new Error(`Not a status: ${text}`);
  return {
    status: match[1] ?? "",
    code: (match[2] ?? "").split(" ").filter((word) => word !== ""),
    text: match[3] ?? "",
  };
}

function parseUntagged(line: string): ImapNode[] {
  if (!/^(OK|NO|BAD|BYE|PREAUTH)\b/.test(line)) return parseResponse(line);
  const { status, code } = parseStatus(line);
  return [status, code];
}
