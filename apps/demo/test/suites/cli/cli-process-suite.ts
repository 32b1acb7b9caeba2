import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSampleMessages } from "../../../src/embedded/sample-messages.js";
import { runProcess } from "./cli-process.js";

const ada = { user: "ada@example.test", password: "canary-Zq7-countess" };
const KEY = Buffer.alloc(32, 9).toString("base64");
const QUOTED = "Subject: Quoted\r\nFrom: bob@example.test\r\n\r\nFrom here\r\n>From there\r\n>>From both\r\n";
/** Reads what was exported as other programs do, and undoes what mboxrd does to lines. */
const PYTHON = `
import hashlib, json, mailbox, re, sys
kind, path = sys.argv[1:]
box = mailbox.mbox(path) if kind == "mbox" else mailbox.Maildir(path, create=False)
told = []
for key in box.keys():
    data = box.get_bytes(key)
    if kind == "mbox": data = re.sub(rb"(?m)^>(>*From )", rb"\\1", data)
    flags = box.get_message(key).get_flags() if kind == "maildir" else ""
    told.append([hashlib.sha256(data).hexdigest(), flags])
print(json.dumps(told))
`;

/**
 * The command line alone, process by process, on a database that nothing else runs on; `where` names it in the
 * environment.
 */
export function cliProcessSuite(where: () => Readonly<Record<string, string>>): void {
  describe("the command line alone", () => {
    let mail: MailServers;
    let folder: string;
    let environment: Readonly<Record<string, string>>;
    const run = (argv: readonly string[], input = "") => runProcess(argv, environment, input);
    const json = async (argv: readonly string[], input = "") => {
      const { code, stdout, stderr } = await run([...argv, "--json"], input);
      return { code, stderr, said: stdout === "" ? undefined : JSON.parse(stdout) };
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "mailwright-cli-"));
      const quoted = { raw: Buffer.from(QUOTED), internalDate: new Date(), flags: ["\\Seen", "\\Flagged"] };
      mail = await startMailServers({
        accounts: [
          {
            ...ada,
            address: ada.user,
            mailboxes: [{ path: "Sent", specialUse: "\\Sent" }, { path: "Projekte/Übersicht" }],
            messages: [...createSampleMessages(1, ada.user), quoted],
          },
          { user: "bob@example.test", password: "x", address: "bob@example.test" },
        ],
      });
      await writeFile(join(folder, "ca.pem"), mail.ca);
      environment = {
        ...where(),
        NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
        MAILWRIGHT_KEY: `k1:${KEY}`,
        MAILWRIGHT_ALLOW_HOSTS: mail.host,
        MAILWRIGHT_ALLOW_PORTS: [mail.imap, mail.pop3, mail.smtp].map(({ tlsPort }) => tlsPort).join(","),
      };
    });

    afterAll(async () => {
      await mail.stop();
      await rm(folder, { recursive: true, force: true });
    });

    test("from nothing to an account in sync: migrate, user, accounts, check, sync", async () => {
      expect(await run(["accounts", "list"])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/user add/),
      });
      expect(await json(["migrate"])).toMatchObject({ code: 0, said: { migrations: expect.any(Number) } });
      expect(await json(["user", "add", "owner@home.test"], "correct-horse\n")).toMatchObject({
        code: 0,
        said: { role: "owner" },
      });
      const [imap, smtp] = [mail.imap, mail.smtp].map(({ tlsPort }) => `${mail.host}:${tlsPort}`);
      const add = [
        "accounts",
        "add",
        ada.user,
        "--incoming",
        `imaps://${imap}`,
        "--outgoing",
        `smtps://${smtp}`,
      ];
      const added = await run(add, `${ada.password}\n`);
      expect(added).toMatchObject({ code: 0, stderr: "" });
      expect(added.stdout).not.toContain(ada.password);
      expect(await json(["check", ada.user])).toMatchObject({ code: 0, said: { outgoing: { ok: true } } });
      expect(await json(["export", ada.user, "--to", join(folder, "early")])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/sync/),
      });
      const { code, said } = await json(["sync", ada.user]);
      expect({ code, said }).toMatchObject({ code: 0, said: { ok: true } });
      expect(said.messages).toBe(mailboxes().flatMap(({ messages }) => messages).length);
    });

    test.each(["maildir", "mbox"])(
      "what is exported as %s is the server's bytes, to other programs too",
      async (format) => {
        const to = join(folder, format);
        const { code, said } = await json(["export", ada.user, "--to", to, "--format", format]);
        expect({ code, folders: said.folders.length }).toEqual({ code: 0, folders: mailboxes().length });
        for (const { path, messages } of mailboxes()) {
          const name = path.replace("/", ".");
          const maildir = path === "INBOX" ? to : join(to, `.${name}`);
          const place = format === "mbox" ? join(to, `${name}.mbox`) : maildir;
          const { stdout } = await promisify(execFile)("python3", ["-c", PYTHON, format, place]);
          const expected = messages.map(({ raw, flags }) => {
            const whole =
              format === "mbox" && raw.at(-1) !== 0x0a ? Buffer.concat([raw, Buffer.from("\n")]) : raw;
            const letters = [
              ["F", "\\Flagged"],
              ["R", "\\Answered"],
              ["S", "\\Seen"],
            ]
              .filter(([, flag]) => format === "maildir" && [...flags].includes(flag ?? ""))
              .map(([letter]) => letter);
            return [createHash("sha256").update(whole).digest("hex"), letters.join("")];
          });
          expect(JSON.parse(stdout).sort(), path).toEqual(expected.sort());
        }
        const again = await json(["export", ada.user, "--to", to, "--format", format, "--resume"]);
        expect(again.said.folders.map(({ written }: { written: number }) => written)).not.toContain(1);
      },
    );

    test("what is sent arrives, and the exit code tells what became of it", async () => {
      const send = (more: readonly string[], input = "") =>
        json(["send", ada.user, "--subject", "Hello", "--key", more.join(" "), ...more], input);
      expect(await send(["--to", "bob@example.test"], "From the input\n")).toMatchObject({
        code: 0,
        said: { state: "accepted" },
      });
      const [arrived] = mail.store.messages("bob@example.test", "INBOX");
      expect(arrived?.raw.toString()).toContain("From the input");
      const both = ["--to", "bob@example.test", "nobody@example.test", "--text", "x"];
      expect(await send(both)).toMatchObject({ code: 3, said: { state: "partial" } });
      expect(await send(["--to", "nobody@example.test", "--text", "x"])).toMatchObject({ code: 1 });
      expect(mail.store.messages("bob@example.test", "INBOX")).toHaveLength(2);
      expect(await send(both)).toMatchObject({ code: 3 });
      expect(mail.store.messages("bob@example.test", "INBOX")).toHaveLength(2);
    });

    test("a key that was changed without the old one is found by the doctor", async () => {
      const { MAILWRIGHT_KEY: _key, ...rest } = environment;
      const other = `k2:${Buffer.alloc(32, 8).toString("base64")}`;
      const lost = await runProcess(["doctor", "--json"], { ...rest, MAILWRIGHT_KEY: other });
      expect(lost.code).toBe(1);
      expect(lost.stdout).toContain(`no key opens the logins of ${ada.user}`);
      const both = { ...rest, MAILWRIGHT_KEY: `${other},k1:${KEY}` };
      expect(await runProcess(["keys", "rotate"], both)).toMatchObject({
        code: 0,
        stdout: "1 secrets were sealed anew with the key k2\n",
      });
      expect(await runProcess(["doctor"], { ...rest, MAILWRIGHT_KEY: other })).toMatchObject({ code: 0 });
    });

    test("no error shows a stack or a secret", async () => {
      for (const [argv, environmentOf] of [
        [["doctor"], { ...environment, MAILWRIGHT_KEY: `k1:${ada.password}` }],
        [["accounts", "list"], { ...environment, DATABASE_URL: "postgresql://u:canary-Zq7@127.0.0.1:1/x" }],
      ] as const) {
        const { code, stdout, stderr } = await runProcess(argv, environmentOf);
        expect(code).not.toBe(0);
        expect(stderr.trimEnd().split("\n").length).toBe(1);
        expect(stdout + stderr).not.toMatch(/canary-Zq7|^\s+at |node:internal/m);
      }
    });

    function mailboxes() {
      return mail.store
        .mailboxes(ada.user)
        .map(({ path }) => ({ path, messages: mail.store.messages(ada.user, path) }));
    }
  });
}
