import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { readInteropMessages } from "./interop-messages.js";
import { readLiveEnvironment } from "./live-environment.js";
import { isInstalled, runProgram } from "./program.js";

readLiveEnvironment();
const messages = readInteropMessages();
const password = 'p"a\\ss';

let folder: string;
let mail: MailServers;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-interop-"));
  mail = await startMailServers({ accounts: [{ user: "ada", password, messages }] });
  await writeFile(join(folder, "ca.pem"), mail.ca);
});
afterEach(async () => {
  await mail.stop();
  await rm(folder, { recursive: true, force: true });
});

const SCRIPT = `
import imaplib, json, ssl, sys
how, port, ca, password = sys.argv[1:]
imaplib._MAXLINE = 10**9
context = ssl.create_default_context(cafile=ca)
box = imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=context) if how == "tls" else imaplib.IMAP4("127.0.0.1", int(port))
if how == "starttls": box.starttls(context)
if how == "plain": box.authenticate("PLAIN", lambda _: b"\\0ada\\0" + password.encode())
else: box.login("ada", password)
def ok(answer):
    assert answer[0] == "OK", answer
    return answer[1]
count = int(ok(box.select("INBOX"))[0])
raw = [ok(box.fetch(str(n), "(BODY.PEEK[])"))[0][1].decode("latin1") for n in range(1, count + 1)]
sizes = [int(line.split()[2][:-1]) for line in ok(box.fetch("1:*", "(RFC822.SIZE)"))]
ok(box.uid("STORE", "1:2", "+FLAGS", "(\\\\Deleted Custom)"))
ok(box.copy("1", "Archive"))
removed = ok(box.expunge())
ok(box.create('"A b/c"'))
ok(box.append('"A b/c"', "\\\\Seen", '"17-Jul-1996 02:44:25 -0700"', b"Subject: appended\\r\\n\\r\\nbody\\r\\n"))
found = ok(box.uid("SEARCH", "CHARSET", "UTF-8", "NOT", "DELETED"))[0].split()
status = ok(box.status('"A b/c"', "(MESSAGES UIDNEXT UNSEEN)"))[0].decode()
ok(box.unselect())
box.logout()
print(json.dumps({"raw": raw, "sizes": sizes, "removed": [int(n) for n in removed], "found": len(found), "status": status}))
`;

describe.runIf(isInstalled("python3"))("Python's imaplib", () => {
  test.each(["plain", "starttls", "tls"])(
    "reads byte for byte, flags, copies, appends and removes (%s)",
    async (how) => {
      const port = how === "tls" ? mail.imap.tlsPort : mail.imap.port;
      const args = ["-c", SCRIPT, how, String(port), join(folder, "ca.pem"), password];
      const { code, stdout, stderr } = await runProgram("python3", args);
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        raw: messages.map((raw) => Buffer.from(raw).toString("latin1")),
        sizes: messages.map((raw) => raw.length),
        removed: [1, 1],
        found: messages.length - 2,
        status: '"A b/c" (MESSAGES 1 UIDNEXT 2 UNSEEN 0)',
      });
      const [appended] = mail.store.messages("ada", "A b/c");
      expect(appended).toMatchObject({
        internalDate: new Date("1996-07-17T09:44:25Z"),
        flags: new Set(["\\Seen"]),
      });
      expect(mail.store.messages("ada", "Archive")[0]?.flags).toContain("Custom");
    },
  );
});
