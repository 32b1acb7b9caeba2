import { ImapClient, type ImapMessage } from "@mailwright/imap";
import { type ParsedMessage, parseMessage } from "@mailwright/parser";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CorpusMessage, readCorpora } from "./corpus-messages.js";
import { OF_THE_ENVELOPE, OF_THE_STRUCTURE, OF_THE_TREE } from "./known-differences.js";
import { type Shown, shownByImap, shownByParser } from "./shown.js";
import { partsByImap, partsByParser } from "./trees.js";

let mail: MailServers;
let imap: ImapClient;

const corpora = readCorpora();

beforeAll(async () => {
  mail = await startMailServers({
    accounts: [{ user: "ada", password: "secret-word", messages: corpora.map(({ source }) => source) }],
  });
  imap = new ImapClient({
    server: { host: mail.host, port: mail.imap.port, security: "none" },
    credentials: { user: "ada", password: "secret-word" },
  });
});
afterAll(async () => {
  await imap.close();
  await mail.stop();
});

describe(`${corpora.length} messages of corpora`, () => {
  test.each([
    ["by their envelopes", undefined],
    ["by their headers", "all"],
  ] as const)("read the same by messages(), %s, and by parseMessage()", async (_how, headers) => {
    const differences: string[] = [];
    let count = 0;
    for await (const message of imap.messages("INBOX", { body: "text", headers })) {
      const { name, source } = known(message.uid);
      count += 1;
      for (const key of differ(message, parseMessage(source))) differences.push(`${name}: ${key}`);
    }
    expect(count).toBe(corpora.length);
    expectOnly(
      headers === undefined ? [...OF_THE_STRUCTURE, ...OF_THE_ENVELOPE] : OF_THE_STRUCTURE,
      differences,
    );
  });

  test("are made of the same parts by messages() and by parseMessage()", async () => {
    const differences: string[] = [];
    let parts = 0;
    for await (const { uid, structure } of imap.messages("INBOX", { structure: true })) {
      const { name, source } = known(uid);
      const ours = structure === undefined ? [] : partsByImap(structure);
      const theirs = partsByParser(parseMessage(source));
      parts += ours.length;
      const others = ours.filter((line) => !theirs.includes(line));
      if (others.length > 0 || theirs.length !== ours.length) differences.push(name);
    }
    expectOnly(OF_THE_TREE, differences);
    console.log(`${parts} parts of ${corpora.length} messages compared`);
  });

  test("come whole, and their files too, as parseMessage() has them", async () => {
    for await (const { uid, source, attachments } of imap.messages("INBOX", { body: "full" })) {
      const { name, source: original } = known(uid);
      expect(source?.equals(original), name).toBe(true);
      const { content: whole } = await imap.downloadMessage("INBOX", uid);
      expect((await bytesOf(whole)).equals(original), name).toBe(true);
      const parsed = parseMessage(original);
      for (const { part } of attachments) {
        const { content, filename } = await imap.downloadAttachment("INBOX", uid, part);
        const expected = parsed.attachments.find(({ path }) => path === part);
        expect((await bytesOf(content)).equals(expected?.content() ?? Buffer.from("none")), name).toBe(true);
        if (!OF_THE_STRUCTURE.includes(`${name}: files`)) expect(filename, name).toBe(expected?.filename);
      }
    }
  });
});

/** What of a message does not read the same. */
function differ(message: ImapMessage, parsed: ParsedMessage): string[] {
  const [ours, theirs] = [shownByImap(message), shownByParser(parsed)];
  return Object.keys(ours).filter((key) => !isSame(key, ours, theirs, parsed));
}

function isSame(key: string, ours: Shown, theirs: Shown, parsed: ParsedMessage): boolean {
  if (JSON.stringify(ours[key]) === JSON.stringify(theirs[key])) return true;
  if (key !== "text" && key !== "html") return false;
  // The parser takes files out of the text that are written into it.
  if (parsed.attachments.some(({ path }) => path.includes("/uuencode."))) return true;
  // Line ends after the text are nobody's words.
  return `${ours[key]}`.trimEnd() === `${theirs[key]}`.trimEnd();
}

/** All differences are known, and none that is known is gone: those of messages that are here. */
function expectOnly(those: readonly string[], differences: readonly string[]): void {
  const here = new Set(corpora.map(({ name }) => name));
  const expected = those.filter((difference) => here.has(difference.replace(/: \w+$/, "")));
  expect([...differences].sort()).toEqual(expected.sort());
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function known(uid: number): CorpusMessage {
  const message = corpora[uid - 1];
  if (message === undefined) throw new Error(`There is no message ${uid}`);
  return message;
}
