import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** How a test's proxy behaves. */
export interface ProxyBehaviour {
  /** Asked for by both kinds. @defaultValue none */
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  /** Where every connection goes, whatever was asked for. */
  readonly target: { readonly port: number };
  /** In place of success: a reply of SOCKS5, or a status of HTTP. */
  readonly refuse?: number | undefined;
  /** Writes its answers byte by byte. @defaultValue false */
  readonly drips?: boolean | undefined;
}

/** A proxy that runs, and what it was asked for. */
export interface RunningProxy {
  readonly port: number;
  /** `host:port` as the client named them. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** Starts a proxy for SOCKS5 (RFC 1928, 1929) and HTTP CONNECT on one port of this machine. */
export async function startProxy(behaviour: ProxyBehaviour): Promise<RunningProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("error", () => {}).once("close", () => sockets.delete(socket)));
    const session = new ProxySession(socket, behaviour, asked);
    void session.run().catch(() => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { port: typeof address === "object" && address !== null ? address.port : 0, asked, stop };
}

class ProxySession {
  readonly #client: Socket;
  readonly #behaviour: ProxyBehaviour;
  readonly #asked: string[];

  constructor(client: Socket, behaviour: ProxyBehaviour, asked: string[]) {
    this.#client = client;
    this.#behaviour = behaviour;
    this.#asked = asked;
  }

  async run(): Promise<void> {
    const [first = 0] = await this.#read(1);
    if (first === 5) await this.#socks();
    else await this.#http(String.fromCharCode(first));
  }

  async #socks(): Promise<void> {
    const { login, refuse = 0 } = this.#behaviour;
    const [count = 0] = await this.#read(1);
    const methods = [...(await this.#read(count))];
    const method = login === undefined ? 0 : 2;
    await this.#say(Buffer.of(5, methods.includes(method) ? method : 0xff));
    if (login !== undefined) {
      const [, userLength = 0] = await this.#read(2);
      const user = (await this.#read(userLength)).toString();
      const password = (await this.#read((await this.#read(1))[0] ?? 0)).toString();
      const isRight = user === login.user && password === login.password;
      await this.#say(Buffer.of(1, isRight ? 0 : 1));
      if (!isRight) return void this.#client.end();
    }
    const [, , , kind = 0] = await this.#read(4);
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await this.#read(1))[0] ?? 0);
    const address = await this.#read(length);
    const port = (await this.#read(2)).readUInt16BE();
    const name =
      kind === 3 ? address.toString() : kind === 1 ? address.join(".") : `[${address.toString("hex")}]`;
    this.#asked.push(`${name}:${port}`);
    const answer = Buffer.of(5, refuse, 0, 3, 4, ...Buffer.from("exit"), 0, 80);
    if (refuse !== 0) return void this.#client.end(answer);
    await this.#tunnel(answer);
  }

  async #http(start: string): Promise<void> {
    const { login, refuse } = this.#behaviour;
    let head = start;
    while (!head.endsWith("\r\n\r\n")) head += (await this.#read(1)).toString("latin1");
    const [, authority = ""] = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    this.#asked.push(authority);
    const expected = login && Buffer.from(`${login.user}:${login.password}`).toString("base64");
    const isRight = expected === undefined || head.includes(`Proxy-Authorization: Basic ${expected}\r\n`);
    const status = isRight ? (refuse ?? 200) : 407;
    const answer = Buffer.from(`HTTP/1.1 ${status} Whatever\r\nVia: test\r\n\r\n`);
    if (status !== 200) return void this.#client.end(answer);
    await this.#tunnel(answer);
  }

  /** The target may speak at once: its first bytes come right behind the answer. */
  async #tunnel(answer: Buffer): Promise<void> {
    const target = connect(this.#behaviour.target.port, "127.0.0.1").on("error", () =>
      this.#client.destroy(),
    );
    await once(target, "connect");
    await this.#say(answer);
    this.#client.pipe(target).pipe(this.#client);
    this.#client.once("close", () => target.destroy());
    target.once("close", () => this.#client.destroy());
  }

  async #say(bytes: Buffer): Promise<void> {
    if (this.#behaviour.drips !== true) return void this.#client.write(bytes);
    for (const byte of bytes) {
      this.#client.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
  }

  async #read(count: number): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes: Buffer | null = this.#client.read(count);
      if (bytes?.length === count) return bytes;
      if (bytes !== null || this.#client.readableEnded) throw new Error("The client left");
      await once(this.#client, "readable");
    }
  }
}
