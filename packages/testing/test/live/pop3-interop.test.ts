import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { endLastLine, toPop3Lines } from "../../src/pop3/message-lines.js";
import { readInteropMessages } from "./interop-messages.js";
import { readLiveEnvironment } from "./live-environment.js";
import { isInstalled, runProgram } from "./program.js";

readLiveEnvironment();
const messages = readInteropMessages();
const user = "ada";
const password = 'p"a\\ss wörd';

let folder: string;
let mail: MailServers;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-interop-"));
  mail = await startMailServers({ accounts: [{ user, password, messages }] });
  await writeFile(join(folder, "ca.pem"), mail.ca);
});
afterEach(async () => {
  await mail.stop();
  await rm(folder, { recursive: true, force: true });
});

const served = messages.map((raw) => endLastLine(toPop3Lines(raw)).toString("latin1"));

describe.runIf(isInstalled("python3"))("Python's poplib", () => {
  const SCRIPT = `
import json, poplib, ssl, sys
how, port, ca, user, password = sys.argv[1:]
poplib._MAXLINE = 10**9
context = ssl.create_default_context(cafile=ca)
box = poplib.POP3_SSL("127.0.0.1", int(port), context=context) if how == "tls" else poplib.POP3("127.0.0.1", int(port))
box.encoding = "utf-8"
if how == "stls": box.stls(context)
if how == "apop": box.apop(user, password)
else: box.user(user); box.pass_(password)
count, octets = box.stat()
sizes = [int(line.split()[1]) for line in box.list()[1]]
raw = [b"".join(line + b"\\r\\n" for line in box.retr(n)[1]) for n in range(1, count + 1)]
tops = [len(box.top(n, 0)[1]) for n in range(1, count + 1)]
box.dele(count)
box.quit()
print(json.dumps({"octets": octets, "sizes": sizes, "raw": [m.decode("latin1") for m in raw]}))
`;

  test.each(["plain", "apop", "stls", "tls"])("fetches everything byte for byte (%s)", async (how) => {
    const port = how === "tls" ? mail.pop3.tlsPort : mail.pop3.port;
    const args = ["-c", SCRIPT, how, String(port), join(folder, "ca.pem"), user, password];
    const { code, stdout, stderr } = await runProgram("python3", args);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const fetched = JSON.parse(stdout) as { octets: number; sizes: number[]; raw: string[] };
    expect(fetched.raw).toEqual(served);
    expect(fetched.sizes).toEqual(messages.map((raw) => toPop3Lines(raw).length));
    expect(fetched.octets).toBe(fetched.sizes.reduce((sum, size) => sum + size));
    expect(mail.store.messages(user)).toHaveLength(messages.length - 1);
  });
});

describe.runIf(isInstalled("mpop"))("mpop", () => {
  async function fetchByMpop(settings: readonly string[]): Promise<{ code: number | null; stderr: string }> {
    const config = join(folder, "mpoprc");
    const lines = [
      "account test",
      "host 127.0.0.1",
      `user ${user}`,
      "passwordeval cat secret",
      `delivery maildir ${join(folder, "box")}`,
      `uidls_file ${join(folder, "uidls")}`,
      "received_header off",
      `tls_trust_file ${join(folder, "ca.pem")}`,
      ...settings,
    ].map((line) => line.replace("cat secret", `cat ${join(folder, "secret")}`));
    await writeFile(config, `${lines.join("\n")}\n`, { mode: 0o600 });
    await writeFile(join(folder, "secret"), `${password}\n`, { mode: 0o600 });
    await runProgram("mkdir", ["-p", ...["cur", "new", "tmp"].map((name) => join(folder, "box", name))]);
    return runProgram("mpop", [`--file=${config}`, "--quiet", "test"]);
  }

  async function delivered(): Promise<string[]> {
    const names = await readdir(join(folder, "box", "new"));
    return Promise.all(
      names.map(async (name) => (await readFile(join(folder, "box", "new", name))).toString("latin1")),
    );
  }

  test.each([
    ["USER/PASS, pipelined", ["tls off", "auth user", "pipelining on"]],
    ["AUTH PLAIN over STLS", ["tls on", "tls_starttls on", "auth plain"]],
    ["SCRAM-SHA-256 over TLS", ["tls on", "tls_starttls off", "auth scram-sha-256"]],
    ["CRAM-MD5", ["tls off", "auth cram-md5"]],
    ["APOP", ["tls off", "auth apop"]],
  ])("fetches everything byte for byte: %s", async (_how, settings) => {
    const port = settings.includes("tls_starttls off") ? mail.pop3.tlsPort : mail.pop3.port;
    const { code, stderr } = await fetchByMpop([`port ${port}`, ...settings, "keep off"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // mpop writes a maildir's own line ends.
    const expected = served.map((raw) => raw.replaceAll("\r\n", "\n"));
    expect((await delivered()).sort()).toEqual(expected.sort());
    expect(mail.store.messages(user)).toEqual([]);
  });

  test("fetches only what is new the second time", async () => {
    const settings = [`port ${mail.pop3.port}`, "tls off", "auth user", "keep on"];
    expect((await fetchByMpop(settings)).code).toBe(0);
    mail.store.deliver(user, "Subject: new\n\nx\n");
    expect((await fetchByMpop(settings)).code).toBe(0);
    expect(await delivered()).toHaveLength(messages.length + 1);
  });
});
