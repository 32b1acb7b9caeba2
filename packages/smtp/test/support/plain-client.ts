import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What a client says at one time, and how many replies it waits for then. */
interface Step {
  readonly bytes: Buffer;
  readonly replies: number;
  /** It ends a message. */
  readonly isEnd: boolean;
  readonly isReset: boolean;
}

/** What was said on one connection, message by message. */
export interface Script {
  readonly hello: Step;
  readonly messages: readonly (readonly Step[])[];
}

/** Takes apart what a client has sent on one connection, up to the end of the last message; `finals` is the number of replies to each message's end. */
export function scriptOf(received: Buffer, finals: number): Script {
  const messages: Step[][] = [];
  let hello: Step | undefined;
  let current: Step[] = [];
  let rest = received;
  const take = (length: number): Buffer => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const add = (bytes: Buffer, more: Partial<Step> = {}): void => {
    const step = { bytes, replies: 1, isEnd: false, isReset: false, ...more };
    if (hello === undefined) hello = step;
    else current.push(step);
    if (!step.isEnd) return;
    messages.push(current);
    current = [];
  };
  while (rest.length > 0) {
    const line = take(rest.indexOf("\r\n") + 2);
    const [verb, length = "0"] = line.toString("latin1").trim().split(" ");
    if (verb === "QUIT") break;
    if (verb === "BDAT") {
      add(Buffer.concat([line, take(Number(length))]), { replies: finals, isEnd: true });
      continue;
    }
    add(line, { isReset: verb === "RSET" });
    const end = rest.indexOf("\r\n.\r\n");
    if (verb === "DATA" && end < 0) break;
    if (verb === "DATA") add(take(end + 5), { replies: finals, isEnd: true });
  }
  if (hello === undefined) throw new Error("nothing was said");
  return { hello, messages };
}

/**
 * Says the same by the book: one command at a time, each when the one before was answered, and the next message over
 * another connection when one has ended. Answers how many messages it does not know the fate of: those whose end it has
 * written and was not told about.
 */
export async function doubtsOfPlainClient(port: number, { hello, messages }: Script): Promise<number> {
  let doubts = 0;
  let connection: Connection | undefined;
  for (const steps of messages) {
    let isEndOut = false;
    try {
      const isFirst = connection === undefined;
      connection ??= await Connection.open(port, hello);
      for (const step of steps) {
        if (step.isReset && isFirst) continue;
        isEndOut = step.isEnd;
        await connection.say(step);
      }
    } catch {
      if (isEndOut) doubts += 1;
      connection?.close();
      connection = undefined;
    }
  }
  connection?.close();
  return doubts;
}

class Connection {
  readonly #socket: Socket;
  #text = "";
  #isOver = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    socket.on("data", (bytes) => {
      this.#text += bytes.toString("latin1");
      this.#wake();
    });
    socket.on("error", over).on("end", over).on("close", over);
  }

  static async open(port: number, hello: Step): Promise<Connection> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    const connection = new Connection(socket);
    await once(socket, "connect");
    await connection.#replies(1);
    await connection.say(hello);
    return connection;
  }

  async say({ bytes, replies }: Step): Promise<void> {
    this.#socket.write(bytes);
    await this.#replies(replies);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #replies(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const end = /^\d{3}(?: .*)?\r\n/m.exec(this.#text);
      if (end !== null) {
        this.#text = this.#text.slice(end.index + end[0].length);
        left -= 1;
      } else if (this.#isOver) throw new Error("the connection has ended");
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
