import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ImapClient, type ImapMessage } from "@mailwright/imap";
import { until } from "@mailwright/suite";
import { type FaultProxy, type MailServers, startFaultProxy, startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";

const GUIDE = fileURLToPath(new URL("../../../docs/getting-started.md", import.meta.url));
const NAMES = ["imap", "signal", "loadPosition", "forgetMessages", "save", "onUnfetchable"] as const;

/** The guide's recipe for new mail, as a function of what it leaves to the reader. */
function readRecipe(): (...given: readonly unknown[]) => Promise<void> {
  const [, code] = /^New mail as it comes.*?^```ts\n(.*?)^```/ms.exec(readFileSync(GUIDE, "utf8")) ?? [];
  if (code === undefined) throw new Error("The guide has no recipe for new mail");
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  return new AsyncFunction(...NAMES, code);
}

interface Position {
  readonly uidValidity: number | undefined;
  readonly lastUid: number;
}

/** What a program keeps, over its own end. */
class Storage {
  position: Position = { uidValidity: undefined, lastUid: 0 };
  subjects: string[] = [];
  forgotten = 0;

  readonly given = {
    loadPosition: async (): Promise<Position> => this.position,
    forgetMessages: async (): Promise<void> => {
      this.forgotten += 1;
      this.subjects = [];
    },
    save: async (message: ImapMessage, position: Position): Promise<void> => {
      this.subjects.push(message.subject);
      this.position = position;
    },
  };
}

/** Runs the program until the condition holds. */
async function runUntil(port: number, storage: Storage, condition: () => boolean): Promise<void> {
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user: "ada", password: "secret-word" },
    retry: { backoff: () => 5 },
  });
  const ended = new AbortController();
  const { loadPosition, forgetMessages, save } = storage.given;
  const running = readRecipe()(imap, ended.signal, loadPosition, forgetMessages, save, () => {});
  await Promise.race([until(condition), running]);
  ended.abort();
  await running;
}

function deliver(mail: MailServers, ...subjects: readonly string[]): void {
  for (const subject of subjects) mail.store.deliver("ada", `Subject: ${subject}\r\n\r\nHello.\r\n`);
}

async function cut(proxy: FaultProxy, meanwhile: () => void): Promise<void> {
  await proxy.setFaults({ refuse: true, cut: { direction: "toClient", afterBytes: 0, with: "rst" } });
  await until(() => proxy.connections === 0);
  meanwhile();
  await proxy.setFaults({ refuse: false, cut: undefined });
}

test("the guide's recipe reads every message once, over ends of the program, cuts and a folder made anew", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "secret-word" }] });
  await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.imap.port } });
  const storage = new Storage();
  const has =
    (...subjects: readonly string[]) =>
    (): boolean =>
      subjects.every((subject) => storage.subjects.includes(subject));

  deliver(mail, "1", "2");
  const first = runUntil(proxy.port, storage, has("1", "2", "3"));
  await until(has("1", "2"));
  deliver(mail, "3");
  await first;
  expect(storage.subjects).toEqual(["1", "2", "3"]);

  // While nobody looks, mail comes and goes.
  deliver(mail, "4", "5");
  const second = runUntil(proxy.port, storage, has("5", "6", "7"));
  await until(has("5"));
  await cut(proxy, () => deliver(mail, "6"));
  await until(has("6"));
  deliver(mail, "7");
  await second;
  expect(storage.subjects).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  const forgotten = storage.forgotten;

  mail.store.setUidValidity("ada", "INBOX", 4_711);
  await runUntil(proxy.port, storage, () => storage.position.uidValidity === 4_711 && has("7")());
  expect(storage.forgotten).toBe(forgotten + 1);
  expect(storage.subjects).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
});
