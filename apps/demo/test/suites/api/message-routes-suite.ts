import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createTenant } from "../../../src/store/tenant.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { bySubject, list } from "./listed-messages.js";

/** Messages over the API: listed, read and changed. */
export function messageRoutesSuite(open: () => Database, api: () => ApiFixture): void {
  describe("messages", () => {
    test("pages follow each other; a cursor of another list is 400", async () => {
      const first = await list(api(), "limit=5");
      const second = await list(api(), `limit=5&cursor=${first.next}`);
      const ids = [...first.items, ...second.items].map(({ id }) => id);
      expect(new Set(ids).size).toBe(10);
      const other = await api().json(`${API}/messages?unread=true&cursor=${first.next}`);
      expect(other).toMatchObject({ status: 400, body: { code: "cursor" } });
    });

    test("those of a thread are listed, for whom they are", async () => {
      const { id } = await bySubject(api(), "Re: Where shall we meet?");
      const { body } = await api().json(`${API}/messages/${id}`);
      const { threadId } = body as { threadId: string };
      const thread = encodeURIComponent(threadId);
      const { items } = await list(api(), `account=${api().account.id}&thread=${thread}`);
      expect(items.map(({ subject }) => subject.replace("Re: ", ""))).toEqual(
        Array.from({ length: 5 }, () => "Where shall we meet?"),
      );
      const stranger = await api().key(await createTenant(open().sql, "Strangers"), ["read"]);
      const theirs = await api().json(`${API}/messages?thread=${thread}`, { key: stranger });
      expect(theirs).toMatchObject({ status: 200, body: { items: [] } });
    });

    test("is read: text, header fields, source, and a file under a safe name", async () => {
      for (const account of [api().account.id, api().pop3.id]) {
        const { id } = await bySubject(api(), "Take this file", account);
        const { body } = await api().json(`${API}/messages/${id}/body`);
        const { attachments } = body as { attachments: { part: string; safeFilename: string }[] };
        expect(body).toMatchObject({ text: expect.stringContaining("Here.") });
        expect(attachments[0]?.safeFilename).not.toMatch(/[/\\]/);
        const key = await api().key(api().tenant, ["read"]);
        const file = await api().call(`${API}/messages/${id}/attachments/${attachments[0]?.part}`, { key });
        expect(file.headers.get("content-type")).toBe("application/octet-stream");
        expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="[^/\\"]+"/);
        expect(file.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
        expect(file.headers.get("x-content-type-options")).toBe("nosniff");
        expect(file.headers.get("cache-control")).toBe("private, no-store");
        expect(await file.text()).toContain("<script>");
        const source = await api().call(`${API}/messages/${id}/source`, { key });
        expect(await source.text()).toContain('filename="../../x"');
        const headers = await api().json(`${API}/messages/${id}/headers`);
        expect(JSON.stringify(headers.body)).toContain("Take this file");
      }
    });

    test("is made of parts, which are told as a tree", async () => {
      const leaf = { charset: null, transferEncoding: "", children: [] };
      for (const account of [api().account.id, api().pop3.id]) {
        const { id } = await bySubject(api(), "Take this file", account);
        const { status, body } = await api().json(`${API}/messages/${id}/structure`);
        expect({ status, body }).toMatchObject({
          status: 200,
          body: {
            isCut: false,
            root: {
              path: "",
              contentType: "multipart/mixed",
              filename: null,
              children: [
                { ...leaf, path: "1", contentType: "text/plain", disposition: null, encodedBytes: 5 },
                {
                  ...leaf,
                  path: "2",
                  contentType: "text/html",
                  disposition: "attachment",
                  filename: "../../x",
                  encodedBytes: "<script>alert(1)</script>".length,
                },
              ],
            },
          },
        });
      }
    });

    test("the tree is told without fetching a part of the message, and of POP3 without asking the server", async () => {
      const { wireLog } = api().services().environment;
      for (const [account, isAsked] of [
        [api().account.id, true],
        [api().pop3.id, false],
      ] as const) {
        const { id } = await bySubject(api(), "Take this file", account);
        wireLog.remove(account);
        expect((await api().json(`${API}/messages/${id}/structure`)).status).toBe(200);
        const said = wireLog.read(account).filter(({ direction }) => direction === "client");
        expect(said.some(({ text }) => text.includes("BODYSTRUCTURE"))).toBe(isAsked);
        const fetched = said.filter(({ text }) =>
          /BODY(?:\.PEEK)?\[(?!HEADER)|RFC822(?!\.SIZE)|RETR|TOP/.test(text),
        );
        expect(fetched).toEqual([]);
      }
    });

    test("a file keeps its name in letters that headers do not have", async () => {
      const { id } = await bySubject(api(), "Signed contract");
      const { body } = await api().json(`${API}/messages/${id}/body`);
      const { attachments } = body as { attachments: { part: string }[] };
      const key = await api().key(api().tenant, ["read"]);
      const file = await api().call(`${API}/messages/${id}/attachments/${attachments[0]?.part}`, { key });
      expect(file.headers.get("content-disposition")).toBe(
        "attachment; filename=\"Vertrag _ unterschrieben.pdf\"; filename*=UTF-8''Vertrag%20%E2%80%93%20unterschrieben.pdf",
      );
    });

    test("a change is done on the server first; what it refuses is told in its words and not done here", async () => {
      const item = await bySubject(api(), "The new logo");
      const patch = (body: object, id = item.id) =>
        api().json(`${API}/messages/${id}`, { method: "PATCH", body });
      expect((await patch({ seen: !item.seen, flagged: true })).status).toBe(204);
      expect(await api().json(`${API}/messages/${item.id}`)).toMatchObject({
        body: { seen: !item.seen, flagged: true },
      });
      const onServer = api()
        .mail.store.mailboxes(ada.user)
        .flatMap(({ path }) => api().mail.store.messages(ada.user, path))
        .find(({ raw }) => raw.includes("The new logo"));
      expect([...(onServer?.flags ?? [])].includes("\\Flagged")).toBe(true);

      const inPop3 = await bySubject(api(), "The new logo", api().pop3.id).catch(() =>
        bySubject(api(), "Take this file", api().pop3.id),
      );
      const refused = await patch({ folderId: inPop3.folderId }, inPop3.id);
      expect(refused).toMatchObject({ status: 501, body: { code: "mail-unsupported" } });
      expect((await api().json(`${API}/messages/${inPop3.id}`)).status).toBe(200);
    });

    test("a batch says what became of each", async () => {
      const { body: folders } = await api().json(`${API}/folders?account=${api().account.id}`);
      const archive = (folders as { items: { id: string; path: string }[] }).items.find(
        ({ path }) => path === "Archive",
      );
      const { items } = await list(
        api(),
        `folder=${(await bySubject(api(), "Take this file")).folderId}&limit=3`,
      );
      const ids = [...items.map(({ id }) => id), 999_999_999];
      const op = { type: "move", folderId: archive?.id };
      const { body } = await api().json(`${API}/messages/batch`, { method: "POST", body: { ids, op } });
      expect((body as { items: { ok: boolean }[] }).items.map(({ ok }) => ok)).toEqual([
        true,
        true,
        true,
        false,
      ]);
      await api().json(`${API}/accounts/${api().account.id}/sync`, { method: "POST" });
      await until(async () => {
        const moved = await list(api(), `folder=${archive?.id}&limit=200`);
        return items.every(({ subject }) => moved.items.some((candidate) => candidate.subject === subject));
      });
    });
  });
}
