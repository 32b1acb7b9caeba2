import { once } from "node:events";
import { connect } from "node:net";
import { until } from "@mailwright/suite";
import { expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";

test("a client that is cut off in the middle of a FETCH has not seen what was never sent", async () => {
  const count = 200;
  const message = `Subject: large\r\n\r\n${"x".repeat(100_000)}\r\n`;
  await using mail = await startMailServers({
    accounts: [{ user: "ada", password: "x", messages: Array.from({ length: count }, () => message) }],
  });
  const socket = connect(mail.imap.port, mail.host);
  socket.write("a LOGIN ada x\r\nb SELECT INBOX\r\nc FETCH 1:* BODY[]\r\n");
  const isSeen = (): boolean[] => mail.store.messages("ada").map(({ flags }) => flags.has("\\Seen"));
  // The first bytes are read, then nobody reads on: the server waits for the client.
  await once(socket, "data");
  socket.pause();
  await until(() => isSeen().includes(true));
  socket.resetAndDestroy();
  await mail.stop();
  const seen = isSeen();
  const first = seen.indexOf(false);
  expect(first).toBeGreaterThan(0);
  expect(seen.slice(first)).not.toContain(true);
});
