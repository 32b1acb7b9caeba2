/** Joins the soft line breaks of `format=flowed` text (RFC 3676 §4.2); quoted lines keep their marks. */
export function unflow(text: string, options: { readonly delSp: boolean }): string {
  const out: string[] = [];
  let open: { depth: number; text: string } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const { depth, body } = quoted(line);
    const isSignature = body === "-- ";
    const isFlowed = body.endsWith(" ") && !isSignature;
    const content = isFlowed && options.delSp ? body.slice(0, -1) : body;
    if (open !== undefined && open.depth === depth && !isSignature) open.text += content;
    else {
      if (open !== undefined) out.push(marked(open));
      open = { depth, text: content };
    }
    if (isFlowed) continue;
    out.push(marked(open));
    open = undefined;
  }
  if (open !== undefined) out.push(marked(open));
  return out.join("\n");
}

function quoted(line: string): { readonly depth: number; readonly body: string } {
  let depth = 0;
  while (line[depth] === ">") depth += 1;
  const rest = line.slice(depth);
  return { depth, body: rest.startsWith(" ") ? rest.slice(1) : rest };
}

function marked({ depth, text }: { depth: number; text: string }): string {
  return depth === 0 ? text : `${">".repeat(depth)} ${text}`;
}
