import { collectGarbage, until } from "@mailwright/suite";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { startCommandServer } from "../support/command-server.js";

const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const COUNT = isLong ? 1_000_000 : 30_000;
/** A list of numbers takes 8 for each; the rows of FETCH several hundred. */
const MAX_BYTES_EACH = isLong ? 4 : 100;
/** What is there once some rows have come is no growth. */
const WARM_UP = 2_000;

it(`lists a folder of ${COUNT} messages that SEARCH leaves out in no more memory than a few ranges take`, async () => {
  let sent = 0;
  let growth = Number.POSITIVE_INFINITY;
  const used = async (): Promise<number> => {
    await until(() => imap.traffic().receivedBytes - before >= sent);
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let before = 0;
  await using server = await startCommandServer({
    capabilities: "IMAP4rev1 ESEARCH",
    exists: COUNT,
    answers: {
      "UID SEARCH": ({ tag, line, socket }) => {
        const found = line.includes("SINCE") ? "" : ` ALL 1:${COUNT - 1}`;
        socket.write(`* ESEARCH (TAG "${tag}") UID${found}\r\n`);
      },
      FETCH: async ({ socket }) => {
        before = imap.traffic().receivedBytes;
        const write = async (first: number, last: number): Promise<number> => {
          for (let uid = first; uid <= last; ) {
            let rows = "";
            for (; uid <= last && rows.length < 65_536; uid++) rows += `* ${uid} FETCH (UID ${uid})\r\n`;
            sent += rows.length;
            await new Promise((resolve) => socket.write(rows, resolve));
          }
          return used();
        };
        const warm = await write(1, WARM_UP);
        growth = (await write(WARM_UP + 1, COUNT)) - warm;
      },
    },
  });
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
  });
  const cursors: unknown[] = [];
  for await (const { cursor } of imap.sync("INBOX", { since: new Date() })) cursors.push(cursor.state);
  expect(cursors).toMatchObject([{ leftOut: `1:${COUNT}`, uidNext: COUNT + 1 }]);
  const each = growth / (COUNT - WARM_UP);
  console.info(`${COUNT} messages listed by FETCH, ${each.toFixed(1)} bytes held for each`);
  expect(each).toBeLessThan(MAX_BYTES_EACH);
});
