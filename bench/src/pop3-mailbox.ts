import { chown, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A mailbox with known content, straight in a Maildir. */
export interface KnownMailbox {
  /** Contents in the order in which the server numbers them. */
  readonly messages: readonly Buffer[];
  readonly bytes: number;
}

/** Empties a Maildir and fills it with messages of many sizes, the same ones for the same count. */
export async function fillMaildir(maildir: string, count: number): Promise<KnownMailbox> {
  await rm(maildir, { recursive: true, force: true });
  const folder = join(maildir, "cur");
  const owner = await stat(dirname(maildir));
  for (const path of [maildir, folder, join(maildir, "new"), join(maildir, "tmp")]) {
    await mkdir(path);
    await chown(path, owner.uid, owner.gid);
  }
  const random = seeded(20_261_120);
  const messages: Buffer[] = [];
  for (let index = 1; index <= count; index++) {
    const source = createMessage(index, random);
    messages.push(source);
    const name = `${1_700_000_000 + index}.M${index}P1.bench,S=${source.length},W=${source.length}:2,S`;
    const path = join(folder, name);
    await writeFile(path, source);
    await chown(path, owner.uid, owner.gid);
  }
  const written = await readdir(folder);
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
