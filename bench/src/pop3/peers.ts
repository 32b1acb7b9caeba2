import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pop3Client } from "@mailwright/pop3";
import NodePop3 from "node-pop3";

/** The mailbox that every peer fetches, over a plain loopback connection. */
export interface Pop3Target {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly count: number;
}

/**
 * Fetches the whole mailbox and gives each message to `take`, or afterwards, untimed, in the function that it
 * resolves with.
 */
export type Pop3Peer = (
  target: Pop3Target,
  take: (number: number, source: Uint8Array) => void,
) => Promise<(() => Promise<void>) | undefined>;

const HOST = "127.0.0.1";

const clients = new Map<number, Pop3Client>();

/** This project as it is used, with one client for an account: from its second session on it knows the server. */
export const mailwright: Pop3Peer = async (target, take) => {
  const { port } = target;
  const client = clients.get(port) ?? createClient(target);
  clients.set(port, client);
  return fetchAll(client, take);
};

/** This project with a client that is new to the server. */
export const newClient: Pop3Peer = async (target, take) => {
  await using client = createClient(target);
  return await fetchAll(client, take);
};

/** With the login of the peers, as SCRAM takes two round trips more. */
function createClient({ port, user, password }: Pop3Target): Pop3Client {
  const server = { host: HOST, port, security: "none" } as const;
  return new Pop3Client({ server, credentials: { user, password }, authMethod: "PLAIN" });
}

async function fetchAll(client: Pop3Client, take: Parameters<Pop3Peer>[1]): Promise<undefined> {
  await client.session(async (box) => {
    for await (const { number, source } of box.messages()) take(number, source);
  });
  return undefined;
}

/** node-pop3 as its README shows it; it hangs when the end of a message is cut in two, so a message has `TRY_MS`. */
export const nodePop3: Pop3Peer = async ({ port, user, password, count }, take) => {
  let client = new NodePop3({ host: HOST, port, user, password });
  for (let number = 1; number <= count; number++) {
    const text = await inTime(client.RETR(number));
    if (text !== undefined) take(number, Buffer.from(text));
    else {
      hangs++;
      client = new NodePop3({ host: HOST, port, user, password });
      await new Promise<void>((resolve) => setTimeout(resolve, 100));
    }
  }
  await client.QUIT();
  return undefined;
};

/** How often node-pop3 hung so far. */
export let hangs = 0;

const TRY_MS = 5_000;

async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), TRY_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether mpop is installed. */
export async function hasMpop(): Promise<boolean> {
  const child = spawn("mpop", ["--version"], { stdio: "ignore" });
  return await new Promise((resolve) => {
    child.once("error", () => resolve(false)).once("exit", (code) => resolve(code === 0));
  });
}

/** mpop, a client in C that pipelines, delivering into a Maildir as it does for its users: with LF line ends. */
export const mpop: Pop3Peer = async ({ port, user, password }, take) => {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-bench-mpop-"));
  for (const name of ["cur", "new", "tmp"]) await mkdir(join(folder, name));
  const settings = [`--host=${HOST}`, `--port=${port}`, "--tls=off", "--auth=plain", `--user=${user}`];
  const files = [`--delivery=maildir,${folder}`, `--uidls-file=${join(folder, "uidls")}`];
  const others = ["--keep=on", "--received-header=off", "--quiet", `--passwordeval=echo ${password}`];
  const child = spawn("mpop", [...settings, ...files, ...others], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  return async () => {
    try {
      if (code !== 0) throw new Error(`mpop ended with ${code}`);
      for (const name of await readdir(join(folder, "new"))) {
        const text = await readFile(join(folder, "new", name), "latin1");
        const number = Number(/^Subject: Message (\d+)$/m.exec(text)?.[1]);
        take(number, Buffer.from(text.replaceAll("\n", "\r\n"), "latin1"));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
};
