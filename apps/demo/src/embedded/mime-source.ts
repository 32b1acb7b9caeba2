/** A body part as it stands in a message: its header lines and its encoded body. */
export interface MimeSource {
  readonly headers: readonly string[];
  readonly body: string;
}

/** Text that is already base64 of its charset's bytes. */
export function encodedText(type: "plain" | "html", charset: string, base64: string): MimeSource {
  return encoded(`Content-Type: text/${type}; charset=${charset}`, base64);
}

/** Text in UTF-8. */
export function text(type: "plain" | "html", content: string): MimeSource {
  return encodedText(type, "utf-8", Buffer.from(content.replaceAll("\n", "\r\n")).toString("base64"));
}

/** A file; with a `contentId` it is shown inside the HTML, else offered for download. */
export function file(
  filename: string,
  contentType: string,
  content: Uint8Array,
  contentId?: string,
): MimeSource {
  const kind = contentId === undefined ? "attachment" : "inline";
  const disposition = `Content-Disposition: ${kind};\r\n ${filenameParameter(filename)}`;
  const id = contentId === undefined ? [] : [`Content-ID: <${contentId}>`];
  const part = encoded(`Content-Type: ${contentType}`, Buffer.from(content).toString("base64"));
  return { headers: [...part.headers, disposition, ...id], body: part.body };
}

/** Several parts in one, RFC 2046 §5.1; the boundary must not occur in them. */
export function multipart(kind: string, boundary: string, parts: readonly MimeSource[]): MimeSource {
  const shown = parts.map((part) => `--${boundary}\r\n${part.headers.join("\r\n")}\r\n\r\n${part.body}\r\n`);
  return {
    headers: [`Content-Type: multipart/${kind};\r\n boundary="${boundary}"`],
    body: `${shown.join("")}--${boundary}--\r\n`,
  };
}

/** A part that is plain ASCII as it stands. */
export function ascii(contentType: string, body: string): MimeSource {
  return { headers: [`Content-Type: ${contentType}`], body: body.replaceAll("\n", "\r\n") };
}

/** An encoded word of a charset's bytes, RFC 2047 §2. */
export function encodedWord(charset: string, base64: string): string {
  return `=?${charset}?B?${base64}?=`;
}

/** A header value of any characters: as it is when ASCII, else one encoded word per 15 characters. */
export function headerText(value: string): string {
  if (/^[ -~]*$/.test(value)) return value;
  const pieces = [...value].reduce<string[]>((all, character, index) => {
    if (index % 15 === 0) all.push("");
    all.push((all.pop() ?? "") + character);
    return all;
  }, []);
  return pieces.map((piece) => encodedWord("utf-8", Buffer.from(piece).toString("base64"))).join("\r\n ");
}

function encoded(contentType: string, base64: string): MimeSource {
  const lines = base64.match(/.{1,76}/g) ?? [];
  return { headers: [contentType, "Content-Transfer-Encoding: base64"], body: `${lines.join("\r\n")}\r\n` };
}

function filenameParameter(filename: string): string {
  if (/^[\w.-]+$/.test(filename)) return `filename="${filename}"`;
  return `filename*=utf-8''${encodeURIComponent(filename)}`;
}
