import { isMailError } from "@mailwright/core";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { corpusResponses, hasCorpus } from "../support/corpus-responses.js";
import { collect } from "../support/imap-fixture.js";
import { oddResponses } from "./odd-responses.js";
import { parrotServer } from "./parrot-server.js";

if (!hasCorpus)
  console.log("SKIPPED the responses of the corpus: ../shared/corpora/imap-responses is not there");

describe("responses of many servers", () => {
  it("are taken, or refused with a typed error, whatever the command", async () => {
    const responses = oddResponses.map((response) => Buffer.from(`${response}\r\n`, "latin1"));
    expect(responses.length).toBeGreaterThan(90);
    expect(await untypedProblems(responses)).toEqual([]);
  }, 120_000);

  it.skipIf(!hasCorpus)(
    "of the corpus are so too",
    async () => {
      const responses = corpusResponses();
      expect(responses.length).toBeGreaterThan(180);
      expect(await untypedProblems(responses)).toEqual([]);
    },
    120_000,
  );
});

async function untypedProblems(responses: readonly Buffer[]): Promise<string[]> {
  const queue = responses.entries();
  const untyped: string[] = [];
  const worker = async (): Promise<void> => {
    for (const [index, response] of queue) {
      const problem = await converse(response);
      if (problem !== undefined) untyped.push(`${index} ${JSON.stringify(response.toString())}: ${problem}`);
    }
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(worker));
  return untyped;
}

/** Runs a call of each kind; answers with what went wrong, when that was no `MailError`. */
async function converse(response: Buffer): Promise<string | undefined> {
  await using server = await parrotServer(
    response,
    "IMAP4rev1 CONDSTORE UIDPLUS MOVE NAMESPACE SORT THREAD=REFERENCES QUOTA",
  );
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "secret-word" },
    retry: { attempts: 1 },
    pool: { acquireTimeoutMs: 60_000 },
    // What never ends ends the test then, and a busy machine does not.
    timeouts: { commandMs: 30_000, connectMs: 30_000 },
  });
  const calls: readonly (() => Promise<unknown>)[] = [
    () => imap.listFolders({ counts: true }),
    () => imap.status("INBOX"),
    () => collect(imap.messages("INBOX", { body: "text" })),
    () => collect(imap.messages("INBOX", { body: "full", newest: 2 })),
    () => imap.search("INBOX", { seen: true }),
    () => imap.sort("INBOX", ["-date"]),
    () => imap.thread("INBOX"),
    () => imap.markAsRead("INBOX", [1, 2]),
    () => imap.move("INBOX", [1], "Archive"),
    () => imap.quota(),
    () => imap.namespaces(),
  ];
  for (const call of calls) {
    const error: unknown = await call().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined && !isMailError(error))
      return String(error instanceof Error ? error.stack : error);
    if (isMailError(error) && error.code === "timeout") return `${error.message}`;
  }
  return undefined;
}
