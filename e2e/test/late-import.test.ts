import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Looks at a socket first, after which Node 20 to 25 find what is linked, and not what that depends on. */
const PROGRAM = `
  import { lstatSync } from "node:fs";
  import { createServer } from "node:net";
  import { ImapClient } from "@mailwright/imap";
  import { htmlToText, streamMessage } from "@mailwright/parser";
  const server = createServer().listen(process.env.SOCKET);
  await new Promise((resolve) => server.once("listening", resolve));
  const look = () => lstatSync(process.env.SOCKET);
  const told = async (name, task) => {
    look();
    console.log(name, await task().then(() => "ok", (error) => error.message));
  };
  const client = new ImapClient({
    server: { host: "127.0.0.1", port: Number(process.env.IMAP_PORT), security: "none" },
    credentials: { user: "ada", password: "pw" },
  });
  await told("imap", () => client.listFolders());
  await told("html", () => htmlToText("<p>Hello</p>"));
  await told("stream", async () => { for await (const part of streamMessage(readable())) void part; });
  async function* readable() { yield Buffer.from("Subject: Hello\\r\\n\\r\\nHello\\r\\n"); }
  await client.close();
  server.close();
`;

test("packages that are loaded late find their own ones, whatever file was looked at before", async () => {
  const folder = mkdtempSync(join(HERE, "late-import-"));
  const mail = await startMailServers({ accounts: [{ user: "ada", password: "pw", messages: [] }] });
  try {
    writeFileSync(join(folder, "program.mjs"), PROGRAM);
    const env = { ...process.env, SOCKET: join(folder, "s"), IMAP_PORT: `${mail.imap.port}` };
    const child = spawn(process.execPath, [join(folder, "program.mjs")], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect({ code, out, err }).toEqual({ code: 0, out: "imap ok\nhtml ok\nstream ok\n", err: "" });
  } finally {
    await mail.stop();
    rmSync(folder, { recursive: true });
  }
});
