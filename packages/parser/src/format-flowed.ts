/**
 * Joins the soft line breaks of `format=flowed` text (RFC 3676 §4); quote marks are kept, space-stuffing is undone.
 * `text` has LF line ends.
 */
export function decodeFlowed(text: string, deleteSpaces: boolean): string {
  const paragraphs: string[] = [];
  let open: { depth: number; lines: string[] } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    paragraphs.push(quote(open.depth, open.lines.join("")));
    open = undefined;
  };
  for (const line of text.split("\n")) {
    let depth = 0;
    while (line[depth] === ">") depth++;
    let content = line.slice(depth);
    if (content.startsWith(" ")) content = content.slice(1);
    // The signature mark ends in a space and is fixed all the same (RFC 3676 §4.3).
    const flowed = content.endsWith(" ") && content !== "-- ";
    if (open !== undefined && (open.depth !== depth || content === "-- ")) close();
    const piece = flowed && deleteSpaces ? content.slice(0, -1) : content;
    if (open !== undefined) open.lines.push(piece);
    else if (flowed) open = { depth, lines: [piece] };
    else paragraphs.push(quote(depth, piece));
    if (!flowed) close();
  }
  close();
  return paragraphs.join("\n");
}

function quote(depth: number, text: string): string {
  if (depth === 0) return text;
  return text === "" ? ">".repeat(depth) : `${">".repeat(depth)} ${text}`;
}
