import { createServer, type Server } from "node:http";
import { seededRandom, until } from "@mailwright/suite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createTenant } from "../../../src/store/tenant.js";
import { type ApiFixture, ada } from "./api-fixture.js";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const LARGE = 6 * 1024 * 1024;

/** What showing mail must hold to: nothing of it runs, and nothing is fetched before somebody asks. */
export function frameSuite(open: () => Database, fixture: () => ApiFixture): void {
  describe("mail in a frame", () => {
    let trap: Server;
    let port = 0;
    let key: string;
    const hits: string[] = [];

    beforeAll(async () => {
      trap = createServer((request, response) => {
        hits.push(request.url ?? "");
        if (request.url === "/to") response.writeHead(302, { location: "/image.png" }).end();
        else if (request.url === "/large.png") response.end(Buffer.concat([PNG, Buffer.alloc(LARGE)]));
        else if (request.url === "/script.png") response.end("<script>alert(1)</script>");
        else response.writeHead(200, { "content-type": "text/html" }).end(PNG);
      }).listen(0, "127.0.0.1");
      await new Promise((resolve) => trap.once("listening", resolve));
      const address = trap.address();
      port = typeof address === "object" ? (address?.port ?? 0) : 0;
      key = await fixture().key(fixture().tenant, ["read"]);
    });

    afterAll(() => {
      trap.closeAllConnections();
      trap.close();
    });

    async function arrive(subject: string, content: string, type = "html"): Promise<number> {
      const { mail, account, json } = fixture();
      const raw = `From: bob@example.test\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/${type}; charset=utf-8\r\n\r\n${content}\r\n`;
      mail.store.deliver(ada.user, raw);
      await json(`/api/v1/accounts/${account.id}/sync`, { method: "POST" });
      const query = `/api/v1/messages?q=${encodeURIComponent(`"${subject}"`)}`;
      return await until(async () => {
        const { items } = (await json(query)).body as { items: { id: number; accountId: string }[] };
        return items.find(({ accountId }) => accountId === account.id)?.id;
      });
    }

    async function frame(
      id: number,
      remote = "",
    ): Promise<{ readonly policy: string; readonly html: string }> {
      const answer = await fixture().call(`/frames/messages/${id}${remote}`, { key });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-frame-options")).toBe("SAMEORIGIN");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
      expect(answer.headers.get("cache-control")).toBe("private, no-store");
      return { policy: answer.headers.get("content-security-policy") ?? "", html: await answer.text() };
    }

    test("has no scripts, no forms, no requests, and a policy that allows none", async () => {
      const url = `http://127.0.0.1:${port}/image.png`;
      const hostile = [
        `<script>fetch("${url}")</script><img src="${url}" onerror="alert(1)"><img srcset="${url} 2x">`,
        `<iframe src="${url}"></iframe><link rel="stylesheet" href="${url}"><meta http-equiv="refresh" content="0;url=${url}">`,
        `<form action="${url}"><input name="a"><button>Go</button></form><a href="javascript:alert(1)">x</a>`,
        `<div style="background:url(${url})">x</div><style>@import "${url}"; b{background:url(${url})}</style>`,
        `<svg><use href="${url}"/><script>alert(1)</script></svg><object data="${url}"></object><base href="${url}">`,
        `<video poster="${url}" src="${url}"></video><table background="${url}"><tr><td>y</td></tr></table>`,
      ];
      const random = seededRandom(7);
      const mixed = hostile.concat(hostile).sort(() => random() - 0.5);
      const { policy, html } = await frame(await arrive("Hostile in a frame", mixed.join("\n")));
      expect(policy.split("; ")).toEqual([
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
      ]);
      expect(html).not.toMatch(/<script|<iframe|<form|<object|<link|<meta http|javascript:|onerror/i);
      expect(html).not.toContain(url);
      expect(hits).toEqual([]);
    });

    test("shows images from elsewhere through this program, when somebody asks, and only what a mail names", async () => {
      const id = await arrive(
        "Pictures from elsewhere",
        ["image.png?a=1&b=2", "to", "script.png", "large.png"]
          .map((path) => `<img src="http://127.0.0.1:${port}/${path}">`)
          .join(""),
      );
      const { policy, html } = await frame(id, "?remote=1");
      expect(policy).toContain("img-src data: 'self'");
      const sources = [...html.matchAll(/src="([^"]+)"/g)].map(([, source = ""]) =>
        source.replaceAll("&amp;", "&"),
      );
      expect(sources).toHaveLength(4);
      expect(sources.every((source) => source.startsWith("/proxy?"))).toBe(true);
      expect(hits).toEqual([]);
      const answers = await Promise.all(sources.map((source) => fixture().call(source, { key })));
      expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 404]);
      expect(answers[0]?.headers.get("content-type")).toBe("image/png");
      expect(answers[0]?.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
      expect(answers[0]?.headers.get("x-content-type-options")).toBe("nosniff");
      expect(Buffer.from((await answers[0]?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(PNG);
      expect(hits.sort()).toEqual(["/image.png?a=1&b=2", "/large.png", "/script.png", "/to"]);
      const forged = (sources[0] ?? "").replace("image.png", "other.png");
      expect((await fixture().call(forged, { key })).status).toBe(403);
      // A browser sends no cookies from a sandbox: the signature must do.
      expect((await fixture().call(sources[0] ?? "")).status).toBe(200);
      expect((await fixture().call(forged)).status).toBe(403);
    });

    test("is text as it was written when it is only text", async () => {
      const text = '<script>alert(1)</script> & "quotes"';
      const { html } = await frame(await arrive("Only text", text, "plain"));
      expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;");
      expect(html).not.toContain("<script");
    });

    test("is not there for another tenant", async () => {
      const id = await arrive("Not yours", "<p>secret</p>");
      const stranger = await fixture().key(await createTenant(open().sql, "Strangers"), ["read"]);
      expect((await fixture().call(`/frames/messages/${id}`, { key: stranger })).status).toBe(404);
    });
  });
}
