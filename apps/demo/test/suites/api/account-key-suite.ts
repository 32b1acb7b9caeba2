import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createApiKey, type Scope } from "../../../src/store/api-keys.js";
import { API, type ApiFixture } from "./api-fixture.js";
import { EventReader } from "./event-reader.js";
import { bySubject } from "./listed-messages.js";
import { callNamed, listRoutes, makeThings, type NamedThings } from "./tenant-things.js";

/** What is the whole household's: closed to keys of some accounts, whoever's it is. */
const CLOSED =
  /^(post \/accounts(\/test)?|\w+ \/(keys|webhooks|uploads)(\/.*)?|(post|put|delete) \/templates(\/\{id\})?)$/;
/** What is of no account, and shown to every key; and what is about people. */
const SHARED = /^((get|post) \/templates(\/.*)?|get \/providers|\w+ \/(session|setup))$/;

/** A key of some accounts sees these, and nothing else of its household. */
export function accountKeySuite(open: () => Database, api: () => ApiFixture): void {
  describe("a key of some accounts", () => {
    let things: NamedThings;
    let key: string;

    beforeAll(async () => {
      things = await makeThings(open(), api());
      key = await keyOf(api().pop3.id);
    });

    async function keyOf(
      accountId: string,
      scopes: readonly Scope[] = ["read", "write", "send", "admin"],
    ): Promise<string> {
      return (await createApiKey(api().tenant, { name: "key", scopes, accountIds: [accountId] })).key;
    }

    const get = async (path: string, by?: string) =>
      await api().json(`${API}${path}`, by === undefined ? {} : { key: by });
    const post = async (path: string, body: object, headers = {}) =>
      await api().json(`${API}${path}`, { method: "POST", key, body, headers });

    /** Lists and counts, with what must not be in them; each must be in the answer to a key of all accounts. */
    function collections(): Record<string, { readonly path: string; readonly hidden: string }> {
      const { accounts, folders, messages, drafts, outbox } = things.ids;
      const account = String(accounts);
      return {
        "/accounts": { path: "/accounts", hidden: account },
        "/folders": { path: "/folders", hidden: String(folders) },
        "/messages": { path: "/messages?limit=200", hidden: account },
        "/messages of one": { path: `/messages?account=${account}`, hidden: account },
        "/messages of a folder": { path: `/messages?folder=${folders}`, hidden: account },
        "/messages found": { path: "/messages?q=file", hidden: `"id":${messages},` },
        "/messages found by account": { path: "/messages?q=account:imap", hidden: account },
        "/drafts": { path: "/drafts", hidden: String(drafts) },
        "/drafts by id": { path: `/drafts?id=${drafts}`, hidden: String(drafts) },
        "/outbox": { path: "/outbox", hidden: String(outbox) },
        "/status": { path: "/status", hidden: account },
      };
    }

    test("gets 404 for each route that names something of another account, and 403 for what is everybody's", async () => {
      const routes = await listRoutes(api());
      const checked = Object.values(collections()).map(({ path }) => `get ${path.split("?")[0]}`);
      // Each has a test of its own below.
      const others = ["get /events", "get /export", "post /folders", "post /messages/batch"];
      const sending = ["post /outbox", "post /outbox/validate", "get /outbox/counts"];
      for (const route of routes) {
        const name = `${route.method} ${route.path}`;
        if (SHARED.test(name) && !CLOSED.test(name)) continue;
        if (route.path.includes("{")) {
          const wanted = CLOSED.test(name) ? 403 : 404;
          expect(await callNamed(api(), things, route, key), name).toBe(wanted);
        } else if (CLOSED.test(name)) {
          const call = { method: route.method.toUpperCase(), key };
          expect((await api().call(`${API}${route.path}`, call)).status, name).toBe(403);
        } else
          expect([...checked, ...others, ...sending], `say what such a key gets of ${name}`).toContain(name);
      }
      // The owner's things are as they were.
      for (const resource of ["accounts", "folders", "messages", "drafts", "outbox"])
        expect((await get(`/${resource}/${things.ids[resource]}`)).status, resource).toBe(200);
    });

    test("finds in lists, searches and counts what is of its account alone", async () => {
      for (const [name, { path, hidden }] of Object.entries(collections())) {
        const [all, some] = [await get(path), await get(path, key)];
        expect(JSON.stringify(all.body), name).toContain(hidden);
        expect(some.status, name).toBe(200);
        expect(JSON.stringify(some.body), name).not.toContain(hidden);
      }
      const own = { accountId: api().pop3.id };
      expect((await get("/messages?limit=3", key)).body).toMatchObject({ items: [own, own, own] });
      expect((await get(`/accounts/${api().pop3.id}`, key)).status).toBe(200);
      // Not even how many there are.
      const [all, some] = [await get("/messages?q=file"), await get("/messages?q=file", key)];
      const { total } = some.body as { total: number; items: unknown[] };
      expect(total).toBeLessThan((all.body as { total: number }).total);
      expect((some.body as { items: unknown[] }).items).toHaveLength(total);
      const counts = [await get("/outbox/counts"), await get("/outbox/counts", key)];
      const [ofAll, ofSome] = counts.map(({ body }) => body as { drafts: number; scheduled: number });
      expect(ofSome?.drafts).toBeLessThan(ofAll?.drafts ?? 0);
      expect(ofSome?.scheduled).toBeLessThan(ofAll?.scheduled ?? 0);
    });

    test("changes, sends and copies nothing of another account", async () => {
      const { accounts, folders, messages } = things.ids;
      const deleted = await post("/messages/batch", { ids: [messages], op: { type: "delete" } });
      expect(deleted.body).toMatchObject({ items: [{ ok: false, code: "not-found" }] });
      expect((await post("/folders", { accountId: accounts, name: "Mine now" })).status).toBe(404);
      const mail = { to: [{ address: "bob@example.test" }], subject: "Mine", text: "Mine now" };
      const once = { "idempotency-key": "of a key" };
      expect((await post("/outbox", { ...mail, accountId: accounts }, once)).status).toBe(404);
      expect((await post("/outbox/validate", { ...mail, accountId: accounts })).status).toBe(404);
      const { id } = api().pop3;
      // It may send, so that only what it names can be wrong.
      await open().sql.execute(sql`update accounts set outgoing = incoming where id = ${id}`);
      for (const stolen of [
        { inReplyToId: messages },
        { attachments: [{ uploadId: things.ids["uploads"] }] },
      ]) {
        const sent = await post("/outbox", { ...mail, accountId: id, ...stolen }, once);
        expect(sent.body, JSON.stringify(stolen)).toMatchObject({ status: 422, code: "invalid-message" });
      }
      // Its own account is there: what is wrong is the key of the request, which the owner has used for another message.
      const { rows } = await open().sql.execute<{ used: string }>(
        sql`select idempotency_key as used from outbox where id = ${things.ids["outbox"]}`,
      );
      const used = { "idempotency-key": rows[0]?.used };
      expect(await post("/outbox", { ...mail, accountId: id }, used)).toMatchObject({
        status: 422,
        body: { code: "idempotency-key" },
      });
      await open().sql.execute(sql`update accounts set outgoing = null where id = ${id}`);
      expect((await get(`/export?folder=${folders}`, key)).status).toBe(404);
      for (const path of [`messages/${messages}`, `drafts/${things.ids["drafts"]}`])
        expect((await api().call(`/frames/${path}`, { key })).status, path).toBe(404);
    });

    test("is told of what happens to its account alone", async () => {
      const stream = await EventReader.open(await api().call(`${API}/events`, { key }));
      const rename = async (id: string, name: string) =>
        await api().json(`${API}/accounts/${id}`, { method: "PATCH", body: { name } });
      await rename(api().account.id, "imap");
      await rename(api().pop3.id, "pop3");
      const { data } = await stream.next("account.state");
      await stream.close();
      expect(JSON.parse(data)).toMatchObject({ accountId: api().pop3.id });
    });

    test("is made for accounts that are there, and never with the scope to make others", async () => {
      const make = async (more: object) =>
        await api().json(`${API}/keys`, { method: "POST", body: { name: "one", scopes: ["read"], ...more } });
      const accountIds = [api().pop3.id];
      const made = await make({ accountIds });
      expect(made).toMatchObject({ status: 201, body: { accountIds } });
      const { id } = made.body as { id: string };
      const listed = (await get("/keys")).body as { items: { id: string }[] };
      expect(listed.items.find((item) => item.id === id)).toMatchObject({ accountIds });
      const accounts = await get("/accounts", (made.body as { key: string }).key);
      expect((accounts.body as { items: { id: string }[] }).items.map((account) => account.id)).toEqual(
        accountIds,
      );
      for (const wrong of [
        { accountIds, scopes: ["read", "admin"] },
        { accountIds: [things.ids["drafts"]] },
        { accountIds: [] },
      ])
        expect((await make(wrong)).status, JSON.stringify(wrong)).toBe(422);
      expect((await make({})).body).toMatchObject({ accountIds: null });
    });

    test("does all that its scopes say with its own account", async () => {
      const { id } = await bySubject(api(), "Take this file", api().account.id);
      const own = await keyOf(api().account.id);
      const named = (await listRoutes(api())).filter(
        ({ path, method }) => method === "get" && path.includes("{") && !CLOSED.test(`${method} ${path}`),
      );
      expect(named.length).toBeGreaterThan(8);
      for (const route of named) expect(await callNamed(api(), things, route, own), route.path).toBe(200);
      const patch = { method: "PATCH", key: own, body: { flagged: true } };
      expect((await api().call(`${API}/messages/${id}`, patch)).status).toBe(204);
    });
  });
}
