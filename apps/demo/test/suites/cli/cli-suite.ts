import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import lockfile from "proper-lockfile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createTenant } from "../../../src/store/tenant.js";
import { createUser } from "../../../src/store/users.js";
import { API, type ApiFixture, ada } from "../api/api-fixture.js";
import { PASSWORD_COST } from "../fixture.js";
import { type CommandLine, openCommandLine } from "./command-line-fixture.js";
import { runHere } from "./test-terminal.js";

const OWNER = "cli-owner@home.test";
const DAY_MS = 86_400_000;
const CANARY = "canary-Zq7-of-the-command-line";

/** The command line beside a program that runs on the same data folder: over its socket, never with a second database. */
export function cliSuite(open: () => Database, api: () => ApiFixture): void {
  describe("the command line beside a running program", () => {
    let line: CommandLine;
    let folder: string;
    const run: CommandLine["run"] = (argv, input) => line.run(argv, input);
    const json: CommandLine["json"] = (argv, input) => line.json(argv, input);

    beforeAll(async () => {
      line = await openCommandLine(api().services(), OWNER);
      folder = line.folder;
      await createUser(api().tenant, { email: OWNER, password: CANARY, role: "owner" }, PASSWORD_COST);
    });

    afterAll(() => line?.[Symbol.asyncDispose]());

    test("only the folder's owner may open the socket, and nothing else lies in the folder", async () => {
      expect((await stat(join(folder, "cli.sock"))).mode & 0o777).toBe(0o600);
      await run(["accounts", "list"]);
      expect(await readdir(folder)).toEqual(["cli.sock"]);
    });

    test("an account is added with a password from the input, checked, synced, exported and removed", async () => {
      const { mail } = api();
      const address = "second-ada@example.test";
      const imap = `imaps://${mail.host}:${mail.imap.tlsPort}`;
      const smtp = `smtps://${mail.host}:${mail.smtp.tlsPort}`;
      const add = ["accounts", "add", address, "--user", ada.user, "--incoming", imap, "--outgoing", smtp];
      const wrong = await json(add, `${CANARY}\n`);
      expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[authentication\]/) });
      expect(wrong.stderr).not.toContain(CANARY);
      expect(await json(add, "")).toMatchObject({ code: 2, stderr: expect.stringMatching(/first line/) });
      const added = await json([...add, "--sync-days", "36500"], `${ada.password}\n`);
      expect(added).toMatchObject({ code: 0, said: { address, hasPassword: true, syncDays: 36_500 } });

      expect(await json(["check", address])).toMatchObject({
        code: 0,
        said: { incoming: { ok: true }, outgoing: { ok: true, port: mail.smtp.tlsPort } },
      });
      const synced = await json(["sync", address]);
      const messages = mail.store.messages(ada.user, "INBOX");
      expect(synced).toMatchObject({ code: 0, said: { ok: true, unfetchable: 0 } });
      expect(synced.said.folders[0]).toMatchObject({ path: "INBOX", total: messages.length });

      const target = join(folder, "export");
      const write = ["export", address, "--folder", "INBOX", "--to", target];
      const exported = await json(write);
      expect(exported.said.folders).toEqual([{ path: "INBOX", written: messages.length, kept: 0, gone: 0 }]);
      const sources = await Promise.all(
        ["new", "cur"].map(async (part) => {
          const names = await readdir(join(target, part));
          return await Promise.all(names.map((name) => readFile(join(target, part, name), "latin1")));
        }),
      );
      expect(sources.flat().sort()).toEqual(messages.map(({ raw }) => raw.toString("latin1")).sort());
      const flags = (await readdir(join(target, "cur"))).map((name) => name.replace(/^.*:2,/, ""));
      for (const [letter, flag] of [
        ["F", "\\Flagged"],
        ["S", "\\Seen"],
      ] as const) {
        const flagged = messages.filter((message) => message.flags.has(flag));
        expect(flags.filter((letters) => letters.includes(letter))).toHaveLength(flagged.length);
      }
      expect(await run(write)).toMatchObject({ code: 2, stderr: expect.stringMatching(/not empty/) });
      expect((await json([...write, "--resume"])).said.folders[0]).toMatchObject({
        written: 0,
        kept: messages.length,
      });
      await rm(target, { recursive: true });
      await api().json(`${API}/accounts/${added.said.id}`, { method: "DELETE" });
    });

    test.each([
      ["accepted", 0],
      ["partial", 3],
      ["unknown", 4],
      ["rejected", 1],
    ])("what was sent and is %s exits with %i", async (state, code) => {
      const { items } = (await api().json(`${API}/accounts`)).body as { items: { id: string }[] };
      const id = items[0]?.id ?? "";
      const server = JSON.stringify({ host: "127.0.0.1", port: 1, security: "none", user: "nobody" });
      await open().sql.execute(sql`update accounts set outgoing = ${server}::jsonb where id = ${id}`);
      // Not before tomorrow, so that nobody sends it while the test says what became of it.
      const at = new Date(Date.now() + DAY_MS).toISOString();
      const to = ["--to", "bob@example.test", "--subject", "Hello", "--text", "Hello", "--at", at];
      const send = ["send", id, ...to, "--key", `cli-${state}`];
      expect(await json([...send, "--no-wait"])).toMatchObject({ stderr: "", said: { state: "scheduled" } });
      const key = `cli-${state}`;
      await open().sql.execute(
        sql`update outbox set state = ${state}, next_try_at = null, check_at = null where idempotency_key = ${key}`,
      );
      expect(await json(send)).toMatchObject({
        code,
        said: { state, recipients: [{ address: "bob@example.test" }] },
      });
      await open().sql.execute(sql`update accounts set outgoing = null where id = ${id}`);
    });

    test("keys are made, listed and revoked; what they open ends with them", async () => {
      const made = await json(["keys", "create", "reader", "--scopes", "read"]);
      expect(made).toMatchObject({ code: 0, said: { scopes: ["read"], key: expect.stringMatching(/^mw_/) } });
      expect((await api().call(`${API}/messages`, { key: made.said.key })).status).toBe(200);
      expect((await run(["keys", "create", "writer"])).stdout).toMatch(/^mw_[\w-]+\n$/);
      const listed = await run(["keys", "list"]);
      expect(listed.stdout).toContain(`${made.said.prefix}  reader`);
      expect(listed.stdout).not.toContain(made.said.key);
      const { id } = api().pop3;
      const narrow = await json(["keys", "create", "narrow", "--account", id]);
      expect(narrow).toMatchObject({ code: 0, said: { accountIds: [id] } });
      expect((await run(["keys", "revoke", made.said.prefix])).code).toBe(0);
      expect((await api().call(`${API}/messages`, { key: made.said.key })).status).toBe(401);
      expect(await json(["keys", "rotate"])).toMatchObject({ code: 0, said: { keyId: "k1", broken: [] } });
    });

    test("a person is added, and another password ends their logins", async () => {
      const email = "cli-person@home.test";
      const login = (password: string) =>
        api().call(`${API}/session`, { method: "POST", body: { email, password } });
      expect(await json(["user", "add", email], `${CANARY}\n`)).toMatchObject({
        code: 0,
        said: { email, role: "member" },
      });
      expect(await run(["user", "add", email], `${CANARY}\n`)).toMatchObject({ code: 1 });
      expect(await run(["user", "add", "x@home.test"], "short\n")).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/10 characters/),
      });
      const entered = await login(CANARY);
      const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
      expect((await api().call(`${API}/session`, { headers: { cookie } })).status).toBe(200);
      expect((await run(["user", "passwd", email], "another-password\n")).code).toBe(0);
      expect((await api().call(`${API}/session`, { headers: { cookie } })).status).toBe(401);
      expect((await login(CANARY)).status).toBe(401);
      expect((await login("another-password")).status).toBe(200);
    });

    test("what happens is told line by line until it is interrupted", async () => {
      const stop = new AbortController();
      const { account, mail } = api();
      const argv = ["--as", OWNER, "watch", account.id, "--json"];
      let heard = "";
      const watching = runHere(argv, { MAILWRIGHT_DATA: folder }, "", stop.signal, (stdout) => {
        heard = stdout;
      });
      const before = await streams();
      await until(async () => (await streams()) > before);
      mail.store.deliver(ada.user, Buffer.from("Subject: Look\r\n\r\nNow"));
      await until(async () => heard.includes("message.added"));
      stop.abort();
      const { code, stdout } = await watching;
      const types = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).type);
      expect(code).toBe(0);
      expect(types[0]).toBe("watching");
      expect(types).toContain("message.added");

      /** How many listen for changes: the stream's turn has come when there is one more. */
      async function streams(): Promise<number> {
        return open().changes.listenerCount("changed");
      }
    });

    test("the doctor finds settings, lock, database, key and clock in order", async () => {
      const { code, said } = await json(["doctor"]);
      expect(said.findings.map(({ check }: { check: string }) => check)).toEqual(
        ["config", "lock", "database", "key", "clock"].filter(
          (check) => check !== "lock" || open().kind === "pglite",
        ),
      );
      expect({ code, said }).toMatchObject({ code: 0, said: { ok: true } });
      expect(await json(["migrate"])).toMatchObject({ code: 0, said: { kind: open().kind } });
    });

    test.each([
      [["nonsense"], /nonsense/],
      [["accounts"], /--help/],
      [["check"], /account/],
      [["check", "nobody@example.test"], /nobody@example\.test/],
      [["sync", "x", "--fast"], /--fast/],
      [["send", "x", "--text", "Hello"], /--to/],
      [["export", "x", "--to", "/dev/null/x", "--format", "pst"], /--format/],
      [["keys", "create", "x", "--scopes", "all"], /--scopes/],
      [["keys", "revoke", "none"], /none/],
    ])("%j is a mistake that one line explains, and exits with 2", async (argv, explanation) => {
      const { code, stdout, stderr } = await run(argv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).toMatch(explanation);
    });

    test("of several households one must be named", async () => {
      await createTenant(open().sql, "Others");
      const { code, stderr } = await runHere(["accounts", "list"], { MAILWRIGHT_DATA: folder });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/--as/) });
    });

    test("a folder whose lock somebody holds who does not answer is left alone", async () => {
      const locked = await mkdtemp(join(tmpdir(), "mailwright-locked-"));
      const lockfilePath = join(locked, "lock");
      const unlock = await lockfile.lock(locked, { lockfilePath });
      const { code, stderr } = await runHere(["accounts", "list"], { MAILWRIGHT_DATA: locked });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/in use/) });
      const doctor = await runHere(["doctor", "--json"], { MAILWRIGHT_DATA: locked });
      expect(doctor.code).toBe(1);
      expect(JSON.parse(doctor.stdout).findings).toContainEqual(
        expect.objectContaining({ check: "lock", ok: false }),
      );
      expect(await readdir(locked)).toEqual(["lock"]);
      await unlock();
      await rm(locked, { recursive: true });
    });
  });
}
