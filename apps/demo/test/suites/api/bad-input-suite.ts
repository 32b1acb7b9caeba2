import { describe, expect, test } from "vitest";
import { API, type ApiFixture } from "./api-fixture.js";
import { bySubject } from "./listed-messages.js";

const NOBODY = "00000000-0000-7000-8000-000000000000";

/** What is too large, malformed or meant to break something. */
export function badInputSuite(api: () => ApiFixture): void {
  describe("input that is not as it should be", () => {
    test.each([
      ["GET", "/messages?limit=0", undefined, 422],
      ["GET", "/messages?limit=x", undefined, 422],
      ["GET", "/messages?folder=x", undefined, 422],
      ["GET", "/messages?cursor=%00", undefined, 400],
      ["GET", "/messages?thread=%00", undefined, 422],
      ["GET", `/messages?thread=${"x".repeat(3_000)}`, undefined, 422],
      ["GET", "/messages/9007199254740993", undefined, 422],
      ["GET", "/messages/1%27%3B%20drop%20table%20messages", undefined, 422],
      ["GET", "/messages/0/body", undefined, 422],
      ["GET", "/messages/1/attachments/..%2f..%2fx", undefined, 422],
      ["GET", "/nowhere", undefined, 404],
      ["POST", "/accounts", {}, 422],
      ["POST", "/accounts", "{", 400],
      ["POST", "/messages/batch", { ids: [], op: { type: "delete" } }, 422],
      ["POST", "/messages/batch", { ids: [1], op: { type: "explode" } }, 422],
      ["POST", "/messages/batch", { ids: [1], op: { type: "delete", more: 1 } }, 422],
      ["PATCH", "/messages/1", { seen: "yes" }, 422],
      ["POST", "/folders", { accountId: NOBODY, name: "" }, 422],
      ["POST", "/folders", { accountId: NOBODY, name: "a\r\nb" }, 422],
      ["PATCH", `/accounts/${NOBODY}`, { signature: "a\0b" }, 422],
      ["PATCH", `/accounts/${NOBODY}`, { name: "half a character \ud800" }, 422],
      ["POST", "/keys", { name: "a\0b", scopes: ["read"] }, 422],
      ["POST", "/setup", { name: "\0", email: "a@b.test", password: "x".repeat(10), token: "" }, 422],
      ["POST", "/accounts", "x".repeat(1_100_000), 413],
    ] as const)("%s %s is answered by a problem", async (method, path, body, status) => {
      const answer = await api().json(`${API}${path}`, { method, ...(body !== undefined && { body }) });
      expect(answer).toMatchObject({ status, body: { status, title: expect.any(String) } });
      expect(api().errors).toEqual([]);
    });

    test("a body without its type is not taken for an empty one", async () => {
      const key = await api().key(api().tenant, ["write"]);
      const { id } = await bySubject(api(), "Take this file");
      const answer = await api().call(`${API}/messages/batch`, {
        method: "POST",
        key,
        body: "x",
        headers: { "content-type": "text/plain" },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect((await api().json(`${API}/messages/${id}`)).status).toBe(200);
    });

    test("a search with a NUL or an operator finds or finds nothing, and breaks nothing", async () => {
      for (const q of ["%00", "%27%3B--", "%28%26%7C", "%F0%9F%92%8C"])
        expect((await api().json(`${API}/messages?q=${q}`)).status).toBe(200);
      expect(api().errors).toEqual([]);
    });
  });
}
