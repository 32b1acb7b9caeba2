import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createUser } from "../../../src/store/users.js";
import { API, type ApiFixture } from "../api/api-fixture.js";
import { PASSWORD_COST } from "../fixture.js";
import { type CommandLine, openCommandLine } from "./command-line-fixture.js";

const OWNER = "exit-owner@home.test";
const eve = { user: "eve@example.test", password: "of-the-garden" };
const MESSAGES = ["One", "Two"].map((subject) => ({
  raw: Buffer.from(`Subject: ${subject}\r\n\r\nText\r\n`),
}));
/** Nobody listens there. */
const NOWHERE = "127.0.0.1:1";
const AHEAD_MS = 60_000;

/** What a verb exits with where not all went well; sending has tests of its own. */
export function exitCodeSuite(open: () => Database, api: () => ApiFixture): void {
  describe("what the command line exits with", () => {
    let line: CommandLine;
    let id: string;
    const added: string[] = [];
    const add = async (address: string, server: string, more: readonly string[], password: string) => {
      const urls = ["--incoming", `imaps://${server}`, "--outgoing", `smtps://${NOWHERE}`];
      const { said, code, stderr } = await line.json(
        ["accounts", "add", address, ...urls, ...more],
        password,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      added.push(said.id);
      return String(said.id);
    };

    beforeAll(async () => {
      const { mail, services, tenant } = api();
      mail.store.addAccount({ ...eve, messages: MESSAGES });
      await createUser(tenant, { email: OWNER, password: "long-enough", role: "owner" }, PASSWORD_COST);
      line = await openCommandLine(services(), OWNER);
      id = await add(eve.user, `${mail.host}:${mail.imap.tlsPort}`, [], eve.password);
      expect((await line.json(["sync", id])).code).toBe(0);
    });

    afterAll(async () => {
      for (const account of added) await api().json(`${API}/accounts/${account}`, { method: "DELETE" });
      await line?.[Symbol.asyncDispose]();
      api().mail.store.removeAccount(eve.user);
    });

    test("3 when one of two servers works, and 1 when none does", async () => {
      expect(await line.json(["check", id])).toMatchObject({
        code: 3,
        said: { account: eve.user, incoming: { ok: true }, outgoing: { ok: false } },
      });
      const lost = await add("lost@example.test", NOWHERE, ["--no-test"], "x");
      const { code, stdout } = await line.run(["check", lost]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^IMAP: 127\.0\.0\.1:1 \(tls\): .*\[connection\]\nSMTP: .*\[connection\]\n$/);
    });

    test("1 when an account cannot be synced, with the server's words", async () => {
      const { mail } = api();
      const server = `${mail.host}:${mail.imap.tlsPort}`;
      const wrong = await add("wrong@example.test", server, ["--no-test", "--user", eve.user], "another");
      expect(await line.json(["sync", wrong])).toMatchObject({
        code: 1,
        said: { ok: false, error: "authentication", reason: expect.stringMatching(/\w/) },
      });
    });

    test("3 when a server would not give some messages", async () => {
      await open().sql.execute(sql`
        insert into unfetchable (tenant_id, folder_id, uid, error, tries, last_at)
        select tenant_id, id, '77', 'NO [SERVERBUG]', 3, now()
        from folders where account_id = ${id} and path = 'INBOX'`);
      expect(await line.json(["sync", id])).toMatchObject({
        code: 3,
        stderr: "",
        said: { ok: true, unfetchable: 1, messages: 2 },
      });
    });

    test("1 when the server goes away in the middle of an export, which is no whole one then", async () => {
      const { mail } = api();
      const to = join(line.folder, "interrupted");
      const write = ["export", id, "--to", to, "--format", "mbox", "--folder", "INBOX"];
      mail.store.updateAccount(eve.user, { password: "another" });
      mail.disconnect(eve.user);
      expect(await line.json(write)).toMatchObject({ code: 1, said: undefined });
      expect(await readdir(to)).not.toContain("INBOX.mbox");
      mail.store.updateAccount(eve.user, { password: eve.password });
      expect(await line.json([...write, "--resume"])).toMatchObject({
        code: 0,
        said: { folders: [{ path: "INBOX", written: 2, kept: 0, gone: 0 }] },
      });
    });

    test("3 when a message was gone before it was exported", async () => {
      await open().sql.execute(sql`
        update messages set uid = '4000000000' where account_id = ${id} and subject = 'One'`);
      const to = join(line.folder, "gone");
      expect(await line.json(["export", id, "--to", to, "--folder", "INBOX"])).toMatchObject({
        code: 3,
        said: { folders: [{ path: "INBOX", written: 1, gone: 1 }] },
      });
    });

    test("1 when a login opens with no key, 3 when the others were sealed anew", async () => {
      await open().sql.execute(sql`update accounts set key_id = 'lost' where id = ${id}`);
      const doctor = await line.json(["doctor"]);
      expect(doctor).toMatchObject({ code: 1, said: { ok: false } });
      expect(doctor.said.findings).toContainEqual({
        check: "key",
        ok: false,
        detail: `no key opens the logins of ${eve.user}`,
      });
      expect(await line.json(["keys", "rotate"])).toMatchObject({ code: 3, said: { broken: [id] } });
      await open().sql.execute(sql`update accounts set key_id = 'k1' where id = ${id}`);
      expect((await line.json(["doctor"])).code).toBe(0);
    });

    test("1 when the database's clock is another", async () => {
      const { environment, ...services } = api().services();
      const now = (): Date => new Date(Date.now() + AHEAD_MS);
      await using ahead = await openCommandLine({ ...services, environment: { ...environment, now } }, OWNER);
      const { code, said } = await ahead.json(["doctor"]);
      expect(code).toBe(1);
      expect(said.findings.filter(({ ok }: { ok: boolean }) => !ok)).toMatchObject([{ check: "clock" }]);
    });
  });
}
