import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeMaildir } from "../maildir.js";

/** A mailbox with known content, straight in a Maildir. */
export interface KnownMailbox {
  /** Contents in the order in which the server numbers them. */
  readonly messages: readonly Buffer[];
  readonly bytes: number;
}

/** Empties a Maildir and fills it with messages of many sizes, the same ones for the same count. */
export async function fillMaildir(maildir: string, count: number): Promise<KnownMailbox> {
  const store = await makeMaildir(maildir);
  const random = seeded(20_261_120);
  const messages: Buffer[] = [];
  for (let index = 1; index <= count; index++) {
    const source = createMessage(index, random);
    messages.push(source);
    await store(index, source, true);
  }
  const written = await readdir(join(maildir, "cur"));
  if (written.length !== count) throw new Error(`${maildir} holds ${written.length} messages`);
  return { messages, bytes: messages.reduce((sum, { length }) => sum + length, 0) };
}

/** Text of 1 to 200 KB, mostly small as mail is, with 8-bit bytes and lines that begin with dots. */
function createMessage(index: number, random: () => number): Buffer {
  const size = Math.round(1_000 * 200 ** (random() ** 1.2));
  const lines = [
    `From: sender-${index}@example.test`,
    `Subject: Message ${index}`,
    `Message-ID: <${index}@bench>`,
    "",
  ];
  for (let bytes = 0; bytes < size; ) {
    const start = random() < 0.02 ? "." : "";
    const line =
      start + Buffer.from(`${random()} grüße ${random()} ${random()} ${random()}`).toString("latin1");
    lines.push(line);
    bytes += line.length + 2;
  }
  return Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1");
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
