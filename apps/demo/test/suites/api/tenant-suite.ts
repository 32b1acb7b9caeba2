import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createTenant } from "../../../src/store/tenant.js";
import { API, type ApiFixture } from "./api-fixture.js";
import { bySubject } from "./listed-messages.js";
import { callNamed, listRoutes, makeThings } from "./tenant-things.js";

/** Nothing of one tenant is ever seen, changed or removed by another. */
export function tenantSuite(open: () => Database, api: () => ApiFixture): void {
  describe("another tenant", () => {
    test("gets 404 for each route that names something, and changes nothing", async () => {
      const stranger = await api().key(await createTenant(open().sql, "Strangers"), [
        "read",
        "write",
        "send",
        "admin",
      ]);
      const { id, folderId } = await bySubject(api(), "Take this file");
      const things = await makeThings(open(), api());
      const { outbox: outboxId, uploads: uploadId } = things.ids;
      const before = await everything();
      const named = (await listRoutes(api())).filter(({ path }) => path.includes("{"));
      expect(named.length).toBeGreaterThanOrEqual(8);
      for (const route of named)
        expect(await callNamed(api(), things, route, stranger), `${route.method} ${route.path}`).toBe(404);
      const batch = { ids: [id], op: { type: "delete" } };
      const deleted = await api().json(`${API}/messages/batch`, {
        method: "POST",
        key: stranger,
        body: batch,
      });
      expect(deleted.body).toMatchObject({ items: [{ ok: false, code: "not-found" }] });
      for (const query of [`folder=${folderId}`, `account=${api().account.id}`, "q=file", ""])
        expect((await api().json(`${API}/messages?${query}`, { key: stranger })).body).toMatchObject({
          items: [],
        });
      // Not even how many there are.
      const found = await api().json(`${API}/messages?q=file`, { key: stranger });
      expect(found.body).toMatchObject({ total: 0 });
      const folders = await api().json(`${API}/folders?account=${api().account.id}`, { key: stranger });
      expect(folders.body).toEqual({ items: [] });
      const made = await api().json(`${API}/folders`, {
        method: "POST",
        key: stranger,
        body: { accountId: api().account.id, name: "Mine now" },
      });
      expect(made.status).toBe(404);
      expect((await api().json(`${API}/outbox`, { key: stranger })).body).toMatchObject({ items: [] });
      const sent = await api().json(`${API}/outbox`, {
        method: "POST",
        key: stranger,
        headers: { "idempotency-key": "stranger" },
        body: { accountId: api().account.id, to: [{ address: "bob@example.test" }], text: "Mine now" },
      });
      expect(sent.status).toBe(404);
      expect((await api().json(`${API}/drafts`, { key: stranger })).body).toEqual({ items: [] });
      const copied = await api().json(`${API}/uploads/copy`, {
        method: "POST",
        key: stranger,
        body: { messageId: id, part: "2" },
      });
      expect(copied.status).toBe(404);
      expect((await api().json(`${API}/status`, { key: stranger })).body).toMatchObject({ accounts: [] });
      expect(await everything()).toBe(before);

      async function everything() {
        const paths = [
          "accounts",
          "keys",
          "webhooks",
          "templates",
          `messages/${id}`,
          "folders",
          `outbox/${outboxId}`,
          "drafts",
          `uploads/${uploadId}`,
        ];
        const bodies = paths.map(async (path) => (await api().json(`${API}/${path}`)).body);
        // A pass may go on meanwhile; what it writes about itself is nobody's doing.
        const isProgress = /^(state|last|next|total|unread|synced|toSync|cursor|failures)/;
        return JSON.stringify(await Promise.all(bodies), (name, value) =>
          isProgress.test(name) ? undefined : value,
        );
      }
    });

    test("can not move a message into a folder that is not its own", async () => {
      const strangers = await createTenant(open().sql, "Strangers");
      const stranger = await api().key(strangers, ["read", "write"]);
      const { id, folderId } = await bySubject(api(), "Take this file");
      const move = (key?: string, to = folderId) =>
        api().json(`${API}/messages/${id}`, {
          method: "PATCH",
          body: { folderId: to },
          ...(key !== undefined && { key }),
        });
      expect((await move(stranger)).status).toBe(404);
      expect((await move(undefined, api().account.id)).status).toBe(404);
      // The other account's inbox has the same path as this one's.
      const { body } = await api().json(`${API}/folders?account=${api().pop3.id}`);
      const [box] = (body as { items: { id: string }[] }).items;
      expect((await move(undefined, box?.id)).status).toBe(404);
      expect((await api().json(`${API}/messages/${id}`)).body).toMatchObject({ folderId });
    });
  });
}
