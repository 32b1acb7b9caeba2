import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startMailServers } from "../../src/index.js";
import { ImapWireClient } from "../support/imap-wire-client.js";

const account = { user: "ada", password: "x", messages: ["Subject: 1\n\n"] };

function countResources(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|TLS/.test(name)).length;
}

test("after stop no socket and no timer is left, whatever the clients were doing", async () => {
  const before = countResources();
  const mail = await startMailServers({
    accounts: [account],
    imap: { quirks: { closeIdleAfterMs: 60_000 } },
  });
  const idle = await ImapWireClient.open(mail.host, mail.imap.port);
  await idle.send("LOGIN ada x");
  await idle.send("SELECT INBOX");
  const idling = idle.startIdle().catch((error: Error) => error.message);
  const sockets = [connect(mail.imap.port, mail.host), connect(mail.imap.tlsPort, mail.host)];
  for (const socket of sockets) await once(socket.resume(), "connect");
  sockets[0]?.write("a LOGIN ada {5}\r\nhal");
  // Not `once` of node:events: a stop in the midst of what a client says may end in a reset, which is an end too.
  const closed = sockets.map(
    (socket) => new Promise((resolve) => socket.on("error", () => {}).on("close", resolve)),
  );
  mail.store.deliver("ada", "Subject: 2\n\n");
  await Promise.all([mail.stop(), mail.stop()]);
  expect(await idling).toMatch(/EXISTS|Connection closed/);
  await Promise.all(closed);
  idle.close();
  await expect.poll(countResources, { timeout: 120_000 }).toBeLessThanOrEqual(before);
});

test("a session that ends stops listening to its account", async () => {
  await using mail = await startMailServers({ accounts: [account], imap: { quirks: { maxConnections: 1 } } });
  const ada = mail.store.account("ada");
  const watch = ada.watch.bind(ada);
  let watching = 0;
  ada.watch = (listener) => {
    const unwatch = watch(listener);
    watching += 1;
    return () => {
      watching -= 1;
      unwatch();
    };
  };
  for (let round = 0; round < 20; round += 1) {
    const client = await ImapWireClient.open(mail.host, mail.imap.port);
    expect(await client.send("LOGIN ada x")).toMatchObject({ status: "OK" });
    expect(watching).toBe(1);
    client.close();
    await expect.poll(() => watching, { timeout: 120_000 }).toBe(0);
  }
});

test("the process ends by itself once the servers are stopped", async () => {
  const index = new URL("../../dist/index.js", import.meta.url).href;
  const script = `const { startMailServers } = await import(${JSON.stringify(index)});
    const mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
    await mail.stop();
    console.log("stopped");`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 10_000,
  });
  expect(stdout).toBe("stopped\n");
});
