import { execFile, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const KIT = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

const SCRIPT = `
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { once } from "node:events";
const { startFaultProxy, MailStore, createCertificates, startScriptedServer, startPop3Server, startSmtpServer } = await import(${JSON.stringify(KIT)});
const tls = await createCertificates();
const store = new MailStore([{ user: "ada", password: "x" }]);
const servers = [
  // A script in the middle of a long pause: stopping must take its timer away.
  await startScriptedServer("S: hello\\nWAIT: 60s\\nC: never", { stepTimeoutMs: 60_000 }),
  await startPop3Server({ store, tls }),
  await startSmtpServer({ store, tls }),
];
const proxies = await Promise.all(servers.map(({ port }) => startFaultProxy({ target: { host: "127.0.0.1", port }, latencyMs: 20 })));
const secure = connectTls({ host: "127.0.0.1", port: servers[1].tlsPort, ca: tls.ca });
const clients = [secure, ...proxies.map(({ port }) => connect(port, "127.0.0.1"))];
await Promise.all(clients.map((client) => once(client, "data")));
await Promise.all([...proxies, ...servers].map((server) => server.stop()));
await Promise.all(clients.map((client) => client.closed || once(client.on("error", () => {}).destroy(), "close")));
console.log("left:", process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name)).join());
`;

const UNREF_SCRIPT = `
import { connect } from "node:net";
import { once } from "node:events";
const { startMailServers } = await import(${JSON.stringify(KIT)});
const mail = await startMailServers({ unref: true });
for (const { port } of [mail.imap, mail.pop3, mail.smtp]) {
  const client = connect(port, mail.host);
  await once(client, "data");
  client.unref();
}
console.log("running");
`;

test("servers that are unreferenced do not keep Node alive", { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", UNREF_SCRIPT],
    { timeout: 120_000 },
  );
  expect(stdout).toBe("running\n");
});

test("Node exits by itself once everything is stopped, clients in the middle or not", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", SCRIPT], { timeout: 120_000 });
  const out: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => out.push(bytes));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(Buffer.concat(out).toString()).toBe("left: \n");
  expect(code).toBe(0);
}, 120_000);
