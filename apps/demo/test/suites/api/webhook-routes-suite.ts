import { describe, expect, test } from "vitest";
import { API, type ApiFixture } from "./api-fixture.js";

const WEBHOOKS = `${API}/webhooks`;

/** What the routes of webhooks must do. */
export function webhookRoutesSuite(api: () => ApiFixture): void {
  describe("webhooks over the API", () => {
    const create = (body: object) => api().json(WEBHOOKS, { method: "POST", body });

    test("are made, changed and removed; the secret is shown once", async () => {
      // Which nobody makes: nothing is delivered meanwhile.
      const events = ["message.complained"];
      const made = await create({ url: "https://hooks.example.test/mail", events });
      expect(made).toMatchObject({
        status: 201,
        body: { events, accountId: null, includesText: false, pausedReason: null },
      });
      const {
        secret,
        cursor: _moves,
        ...shown
      } = made.body as { id: string; secret: string; cursor: number };
      const { id } = shown;
      expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
      const one = `${WEBHOOKS}/${id}`;
      expect((await api().json(one)).body).toEqual({ ...shown, cursor: expect.any(Number) });
      const change = { includesText: true, accountId: api().account.id };
      expect(await api().json(one, { method: "PATCH", body: change })).toMatchObject({
        status: 200,
        body: { ...shown, ...change },
      });
      const listed = await api().json(WEBHOOKS);
      expect(listed.body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id })]) });
      expect(JSON.stringify(listed.body)).not.toContain(secret);
      expect((await api().json(`${one}/deliveries`)).body).toEqual({ items: [] });
      expect((await api().json(`${one}/resume`, { method: "POST" })).status).toBe(200);
      expect((await api().json(one, { method: "DELETE" })).status).toBe(204);
      expect((await api().json(one)).status).toBe(404);
    });

    test("that lead into this machine or its network are refused, and a name that does so is not called", async () => {
      for (const host of ["127.0.0.1:8025", "2130706433", "[::1]", "10.0.0.1", "169.254.169.254"])
        expect(await create({ url: `http://${host}/` }), host).toMatchObject({
          status: 422,
          body: { errors: [{ pointer: "/url", code: "not-public" }] },
        });
      for (const url of [
        "ftp://example.test/",
        "javascript:alert(1)",
        "https://me:secret@example.test/",
        "x",
      ])
        expect((await create({ url })).status, url).toBe(422);
      const { body } = await create({ url: "http://localhost:1/" });
      const trial = `${WEBHOOKS}/${(body as { id: string }).id}/test`;
      expect((await api().json(trial, { method: "POST" })).body).toMatchObject({
        status: null,
        error: "localhost has an address that is not public",
      });
    });

    test("are the owner's, and of known events and own accounts", async () => {
      const key = await api().key(api().tenant, ["read", "write", "send"]);
      const url = "https://hooks.example.test/";
      expect((await api().json(WEBHOOKS, { key })).status).toBe(403);
      expect((await api().json(WEBHOOKS, { key, method: "POST", body: { url } })).status).toBe(403);
      expect((await create({ url, events: ["sync.progress"] })).status).toBe(422);
      expect((await create({ url, events: ["message.read"] })).status).toBe(422);
      expect((await create({ url, accountId: "0197b3a0-0000-7000-8000-000000000000" })).status).toBe(404);
    });

    test("are not called for a trial more than ten times a minute", async () => {
      const { body } = await create({ url: "http://localhost:1/" });
      const call = { method: "POST", key: await api().key(api().tenant, ["admin"]) };
      const statuses: number[] = [];
      for (let turn = 0; turn < 12; turn += 1)
        statuses.push((await api().json(`${WEBHOOKS}/${(body as { id: string }).id}/test`, call)).status);
      expect(statuses.at(-1)).toBe(429);
    });
  });
}
