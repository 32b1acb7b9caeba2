import { ImapClient, type ImapMessage } from "@mailwright/imap";
import { type ParsedMessage, parseMessage } from "@mailwright/parser";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CorpusMessage, readCorpora } from "./corpus-messages.js";
import { type Shown, shownByImap, shownByParser } from "./shown.js";
import { partsByImap, partsByParser } from "./trees.js";

let mail: MailServers;
let imap: ImapClient;

const corpora = readCorpora();

/** Where the server takes a message apart in another way than the parser does; IMAP has nothing else to go by. */
const OF_THE_STRUCTURE: readonly string[] = [
  // Boundaries that are missing, are not the announced ones, or stand in the wrong place.
  ...["malformed-no-boundary.eml", "rhost-franceptt-07.eml", "rhost-google-02.eml", "rfc3464-04.eml"],
  ...[0, 2, 4, 5, 7, 17, 19, 20, 21].map((number) => `malformed/${String(number).padStart(3, "0")}.eml`),
  // File names with backslashes that escape nothing.
  ...["legacy/035.eml: files", "legacy/039.eml: files"],
];

/** Where an ENVELOPE says less than the header: fields that come twice or are broken, names in comments. */
const OF_THE_ENVELOPE: readonly string[] = [
  ...["header-misleading.eml", "malformed-header-lines.eml", "rfc3464-10.eml", "rhost-apple-01.eml"],
];

/** Where the server says something else of a part, of one without text of its own as a rule. */
const OF_THE_TREE: readonly string[] = [
  "legacy/035.eml: ",
  "legacy/039.eml: ",
  // Attached messages that are cut where their parts begin, or have no header.
  ...["arf-25", "lhost-amazonses-14", "lhost-sendgrid-01", "lhost-sendgrid-02", "lhost-x3-01", "lhost-x3-02"],
  ...["rfc3464-65", "rhost-gsuite-02", "thirdparty/015", "malformed/022"],
  // One in base64, which no server decodes.
  "rfc/008",
  // Boundaries within boundaries of the same name.
  ...["malformed/001", "malformed/003", "malformed/013", "malformed/014"],
  // Fields that are broken: comments, words without quotes, the same field twice.
  ...["rfc/001", "thirdparty/004", "thirdparty/010", "apachejames-01", "verizon-02", "lhost-x1-02"],
];

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
    const ofTheServer = headers === undefined ? [...OF_THE_STRUCTURE, ...OF_THE_ENVELOPE] : OF_THE_STRUCTURE;
    expect(without(ofTheServer, differences)).toEqual([]);
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
      if (others.length > 0 || theirs.length !== ours.length) differences.push(`${name}: ${others}`);
    }
    expect(without([...OF_THE_STRUCTURE, ...OF_THE_TREE], differences)).toEqual([]);
    console.log(`${parts} parts of ${corpora.length} messages compared`);
  });

  test("come whole, and their files too, as parseMessage() has them", async () => {
    const differences: string[] = [];
    for await (const { uid, source, attachments } of imap.messages("INBOX", { body: "full" })) {
      const { name, source: original } = known(uid);
      expect(source?.equals(original), name).toBe(true);
      const parsed = parseMessage(original);
      for (const { part } of attachments) {
        const { content } = await imap.downloadAttachment("INBOX", uid, part);
        const chunks: Buffer[] = [];
        for await (const chunk of content) chunks.push(Buffer.from(chunk));
        const expected = parsed.attachments.find(({ path }) => path === part)?.content();
        if (!Buffer.concat(chunks).equals(expected ?? Buffer.from("none")))
          differences.push(`${name}: ${part}`);
      }
    }
    expect(without(OF_THE_STRUCTURE, differences)).toEqual([]);
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
  // And it shows all texts in both forms, where a message has both side by side.
  const [mine, whole] = [ours[key], theirs[key]];
  return typeof mine === "string" && typeof whole === "string" && mine !== "" && whole.includes(mine.trim());
}

function without(names: readonly string[], differences: readonly string[]): string[] {
  return differences.filter((difference) => !names.some((name) => difference.includes(name)));
}

function known(uid: number): CorpusMessage {
  const message = corpora[uid - 1];
  if (message === undefined) throw new Error(`There is no message ${uid}`);
  return message;
}
