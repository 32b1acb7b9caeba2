import { sanitizeHtml } from "@mailwright/parser/sanitize";
import { measureGrowth } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { htmlToText } from "../../src/conversation/html-to-text.js";

describe("htmlToText", () => {
  test("keeps words, lists and links", async () => {
    const text = await htmlToText(
      '<h1>Hi</h1><p>a <b>bold</b> word</p><ul><li>one</li></ul><a href="https://example.org">here</a><img src="cid:1">',
    );
    expect(text).toContain("a bold word");
    expect(text).toContain("one");
    expect(text).toContain("here [https://example.org]");
    expect(text).not.toContain("cid");
  });

  test.each([
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "&#1;javascript&colon;alert(1)",
    "mailto:javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<b>alert(1)</b>",
  ])("does not show the address of a link that runs code: %j", async (address) => {
    expect(await htmlToText(`<p>before <a href="${address}">click</a> after</p>`)).toBe("before click after");
  });

  test("shows addresses that only look like code", async () => {
    const address = "https://example.org/javascript:alert(1)";
    expect(await htmlToText(`<a href="${address}">a</a> <a href="database:x">b</a>`)).toBe(
      `a [${address}] b [database:x]`,
    );
  });

  test("survives tags nested a hundred thousand deep", async () => {
    expect(await htmlToText(`${"<div>".repeat(100_000)}deep`)).toBeTypeOf("string");
  });

  test("keeps the cells of tables apart, and their rows on lines", async () => {
    const html =
      "<table><tr><th>Name</th><th>Ada</th></tr><tr><td>Total</td><td><b>12</b> €</td></tr></table>after";
    expect(await htmlToText(html)).toMatch(/^Name Ada\nTotal 12 €\n+after$/);
  });

  test("looks at no more than it is told to", async () => {
    expect(await htmlToText(`<p>${"a".repeat(1_000)}</p>`, { maxCharacters: 13 })).toBe("a".repeat(10));
  });

  test("table rows take linear time", async () => {
    const jobOf = (count: number): (() => unknown) => {
      const html = "<tr><td>cell</td></tr>".repeat(count);
      return () => htmlToText(html);
    };
    const { ratio, told } = await measureGrowth(jobOf, [2_000, 16_000], { bar: Math.sqrt(8) });
    expect(ratio, told).toBeLessThan(Math.sqrt(8));
  });
});

describe("sanitizeHtml", () => {
  test.each([
    ["<script>alert(1)</script><p>a</p>", "<p>a</p>"],
    ['<p onclick="x()">a</p>', "<p>a</p>"],
    ["<iframe src='https://evil.example'></iframe>a", "a"],
    ["<form action='https://evil.example'><input>a</form>", "a"],
    ["<style>p{}</style>a", "a"],
    ["<svg onload=alert(1)>a</svg>", "a"],
    ["<math><mtext></mtext></math>", ""],
    ["<p style='background:url(https://evil.example)'>a</p>", "<p>a</p>"],
    ["<p style='color:red'>a</p>", '<p style="color:red">a</p>'],
    ['<img src="https://evil.example/pixel.gif">a', "a"],
    ['<img src="//evil.example/pixel.gif">a', "a"],
    ['<img src="data:image/png;base64,AA==">', '<img src="data:image/png;base64,AA==" />'],
  ])("%j becomes %j", (html, expected) => {
    expect(sanitizeHtml(html)).toBe(expected);
  });

  test("links that run code lose their address, others tell nothing of their origin", () => {
    expect(sanitizeHtml("<a href='javascript:alert(1)'>a</a>")).not.toContain("javascript");
    expect(sanitizeHtml("<a href='https://example.org'>a</a>")).toBe(
      '<a href="https://example.org" rel="noopener noreferrer nofollow" target="_blank">a</a>',
    );
  });

  test("inline images are looked up, remote ones come only when allowed", () => {
    const html = '<img src="cid:logo"><img src="cid:other"><img src="https://example.org/a.png">';
    expect(sanitizeHtml(html, { resolveContentId: (id) => (id === "logo" ? "blob:logo" : undefined) })).toBe(
      '<img src="blob:logo" />',
    );
    expect(sanitizeHtml(html, { allowRemoteContent: true })).toContain("https://example.org/a.png");
  });

  test("the URL that the caller finds for an inline image stays as it is, remote or not", () => {
    const shown = (url: string): string =>
      sanitizeHtml('<img alt="a" src="cid:logo">', { resolveContentId: () => url });
    expect(shown("https://cdn.example/a.png?b=1&c")).toBe(
      '<img alt="a" src="https://cdn.example/a.png?b=1&amp;c" />',
    );
    expect(shown("/parts/2")).toBe('<img alt="a" src="/parts/2" />');
    expect(shown('x" onerror="y')).toBe('<img alt="a" src="x&quot; onerror=&quot;y" />');
  });

  test("options may be undefined, as callers pass their own on", () => {
    const options = { allowRemoteContent: undefined, resolveContentId: undefined, maxCharacters: undefined };
    expect(sanitizeHtml('<img src="https://example.org/a.png">a', options)).toBe("a");
  });
});
