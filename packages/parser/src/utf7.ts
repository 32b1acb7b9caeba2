/** Decodes UTF-7 (RFC 2152) leniently: what is not valid stays as it stands. */
export function decodeUtf7(bytes: Buffer): string {
  const source = bytes.toString("latin1");
  let decoded = "";
  let from = 0;
  for (;;) {
    const plus = source.indexOf("+", from);
    if (plus < 0) return decoded + source.slice(from);
    decoded += source.slice(from, plus);
    let stop = plus + 1;
    while (stop < source.length && isBase64(source.charCodeAt(stop))) stop++;
    decoded += stop === plus + 1 ? "+" : decodeUnits(source.slice(plus + 1, stop));
    from = source[stop] === "-" ? stop + 1 : stop;
  }
}

function decodeUnits(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return Buffer.from(even).swap16().toString("ucs2");
}

function isBase64(code: number): boolean {
  return (
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x2f && code <= 0x39) ||
    code === 0x2b
  );
}
