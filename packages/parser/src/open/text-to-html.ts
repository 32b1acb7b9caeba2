const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** Shows plain text as HTML: everything escaped, line ends as `<br/>`. */
export function textToHtml(text: string): string {
  const escaped = text.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? character);
  return `<p>${escaped.replaceAll("\n", "<br/>\n")}</p>`;
}
