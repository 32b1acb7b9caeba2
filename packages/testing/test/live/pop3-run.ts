import { setTimeout as sleep } from "node:timers/promises";
import { LineClient } from "../support/line-client.js";
import type { Pop3Step } from "./pop3-steps.js";

export interface Pop3Account {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/**
 * Plays steps and gives an answer for each, made comparable: human text is left out, a UIDL is the order in which it
 * was first seen, and what stands behind `+OK` counts only where RFC 1939 gives it a meaning.
 */
export async function playPop3(account: Pop3Account, steps: readonly Pop3Step[]): Promise<string[]> {
  const ids = new Map<string, number>();
  const answers: string[] = [];
  let client = await logIn(account);
  try {
    for (const step of steps) {
      if (step === "<reconnect>" || step === "<cut>") {
        answers.push(step === "<cut>" ? "" : shorten(await client.ask("QUIT")));
        client.close();
        client = await logIn(account);
      } else {
        answers.push(await answer(client, step, ids));
      }
    }
    await client.ask("QUIT");
  } finally {
    client.close();
  }
  return answers;
}

/** Plays sessions that log in by themselves; only the kind of each answer counts. */
export async function playAuthorization(
  { port, user, password }: Pop3Account,
  sessions: readonly (readonly Pop3Step[])[],
): Promise<string[]> {
  const plain = Buffer.from(`\0${user}\0${password}`).toString("base64");
  const answers: string[] = [];
  for (const session of sessions) {
    const client = await LineClient.dial(port);
    await client.hear();
    for (const step of session) {
      const said = step.replace("{user}", user).replace("{password}", password).replace("{plain}", plain);
      answers.push(`${step}: ${shorten(await client.ask(said))}`);
    }
    client.close();
  }
  return answers;
}

/** Removes every message. */
export async function emptyMaildrop(account: Pop3Account): Promise<void> {
  const client = await logIn(account);
  const [, count] = (await client.ask("STAT")).split(" ");
  for (let number = 1; number <= Number(count); number++) await client.ask(`DELE ${number}`);
  await client.ask("QUIT");
  client.close();
}

/** A session that was cut may hold the lock a little longer. */
async function logIn({ port, user, password }: Pop3Account): Promise<LineClient> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const client = await LineClient.dial(port);
    await client.hear();
    await client.ask(`USER ${user}`);
    if ((await client.ask(`PASS ${password}`)).startsWith("+OK")) return client;
    client.close();
    await sleep(20);
  }
  throw new Error(`${user} cannot log in`);
}

async function answer(client: LineClient, step: Pop3Step, ids: Map<string, number>): Promise<string> {
  const words = step.split(" ");
  const command = (words[0] ?? "").toUpperCase();
  const status = await client.ask(step);
  if (!status.startsWith("+OK")) return shorten(status);
  const isMultiLine =
    command === "RETR" || command === "TOP" || (words.length === 1 && /^(LIST|UIDL)$/.test(command));
  const body = isMultiLine ? (await client.hearLines()).toString("latin1") : "";
  switch (command) {
    case "UIDL":
      return isMultiLine
        ? body.replace(/ (\S+)\r\n/g, (_all, id: string) => ` #${remember(ids, id)}\r\n`)
        : `${status.split(" ")[1]} #${remember(ids, status.split(" ")[2] ?? "")}`;
    case "STAT":
      return status;
    case "LIST":
      return isMultiLine ? body : status;
    case "RETR":
      return `${/^\+OK (\d+) octets/.exec(status)?.[1]} ${body}`;
    default:
      return `+OK ${body}`;
  }
}

function remember(ids: Map<string, number>, id: string): number {
  const known = ids.get(id) ?? ids.size + 1;
  ids.set(id, known);
  return known;
}

function shorten(status: string): string {
  return /^(\+OK|\+ |-ERR( \[[^\]]*\])?)/.exec(status)?.[0] ?? status;
}
