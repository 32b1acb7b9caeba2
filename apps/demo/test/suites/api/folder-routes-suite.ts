import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { createTenant } from "../../../src/store/tenant.js";
import { readMboxrd } from "../../archive/read-mboxrd.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { bySubject, list } from "./listed-messages.js";

interface Folder {
  readonly id: string;
  readonly path: string;
  readonly role: string;
  readonly lastPassAt: string | null;
}

/** Folders over the API: made, renamed and deleted. */
export function folderRoutesSuite(api: () => ApiFixture): void {
  describe("folders", () => {
    const folders = async (account = api().account.id): Promise<readonly Folder[]> =>
      ((await api().json(`${API}/folders?account=${account}`)).body as { items: Folder[] }).items;
    const create = (name: string, more: object = {}) =>
      api().json(`${API}/folders`, {
        method: "POST",
        body: { accountId: api().account.id, name, ...more },
      });
    const rename = (id: string | undefined, name: string) =>
      api().json(`${API}/folders/${id}`, { method: "PATCH", body: { name } });
    const remove = (id: string | undefined) => api().json(`${API}/folders/${id}`, { method: "DELETE" });
    const onServer = () =>
      api()
        .mail.store.mailboxes(ada.user)
        .map(({ path }) => path);

    test("are made on the server, renamed with what is in them, and deleted", async () => {
      const made = await create("Reisen 🏔");
      expect(made).toMatchObject({ status: 201, body: { path: "Reisen 🏔", role: "custom" } });
      const parent = made.body as Folder;
      const child = await create("2027", { parentId: parent.id });
      expect(child).toMatchObject({ status: 201, body: { path: "Reisen 🏔/2027" } });
      const { id } = child.body as Folder;
      expect(onServer()).toContain("Reisen 🏔/2027");
      expect(await create("Reisen 🏔")).toMatchObject({ status: 409, body: { code: "mail-already-exists" } });

      const message = await bySubject(api(), "Take this file");
      await api().json(`${API}/messages/${message.id}`, { method: "PATCH", body: { folderId: id } });
      await api().json(`${API}/accounts/${api().account.id}/sync`, { method: "POST" });
      const [moved] = await until(async () => {
        const { items } = await list(api(), `folder=${id}`);
        return items.length === 1 ? items : undefined;
      });

      expect(await rename(parent.id, "Trips 🏔")).toMatchObject({ status: 200, body: { path: "Trips 🏔" } });
      expect(onServer()).toContain("Trips 🏔/2027");
      const before = (await folders()).find(({ path }) => path === "Trips 🏔/2027");
      expect(before?.id).toBe(id);
      await api().json(`${API}/accounts/${api().account.id}/sync`, { method: "POST" });
      await until(async () => {
        const now = (await folders()).find((folder) => folder.id === id);
        return now?.lastPassAt !== before?.lastPassAt;
      });
      // Nothing was read anew: the message has the id that it had.
      expect((await list(api(), `folder=${id}`)).items).toEqual([{ ...moved, folderName: "2027" }]);

      const inbox = (await folders()).find(({ role }) => role === "inbox");
      const home = { method: "PATCH", body: { folderId: inbox?.id } };
      expect((await api().json(`${API}/messages/${moved?.id}`, home)).status).toBe(204);
      expect((await remove(id)).status).toBe(204);
      expect((await remove(parent.id)).status).toBe(204);
      expect(onServer().filter((path) => path.includes("🏔"))).toEqual([]);
      expect((await api().json(`${API}/folders/${id}`)).status).toBe(404);
      await api().json(`${API}/accounts/${api().account.id}/sync`, { method: "POST" });
      await until(() => bySubject(api(), "Take this file").catch(() => undefined));
    });

    test.each(["account", "pop3"] as const)(
      "of %s are exported as one file, each message as it was sent",
      async (kind) => {
        const [inbox] = (await folders(api()[kind].id)).filter(({ role }) => role === "inbox");
        const key = await api().key(api().tenant, ["read"]);
        const answer = await api().call(`${API}/export?folder=${inbox?.id}`, { key });
        expect(answer.status).toBe(200);
        expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="INBOX.mbox"/i);
        const messages = readMboxrd(Buffer.from(await answer.arrayBuffer()));
        const { items } = await list(api(), `folder=${inbox?.id}&limit=200`);
        expect(messages).toHaveLength(items.length);
        const [first] = items;
        const source = await api().call(`${API}/messages/${first?.id}/source`, { key });
        expect(messages[0]).toBe(Buffer.from(await source.arrayBuffer()).toString("latin1"));
      },
    );

    test("that are another's are not exported", async () => {
      const [inbox] = await folders();
      const key = await api().key(await createTenant(api().services().environment.database.sql, "Stranger"), [
        "read",
      ]);
      expect((await api().json(`${API}/export?folder=${inbox?.id}`, { key })).status).toBe(404);
    });

    test("the inbox stays, a name has no delimiter in it, and POP3 has none", async () => {
      const inbox = (await folders()).find(({ role }) => role === "inbox");
      for (const refused of [
        await rename(inbox?.id, "Eingang"),
        await remove(inbox?.id),
        await create("a/b"),
      ])
        expect(refused).toMatchObject({ status: 422, body: { code: "mail-invalid-argument" } });
      const box = (await folders(api().pop3.id))[0];
      const more = { accountId: api().pop3.id };
      expect(await create("x", more)).toMatchObject({ status: 501, body: { code: "mail-unsupported" } });
      expect((await create("x", { ...more, parentId: inbox?.id })).status).toBe(404);
      expect((await create("x", { parentId: box?.id })).status).toBe(404);
      const key = await api().key(api().tenant, ["read"]);
      const body = { name: "x" };
      const reading = await api().json(`${API}/folders/${inbox?.id}`, { method: "PATCH", key, body });
      expect(reading.status).toBe(403);
    });
  });
}
