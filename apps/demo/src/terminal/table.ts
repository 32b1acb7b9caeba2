/** Lines up columns; widths count what a terminal shows, so that wide scripts line up too. */
export function formatTable(rows: readonly (readonly string[])[], maxWidth = 44): string[] {
  const cut = rows.map((row) => row.map((cell) => truncate(cell, maxWidth)));
  const widths: number[] = [];
  for (const row of cut) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  return cut.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join("  ")
      .trimEnd(),
  );
}

/** Columns that a text takes on a terminal: East Asian wide characters and emoji take two, marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  const wide =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}、。，：]/u;
  return wide.test(character) ? 2 : 1;
}

function truncate(text: string, maxWidth: number): string {
  const clean = text.replaceAll(/\p{Cc}+/gu, " ");
  if (displayWidth(clean) <= maxWidth) return clean;
  let kept = "";
  for (const character of clean) {
    if (displayWidth(kept + character) > maxWidth - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
