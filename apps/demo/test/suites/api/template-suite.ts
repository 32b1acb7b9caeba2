import { describe, expect, test } from "vitest";
import { API, type ApiFixture } from "./api-fixture.js";

const TEMPLATES = `${API}/templates`;

interface Made {
  readonly id: string;
  readonly version: number;
}

/** What the routes of templates must do. */
export function templateSuite(api: () => ApiFixture): void {
  describe("templates", () => {
    let made = 0;
    const values = (more: object = {}) => {
      made += 1;
      return {
        name: `Invoice ${made}`,
        subject: "Invoice {{ number }}",
        text: "Dear {{ name }}",
        html: "<p>Dear {{ name }}</p>",
        variables: { name: "Ada" },
        ...more,
      };
    };
    const create = (body: object) => api().json(TEMPLATES, { method: "POST", body });
    const add = async (more: object = {}): Promise<Made> => (await create(values(more))).body as Made;
    const save = (id: string, version: number | string, body: object) =>
      api().json(`${TEMPLATES}/${id}`, { method: "PUT", body, headers: { "if-match": String(version) } });

    test("are made, read, changed in the version that was read, and removed", async () => {
      const first = values();
      const answer = await create(first);
      expect(answer).toMatchObject({ status: 201, body: { ...first, version: 1 } });
      const { id } = answer.body as Made;
      const listed = await api().json(TEMPLATES);
      expect(listed.body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id })]) });
      const second = values({ html: null });
      expect(await save(id, '"1"', second)).toMatchObject({ status: 200, body: { ...second, version: 2 } });
      expect(await save(id, 1, first)).toMatchObject({ status: 412, body: { code: "other-version" } });
      expect((await api().json(`${TEMPLATES}/${id}`)).body).toMatchObject({ ...second, version: 2 });
      const remove = (version: string) =>
        api().json(`${TEMPLATES}/${id}`, { method: "DELETE", headers: { "if-match": version } });
      expect((await remove("1")).status).toBe(412);
      expect((await api().json(`${TEMPLATES}/${id}`, { method: "DELETE" })).status).toBe(422);
      expect((await remove("2")).status).toBe(204);
      expect((await remove("2")).status).toBe(404);
      expect((await api().json(`${TEMPLATES}/${id}`)).status).toBe(404);
    });

    test("have names of their own", async () => {
      const [one, other] = [values(), values()];
      await create(one);
      expect(await create(one)).toMatchObject({ status: 409, body: { errors: [{ pointer: "/name" }] } });
      const { id, version } = (await create(other)).body as Made;
      expect((await save(id, version, one)).status).toBe(409);
      expect((await save(id, version, { ...other, text: "Changed" })).status).toBe(200);
    });

    test("are shown with values, and say which are missing", async () => {
      const { id } = await add();
      const render = (body: object) => api().json(`${TEMPLATES}/${id}/render`, { method: "POST", body });
      expect(await render({})).toMatchObject({
        status: 200,
        body: { subject: "Invoice [number]", html: "<p>Dear Ada</p>", missing: ["number"] },
      });
      expect((await render({ variables: { name: "<Bob>", number: 7 } })).body).toEqual({
        subject: "Invoice 7",
        text: "Dear <Bob>",
        html: "<p>Dear &lt;Bob&gt;</p>",
        missing: [],
      });
      const header = await render({ variables: { name: "Bob", number: "7\r\nBcc: eve@example.test" } });
      expect(header).toMatchObject({ status: 422, body: { errors: [{ pointer: "/subject" }] } });
    });

    test("that cannot be read are refused at their place, and those that make too much when they are shown", async () => {
      for (const [part, source] of [
        ["html", "{% include 'x' %}"],
        ["text", "{{ x | nope }}"],
        ["subject", "{% if x %}"],
      ] as const)
        expect(await create(values({ [part]: source })), part).toMatchObject({
          status: 422,
          body: { code: "invalid-template", errors: [{ pointer: `/${part}` }] },
        });
      const { id } = await add({ text: "{% for i in (1..1000000000) %}x{% endfor %}" });
      const shown = await api().json(`${TEMPLATES}/${id}/render`, { method: "POST", body: {} });
      expect(shown).toMatchObject({ status: 422, body: { code: "invalid-template" } });
      const large = { variables: { name: "x".repeat(100_001) } };
      expect((await create(values(large))).status).toBe(422);
    });

    test("are shown in a document that may do nothing, cleaned", async () => {
      const html =
        '<p style="color:red">Dear {{ name }}</p><script>alert(1)</script><img src="http://t.test/x">';
      const { id } = await add({ html });
      const key = await api().key(api().tenant, ["read"]);
      const frame = await api().call(`/frames/templates/${id}`, { key });
      expect(frame.status).toBe(200);
      expect(frame.headers.get("content-security-policy")).toMatch(/^sandbox .*default-src 'none'/);
      const document = await frame.text();
      expect(document).toContain("Dear Ada");
      expect(document).not.toMatch(/script|t\.test/);
    });

    test("need the scope to change them", async () => {
      const { id, version } = await add();
      const key = await api().key(api().tenant, ["read", "send"]);
      expect((await api().json(TEMPLATES, { key })).status).toBe(200);
      expect((await api().json(TEMPLATES, { key, method: "POST", body: values() })).status).toBe(403);
      const headers = { "if-match": String(version) };
      const remove = await api().json(`${TEMPLATES}/${id}`, { key, method: "DELETE", headers });
      expect(remove.status).toBe(403);
    });
  });
}
