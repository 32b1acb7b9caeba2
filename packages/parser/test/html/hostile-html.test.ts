import { sanitizeHtml } from "@mailwright/parser/sanitize";
import { measureGrowth, processorTime } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { htmlToText } from "../../src/conversation/html-to-text.js";
import { stripQuotedReply } from "../../src/conversation/strip-quoted-reply.js";

/** What is repeated up to the size. */
const REPEATED = {
  "unclosed <b>": "<b>",
  "closed <b>": "<b></b>",
  "unclosed <div>": "<div>",
  "unclosed <p>": "<p>",
  "unclosed <a>": "<a href=x>",
  "unclosed <font>": "<font color=red>a",
  "unclosed <li>": "<ul><li>",
  "unclosed <blockquote>": "<blockquote>a",
  "table cells": "<table><tr><td>",
  "table rows": "<tr><td>a</td></tr>",
  "stray end tags": "</b>",
  "stray ends of paragraphs": "</p>",
  "end tags of another element": "<b></i>",
  "elements that overlap": "<b><i></b></i>",
  "images without a source": "a<img>",
  "remote images": '<img src="https://x.example/a">a',
  "inline images": "<img src=cid:a>a",
  "line breaks": "<br>",
  "attributes in tags": "<p a=\"b\" c='d' e=f g>",
  "styles in tags": '<p style="color:red;width:1px">',
  "unknown elements": "<x>",
  comments: "<!--a-->",
  "comments left open": "<!--",
  declarations: "<!a>",
  scripts: "<script>a</script>",
  "scripts left open": "<script>",
  styles: "<style>p{}</style>",
  titles: "<title>a</title>",
  textareas: "<textarea>",
  options: "<option>a",
  frames: "<iframe>",
  drawings: "<svg><g>",
  formulas: "<math><mi>",
  "tags left open": "<a ",
  "angle brackets": "<",
  "closing angle brackets": ">",
  "named entities": "&amp;",
  "numbered entities": "&#60;",
  "entities left open": "&amp",
  ampersands: "&",
  "white space": " \n",
  words: "word ",
  links: '<a href="https://x.example/">a</a>',
  headings: "<h1>a</h1>",
  "preformatted text": "<pre>a\n",
} satisfies Readonly<Record<string, string>>;

/** What one tag holds, over and over. */
const IN_ONE_TAG = {
  "attributes of one tag": "a=b ",
  "attributes without values": "a ",
  "quoted attributes": 'a="b"',
  "equals signs": "=",
  slashes: "/",
  "declarations of one style": "color:red;",
  "quotation marks": '"',
} satisfies Readonly<Record<string, string>>;

const hostile: [string, (length: number) => string][] = [
  ...Object.entries(REPEATED).map(([name, piece]): [string, (length: number) => string] => [
    name,
    (length) => piece.repeat(length / piece.length),
  ]),
  ...Object.entries(IN_ONE_TAG).map(([name, piece]): [string, (length: number) => string] => [
    name,
    (length) =>
      name.includes("style")
        ? `<p style="${piece.repeat(length / piece.length)}">x</p>`
        : `<p ${piece.repeat(length / piece.length)}>x</p>`,
  ]),
];

const ALL = { maxCharacters: 2_000_000 };
const WAYS: Readonly<Record<string, (html: string) => unknown>> = {
  sanitizeHtml: (html) => sanitizeHtml(html, ALL),
  htmlToText: (html) => htmlToText(html, ALL),
  stripQuotedReply,
};

/** `MAILWRIGHT_LONG=1`: up to two megabytes. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const SIZES: readonly [number, number] = isLong ? [250_000, 2_000_000] : [20_000, 160_000];
/** Per character quadratic time grows eightfold, linear time not at all. */
const BAR = Math.sqrt(8);

describe.each(Object.entries(WAYS))("%s takes linear time on", (_name, work) => {
  test.each(hostile)("%s", async (_what, make) => {
    const jobOf = (length: number): (() => unknown) => {
      const html = make(length);
      return () => work(html);
    };
    const [small, large] = SIZES.map(jobOf);
    if (small === undefined || large === undefined) throw new Error("no sizes");
    await small();
    // Half of eight times as long, from single runs: no need to measure with care.
    if ((await costOf(large)) < 4 * BAR * (await costOf(small))) return;
    const { ratio, told } = await measureGrowth(jobOf, SIZES, { bar: BAR, runs: 3 });
    expect(ratio, told).toBeLessThan(BAR);
  });
});

async function costOf(work: () => unknown): Promise<number> {
  const before = processorTime();
  await work();
  return processorTime() - before;
}
