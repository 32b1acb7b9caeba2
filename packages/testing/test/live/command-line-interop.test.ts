import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readLiveEnvironment } from "./live-environment.js";
import { isInstalled, runProgram } from "./program.js";

readLiveEnvironment();
const MAIN = fileURLToPath(new URL("../../dist/command-line/main.js", import.meta.url));

interface Ready {
  readonly http: string;
  readonly imap: { readonly port: number; readonly tlsPort: number };
  readonly pop3: { readonly port: number; readonly tlsPort: number };
  readonly smtp: { readonly port: number; readonly tlsPort: number };
}

let folder: string;
let child: ChildProcessByStdio<null, Readable, null>;
let ready: Ready;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-cli-"));
  const args = [MAIN, "--user", "ada:secret", "--http", "0", "--json", "--ca-file", join(folder, "ca.pem")];
  child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  ready = JSON.parse(line);
});
afterEach(async () => {
  const closed = once(child, "close");
  child.kill("SIGINT");
  expect(await closed).toEqual([0, null]);
  await rm(folder, { recursive: true, force: true });
});

const PYTHON = `
import imaplib, json, poplib, smtplib, ssl, sys, urllib.request
ready, ca = json.loads(sys.argv[1]), sys.argv[2]
context = ssl.create_default_context(cafile=ca)
with smtplib.SMTP("127.0.0.1", ready["smtp"]["port"]) as smtp:
    smtp.starttls(context=context)
    smtp.login("ada", "secret")
    smtp.sendmail("shop@one.test", ["ada@example.test"], "Subject: From Python\\r\\n\\r\\nhello\\r\\n")
found = json.load(urllib.request.urlopen(ready["http"] + "api/messages/wait?subject=Python"))
assert found[0]["recipients"] == ["ada@example.test"], found
imap = imaplib.IMAP4_SSL("127.0.0.1", ready["imap"]["tlsPort"], ssl_context=context)
imap.login("ada", "secret")
assert imap.select()[1] == [b"1"]
pop = poplib.POP3_SSL("127.0.0.1", ready["pop3"]["tlsPort"], context=context)
pop.user("ada")
pop.pass_("secret")
print(imap.fetch("1", "(BODY.PEEK[TEXT])")[1][0][1], pop.retr(1)[1][-1])
imap.logout()
pop.quit()
`;

test.runIf(isInstalled("python3"))(
  "Python's smtplib, imaplib and poplib, and its wait over HTTP",
  async () => {
    const args = ["-c", PYTHON, JSON.stringify(ready), join(folder, "ca.pem")];
    const { code, stdout, stderr } = await runProgram("python3", args);
    expect(stderr).toBe("");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "b'hello\\r\\n' b'hello'\n" });
  },
);

describe.runIf(isInstalled("swaks"))("what swaks sends", () => {
  beforeEach(async () => {
    const server = `127.0.0.1:${ready.smtp.port}`;
    const args = [
      "--server",
      server,
      "--to",
      "ada@example.test",
      "--from",
      "shop@one.test",
      "--tls",
      "--auth",
      "PLAIN",
    ];
    const login = ["--auth-user", "ada", "--auth-password", "secret", "--header", "Subject: From swaks"];
    expect(await runProgram("swaks", [...args, ...login])).toMatchObject({ code: 0 });
    const found = await fetch(new URL("api/messages/wait?subject=From%20swaks", ready.http));
    expect(await found.json()).toHaveLength(1);
  });

  test.runIf(isInstalled("mbsync"))("mbsync fetches over IMAP", async () => {
    const config = [
      "IMAPAccount kit",
      // mbsync looks for addresses among the names of hosts only.
      "Host localhost",
      `Port ${ready.imap.tlsPort}`,
      "User ada",
      "Pass secret",
      "SSLType IMAPS",
      `CertificateFile ${join(folder, "ca.pem")}`,
      "",
      "IMAPStore far",
      "Account kit",
      "",
      "MaildirStore near",
      `Inbox ${folder}/inbox`,
      `Path ${folder}/`,
      "SubFolders Verbatim",
      "",
      "Channel kit",
      "Far :far:",
      "Near :near:",
      "Patterns INBOX",
      "Create Near",
      "SyncState *",
      "",
    ];
    await writeFile(join(folder, "mbsyncrc"), config.join("\n"));
    const ended = await runProgram("mbsync", ["-c", join(folder, "mbsyncrc"), "-a"]);
    expect(ended).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, "inbox", "new"))).toHaveLength(1);
  });

  test.runIf(isInstalled("mpop"))("mpop fetches over POP3", async () => {
    const args = [
      "--host=127.0.0.1",
      `--port=${ready.pop3.tlsPort}`,
      "--tls=on",
      "--tls-starttls=off",
      "--user=ada",
      "--passwordeval=echo secret",
      `--tls-trust-file=${join(folder, "ca.pem")}`,
      "--auth=user",
      "--keep=on",
      `--uidls-file=${join(folder, "uidls")}`,
      `--delivery=mbox,${join(folder, "mbox")}`,
    ];
    const ended = await runProgram("mpop", args);
    expect(ended).toMatchObject({ code: 0 });
  });
});
