import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { streamMessage } from "@mailwright/parser";
import { MailParser } from "mailparser";
import { streamLargeMessage } from "./messages.js";

/** One streaming parser and one large message per process, so that its peak of memory is its own. */
async function main(): Promise<void> {
  const [peer, bytes] = [process.argv[2], Number(process.argv[3])];
  const source = Readable.from(streamLargeMessage(bytes), { objectMode: false });
  const idleBytes = process.memoryUsage().rss;
  const before = process.cpuUsage();
  const received =
    peer === "mailwright" ? await readWithMailwright(source) : await readWithMailparser(source);
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  const peakBytes = process.resourceUsage().maxRSS * 1_024;
  console.log(JSON.stringify({ ms, received, peakBytes, idleBytes }));
}

async function readWithMailwright(source: Readable): Promise<number> {
  let received = 0;
  for await (const part of streamMessage(source)) {
    if (part.type !== "attachment") continue;
    for await (const chunk of part.attachment.content) received += chunk.length;
  }
  return received;
}

async function readWithMailparser(source: Readable): Promise<number> {
  let received = 0;
  const parser = new MailParser();
  parser.on("data", (data) => {
    if (data.type !== "attachment") return;
    data.content.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    data.content.on("end", () => data.release());
  });
  source.pipe(parser);
  await finished(parser);
  return received;
}

await main();
