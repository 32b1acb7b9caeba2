import { expect, test } from "vitest";
import { boundHtml } from "../../src/html/bound-html.js";

const BOUNDS = { maxCharacters: 1_000, maxDepth: 3, maxTags: 8, maxAttributes: 2 };

test.each<[string, string, string]>([
  ["plain text", "a > b & c", "a > b & c"],
  ["a lone angle bracket", "1 < 2 <", "1 &lt; 2 &lt;"],
  ["many angle brackets", "<".repeat(9), "&lt;".repeat(8)],
  ["an angle bracket before markup that goes", "<<!-- -->b><<x", "&lt;b>&lt;"],
  ["proper nesting", "<p>a <b>b</b></p>", "<p>a <b>b</b></p>"],
  ["elements left open", "<div><b>x", "<div><b>x</b></div>"],
  ["a stray end tag", "a</b>c</p>d", "acd"],
  ["end tags in the wrong order", "<b><i>x</b>y</i>z", "<b><i>x</i></b>yz"],
  ["end tags left out", "<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"],
  ["paragraphs without an end", "<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>"],
  ["cells without an end", "<table><tr><td>a<td>b", "<table><tr><td>a</td><td>b</td></tr></table>"],
  ["void elements", "a<br>b<br/>c<img src=x>d", "a<br>b<br>c<img src=x>d"],
  ["what is too deep", "<p><b><i><u>x</u></i>y</b></p>", "<p><b><i>x</i>y</b></p>"],
  ["too many tags", "<b>x</b>".repeat(10), `${"<b>x</b>".repeat(8)}xx`],
  ["too many attributes", "<a b=1 c='>' d=\"3\" e>x</a>", "<a b=1 c='>'>x</a>"],
  ["quoted ends of tags", '<a title="1 > 0">x</a>', '<a title="1 > 0">x</a>'],
  ["a quotation mark left open", 'a<b title="x>y</b>', "a"],
  ["a tag left open", "a<b c=d", "a"],
  ["a slash between attributes", "<a/b/c>x</a>", "<a/b/c>x</a>"],
  ["comments", "a<!-- <b> -->b<!-->c<!--->d<!--x--!>e<!-- f", "abcde"],
  ["declarations", "<!doctype html><?xml?><![CDATA[x]]>a</>b", "ab"],
  ["scripts and styles", "a<script>'<b>'</SCRIPT >b<style>p{}</style>c<script>d", "abc"],
  ["text that is raw", "<title>a <b> c</title>d", "<title>a &lt;b> c</title>d"],
  ["a name of no element", `<${"x".repeat(100)}>a</${"x".repeat(100)}>`, "a"],
])("%s", (_name, html, expected) => {
  expect(boundHtml(html, BOUNDS)).toBe(expected);
  expect(boundHtml(expected, BOUNDS), "again").toBe(expected);
});

test("characters behind the last one are not looked at", () => {
  expect(boundHtml("abc<b>", { ...BOUNDS, maxCharacters: 2 })).toBe("ab");
});
