import { type ImapAnswer, ImapWireClient } from "../support/imap-wire-client.js";
import { normalizeAnswer, type SessionView } from "./normalize-answer.js";

/** One command of one session; `{/}` stands for the server's hierarchy delimiter. */
export interface DifferentialStep {
  readonly session: string;
  readonly command: readonly string[];
}

export interface DifferentialServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface Difference {
  readonly step: number;
  readonly command: string;
  /** Lines that only the first server wrote, normalized. */
  readonly onlyFirst: string[];
  readonly onlySecond: string[];
}

/** Plays the same steps to both servers and returns where their answers differ. */
export async function runDifferential(
  servers: readonly [DifferentialServer, DifferentialServer],
  steps: readonly DifferentialStep[],
): Promise<Difference[]> {
  const [first, second] = await Promise.all(servers.map((server) => playSteps(server, steps)));
  return steps.flatMap((step, index) => {
    const a = first?.[index] ?? [];
    const b = second?.[index] ?? [];
    const onlyFirst = a.filter((line) => !b.includes(line));
    const onlySecond = b.filter((line) => !a.includes(line));
    if (onlyFirst.length + onlySecond.length === 0) return [];
    return [{ step: index, command: `${step.session}: ${step.command.join("~")}`, onlyFirst, onlySecond }];
  });
}

async function playSteps(
  server: DifferentialServer,
  steps: readonly DifferentialStep[],
): Promise<string[][]> {
  const clients = new Map<string, { client: ImapWireClient; view: SessionView }>();
  const results: string[][] = [];
  try {
    const delimiter = await resetAccount(server);
    for (const { session, command } of steps) {
      const known = clients.get(session) ?? { client: await logIn(server), view: emptyView() };
      clients.set(session, known);
      const pieces = command.map((piece) => piece.replaceAll("{/}", delimiter));
      const answer = await known.client.send(...pieces).catch((error: unknown) => {
        throw new Error(`${server.name}: ${pieces.join("~")}`, { cause: error });
      });
      // Servers hang up on a row of bad commands; a good one between them changes nothing else.
      if (answer.status === "BAD") await known.client.send("CAPABILITY");
      if (/^(SELECT|EXAMINE|CLOSE|UNSELECT)\b/i.test(pieces[0] ?? "")) Object.assign(known.view, emptyView());
      results.push(normalizeAnswer(answer, known.view));
    }
  } finally {
    for (const { client } of clients.values()) client.close();
  }
  return results;
}

function emptyView(): SessionView {
  return { messages: [], nextMessage: 1 };
}

async function logIn({ host, port, user, password }: DifferentialServer): Promise<ImapWireClient> {
  const client = await ImapWireClient.open(host, port);
  requireOk(await client.send(`LOGIN "${user}" "${password}"`));
  return client;
}

/** Removes every message and every mailbox that is not there by default; returns the delimiter. */
async function resetAccount(server: DifferentialServer): Promise<string> {
  const client = await logIn(server);
  const [root] = (await client.send('LIST "" ""')).untagged;
  const delimiter = String(root?.[2]);
  const names = (await client.send('LIST "" "*"')).untagged.map((node) => String(node.at(-1)));
  const kept = new Set(["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"]);
  for (const name of names.sort((a, b) => b.length - a.length)) {
    if (!kept.has(name)) await client.send(`DELETE "${name}"`);
    else {
      requireOk(await client.send(`SELECT "${name}"`));
      await client.send("STORE 1:* +FLAGS.SILENT (\\Deleted)");
      requireOk(await client.send("CLOSE"));
    }
  }
  for (const [, , , name] of (await client.send('LSUB "" "*"')).untagged) {
    if (!kept.has(String(name))) await client.send(`UNSUBSCRIBE "${name}"`);
  }
  client.close();
  return delimiter;
}

function requireOk(answer: ImapAnswer): void {
  if (answer.status !== "OK") throw new Error(`${answer.status} ${answer.text}`);
}
