import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";

const imap = new URL("../../dist/index.js", import.meta.url).href;

test("a client that nobody closed does not keep Node from exiting once its sessions are idle", {
  timeout: 120_000,
}, async () => {
  const mail = await startMailServers({ accounts: [{ user: "ada", password: "pw", messages: [] }] });
  const program = `
    import { ImapClient } from ${JSON.stringify(imap)};
    const server = { host: "127.0.0.1", port: ${mail.imap.port}, security: "none" };
    const client = new ImapClient({ server, credentials: { user: "ada", password: "pw" } });
    await client.listFolders();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.listFolders();
    console.log(client.stats().idle);
  `;
  const args = ["--input-type=module", "-e", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  expect(stdout).toBe("1\n");
  await mail.stop();
});
