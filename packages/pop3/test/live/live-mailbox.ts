import { chown, mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3ClientOptions } from "../../src/pop3-options.js";

interface LiveAccount {
  readonly user: string;
  readonly password: string;
  readonly accessToken: string;
  readonly expiredToken: string;
}

interface LiveEnvironment {
  readonly host: string;
  readonly ca: string;
  readonly pop3: { readonly port: number; readonly tlsPort: number };
  readonly users: readonly LiveAccount[];
  readonly maildirRoot: string;
}

const given = process.env["MAILWRIGHT_LIVE"];
if (given === undefined)
  throw new Error("Live suites run through `pnpm test:live`, which starts the servers");

/** Where the real servers are. */
export const live: LiveEnvironment = JSON.parse(given);
const ca = await readFile(live.ca, "utf8");

export type Security = "tls" | "starttls" | "none";

/** One account of the real server, and its Maildir to look into and write to. */
export class LiveMailbox {
  readonly account: LiveAccount;
  readonly #folder: string;
  #lastNumber = 0;

  constructor(user: string) {
    const account = live.users.find((candidate) => candidate.user === user);
    if (account === undefined) throw new Error(`There is no live user ${user}`);
    this.account = account;
    this.#folder = join(live.maildirRoot, user);
  }

  client(security: Security = "none", options: Partial<Pop3ClientOptions> = {}): Pop3Client {
    const port = security === "tls" ? live.pop3.tlsPort : live.pop3.port;
    return new Pop3Client({
      server: { host: live.host, port, security, tls: { ca } },
      credentials: { user: this.account.user, password: this.account.password },
      retry: { attempts: 1 },
      ...options,
    });
  }

  async clear(): Promise<void> {
    // A session of the server that has lost its connection may still be writing its index there.
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    const { uid, gid } = await stat(live.maildirRoot);
    for (const name of ["", "cur", "new", "tmp"]) {
      const path = join(this.#folder, name);
      await mkdir(path, { recursive: true });
      await chown(path, uid, gid);
    }
  }

  /** Puts a message there as a delivery would; the server numbers by the time in the name. */
  async deliver(source: Uint8Array): Promise<void> {
    const number = ++this.#lastNumber;
    const { uid, gid } = await stat(live.maildirRoot);
    const name = `${1_700_000_000 + number}.M${number}P1.live,S=${source.length},W=${source.length}:2,`;
    const path = join(this.#folder, "cur", name);
    await writeFile(join(this.#folder, "tmp", name), source);
    await chown(join(this.#folder, "tmp", name), uid, gid);
    await rename(join(this.#folder, "tmp", name), path);
  }

  /** What the files hold, in the server's order. */
  async contents(): Promise<Buffer[]> {
    return Promise.all((await this.#files()).map((path) => readFile(path)));
  }

  /** Removes a message as another client would. */
  async remove(index: number): Promise<void> {
    const path = (await this.#files())[index];
    if (path !== undefined) await unlink(path);
  }

  async #files(): Promise<string[]> {
    const found: string[] = [];
    for (const folder of ["cur", "new"]) {
      for (const name of await readdir(join(this.#folder, folder)))
        found.push(join(this.#folder, folder, name));
    }
    const order = (path: string): number => Number(/\.M(\d+)P/.exec(path)?.[1]);
    return found.sort((a, b) => order(a) - order(b));
  }
}
