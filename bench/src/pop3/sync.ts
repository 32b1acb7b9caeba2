import { Pop3Client } from "@mailwright/pop3";
import { createCertificates, MailStore, startPop3Server } from "@mailwright/testing";

const MESSAGES = 100_000;
/** All cursors of a first sync together, in sizes of the last one. */
const MOST = 10;

/** What storing the cursor with every batch costs in the first sync of a large mailbox; tells whether it is within the bar. */
export async function measureCursors(): Promise<boolean> {
  const messages = Array.from(
    { length: MESSAGES },
    (_, index) => `Subject: ${index}\r\n\r\nBody ${index}\r\n`,
  );
  const store = new MailStore([{ user: "ada", password: "x", messages }]);
  const server = await startPop3Server({ store, tls: await createCertificates() });
  const pop3 = new Pop3Client({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x" },
  });
  console.log(`POP3: first sync of ${MESSAGES} messages, the cursor written with every batch`);
  let [batches, added, sum, last, cursorMs] = [0, 0, 0, 0, 0];
  const startedAt = performance.now();
  for await (const batch of pop3.sync()) {
    batches++;
    added += batch.events.length;
    const cursorAt = performance.now();
    last = JSON.stringify(batch.cursor).length;
    cursorMs += performance.now() - cursorAt;
    sum += last;
    await batch.acknowledge();
  }
  const milliseconds = performance.now() - startedAt;
  await pop3.close();
  await server.stop();
  const size = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `  mailwright ${milliseconds.toFixed(0)} ms, ${cursorMs.toFixed(0)} of them for cursors, ${added} messages in ${batches} batches`,
  );
  console.log(
    `  all cursors / the last one: ${size(sum)} / ${size(last)} = ${(sum / last).toFixed(1)} (bar: at most ${MOST})`,
  );
  return added === MESSAGES && sum <= MOST * last;
}
