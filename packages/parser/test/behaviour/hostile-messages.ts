/** Messages made to be expensive; each grows to about the given size. */
export const HOSTILE: Readonly<Record<string, (bytes: number) => string>> = {
  "nested multiparts": (bytes) => nested(bytes, (level) => `b${level}`),
  "nested multiparts of one boundary": (bytes) => nested(bytes, () => "b"),
  "nested multiparts before a large body": (bytes) =>
    nested(8_000, (level) => `b${level}`) + "x".repeat(bytes),
  "many parts": (bytes) => multipart("--b\n\nx\n", bytes),
  "many empty parts": (bytes) => multipart("--b\n", bytes),
  "lines that nearly are delimiters": (bytes) => multipart("--bx\n", bytes),
  "lines of hyphens": (bytes) =>
    `Content-Type: multipart/mixed; boundary="${"-".repeat(70)}"\n\n${repeat(`${"-".repeat(71)}\n`, bytes)}`,
  "one long line of hyphens": (bytes) => multipart("", 0) + "-".repeat(bytes),
  "short lines of hyphens": (bytes) => multipart("--\n", bytes),
  "closing delimiters": (bytes) => multipart("--b--\n", bytes),
  "no boundary, many candidates": (bytes) =>
    `Content-Type: multipart/mixed\n\n${numbered((n) => `--line${n}\nA: b\n`, bytes)}`,
  "many header fields": (bytes) => `${repeat("X-A: b\n", bytes)}\nbody`,
  "header lines that are no fields": (bytes) => `Subject: x\n${repeat("nothing\n", bytes)}`,
  "one field folded many times": (bytes) => `Subject: x\n${repeat(" y\n", bytes)}\nbody`,
  "one long field": (bytes) => `Subject: ${"x".repeat(bytes)}\n\nbody`,
  "a header without an end": (bytes) => repeat("Subject: a\r\n", bytes),
  "header of every part": (bytes) => multipart(`--b\n${"X-A: b\n".repeat(500)}\n`, bytes),
  "encoded-words": (bytes) => `Subject: ${repeat("=?utf-8?q?=C3=A4?= ", bytes)}\n\n`,
  "encoded-words cut short": (bytes) => `Subject: ${repeat("=?utf-8?q?a", bytes)}\n\n`,
  "starts of encoded-words": (bytes) => `Subject: ${repeat("=?", bytes)}\n\n`,
  "encoded-words in many charsets": (bytes) => `Subject: ${numbered((n) => `=?x${n}?q?a?= `, bytes)}\n\n`,
  "parameters in segments": (bytes) =>
    `Content-Type: text/plain;${numbered((n) => ` name*${n}*=%41;`, bytes)}\n\n`,
  "parameters in reverse": (bytes) =>
    `Content-Type: text/plain;${numbered((n) => ` name*${1e7 - n}=a;`, bytes)}\n\n`,
  "parameters without values": (bytes) => `Content-Type: text/plain${repeat("; a", bytes)}\n\n`,
  "comments in a content type": (bytes) => `Content-Type: text/plain; ${"(".repeat(bytes)}\n\n`,
  "backslashes in a quoted name": (bytes) =>
    `Content-Disposition: attachment; filename="${"\\".repeat(bytes)}"\n\n`,
  addresses: (bytes) => `To: ${repeat("a@b.c, ", bytes)}\n\n`,
  "nested groups": (bytes) => `To: ${repeat("a:", bytes)}\n\n`,
  "groups one after another": (bytes) => `To: ${repeat("a:b@c;", bytes)}\n\n`,
  "nested comments": (bytes) => `To: ${"(".repeat(bytes)}\n\n`,
  "comments in an address": (bytes) => `To: a@b ${repeat("(c)", bytes)}\n\n`,
  "open quotes": (bytes) => `To: ${repeat('"a', bytes)}\n\n`,
  "open angles": (bytes) => `To: ${repeat("<a", bytes)}\n\n`,
  "open brackets": (bytes) => `To: ${repeat("[a", bytes)}\n\n`,
  "angles without commas": (bytes) => `To: ${repeat("<a@b>", bytes)}\n\n`,
  "words before an address": (bytes) => `To: ${repeat("a ", bytes)}<a@b>\n\n`,
  "dots and spaces in an address": (bytes) => `To: a@b ${repeat(". ", bytes)}\n\n`,
  "message identifiers": (bytes) =>
    `References: ${repeat("<a@b> ", bytes)}\nIn-Reply-To: ${repeat("<", bytes)}\n\n`,
  "words in a date": (bytes) => `Date: ${repeat("1 ", bytes)}\n\n`,
  "comments in a date": (bytes) => `Date: ${"(".repeat(bytes)}\n\n`,
  "Received fields": (bytes) => `${repeat("Received: from a; nothing\n", bytes)}\n`,
  "white space": (bytes) =>
    `Subject: ${" ".repeat(bytes)}x\nFrom: a ${"\t".repeat(bytes / 4)}b <a@b>\n\n${" ".repeat(bytes)}`,
  "quoted-printable of escapes": (bytes) => body("quoted-printable", "=41", bytes),
  "quoted-printable of nothing": (bytes) => body("quoted-printable", "=", bytes),
  "quoted-printable of spaces": (bytes) => body("quoted-printable", "= ", bytes),
  "quoted-printable of trailing spaces": (bytes) => body("quoted-printable", `=41${" ".repeat(50)}\n`, bytes),
  "base64 of padding": (bytes) => body("base64", "QQ==", bytes),
  "base64 of one long line": (bytes) => body("base64", "QUFB", bytes),
  "base64 that is none": (bytes) => body("base64", "AAAA\n!!!!\n====\n", bytes),
  "uuencode starts": (bytes) => body("7bit", "begin 644 a\n", bytes),
  "uuencode starts with data": (bytes) => body("7bit", `begin 644 a\n${"#86)C\n".repeat(20)}`, bytes),
  "uuencode without an end": (bytes) => `${body("7bit", "", 0)}begin 644 a\n${repeat("#86)C\n", bytes)}`,
  "soft line breaks": (bytes) => `Content-Type: text/plain; format=flowed\n\n${repeat("a \n", bytes)}`,
  "quote marks": (bytes) =>
    `Content-Type: text/plain; format=flowed\n\n${repeat(`${">".repeat(50)} \n`, bytes)}`,
  "UTF-7": (bytes) => `Content-Type: text/plain; charset=utf-7\n\n${repeat("+AOQ-", bytes)}`,
  "UTF-7 starts": (bytes) => `Content-Type: text/plain; charset=utf-7\n\n${repeat("+", bytes)}`,
  "ISO-2022-JP escapes": (bytes) =>
    `Content-Type: text/plain; charset=iso-2022-jp\n\n${repeat("\u001b$B\u001b(B", bytes)}`,
  "broken UTF-8": (bytes) => `Content-Type: text/plain; charset=utf-8\n\n${repeat("\u00e4\u00ff", bytes)}`,
  "lone CR": (bytes) => `Subject: x\r\r${repeat("a\r", bytes)}`,
  "CR CR LF": (bytes) => `Subject: x\r\n\r\n${repeat("\r\r\n", bytes)}`,
  "nested HTML": (bytes) => html("<div>", bytes),
  "HTML entities": (bytes) => html("&amp;", bytes),
  "HTML tables": (bytes) => html("<table><tr><td>", bytes),
  "HTML tags left open": (bytes) => html("<a ", bytes),
  "HTML meta left open": (bytes) => html("<meta ", bytes),
  "nested messages": (bytes) => repeat("Content-Type: message/rfc822\n\n", bytes),
  "quotations in a reply": (bytes) =>
    `From: a@b\n\n${repeat("On Monday 2026, Ada wrote:\n> x\nme\n", bytes)}`,
  "attributions in a reply": (bytes) => `From: a@b\n\n${repeat("On a b c d e f g ", bytes)}`,
  "a bounce of addresses": (bytes) =>
    `${BOUNCE}${numbered((n) => `<a${n}@b.c>: 550 5.1.1 unknown\n`, bytes)}`,
  "a bounce of field-like lines": (bytes) =>
    `${BOUNCE}${repeat("From: MAILER-DAEMON\nTo: a\nDate: b\n\n", bytes)}`,
  "a bounce of words": (bytes) => `${BOUNCE}${repeat("user address mailbox recipient ", bytes)}`,
  "a bounce of digits": (bytes) => `${BOUNCE}${repeat("550 5.1.", bytes)}`,
  "a bounce in HTML": (bytes) =>
    `${BOUNCE.replace("\n\n", "\nContent-Type: text/html\n\n")}${repeat("<br ", bytes)}`,
  "delivery status groups": (bytes) =>
    `${BOUNCE.replace("\n\n", "\nContent-Type: message/delivery-status\n\n")}${repeat("Final-Recipient: rfc822; a@b\nStatus: 5.1.1\n\n", bytes)}`,
  "TNEF attributes": (bytes) =>
    `Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\0\0${repeat("\x02\x02\x90\x06\0\0\0\0\0\0\0", bytes)}`,
  "TNEF properties": (bytes) =>
    `Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\0\0\x01\x03\x90\x06\0\xff\xff\x00\x00\xff\xff\xff\x7f${repeat("\x1f\x10\x01\x30\xff\xff\xff\x7f", bytes)}`,
  "hyphens at the start of short lines": (bytes) => multipart("-a\n", bytes),
  "hyphens just out of reach": (bytes) => multipart(`-${"a".repeat(62)}\n`, bytes),
  "the shortest fields": (bytes) => repeat("a:\n", bytes),
  "the shortest fields with CR": (bytes) => repeat("a:\r", bytes),
  "delimiters with CR": (bytes) => multipart("-a\n--bx\n", bytes).replaceAll("\n", "\r"),
  "CR and LF mixed": (bytes) => `Subject: x\r\r${repeat("a\rb\n", bytes)}`,
  "nothing but LF": (bytes) => "\n".repeat(bytes),
  "a periodic boundary": (bytes) =>
    `Content-Type: multipart/mixed; boundary="x${"a".repeat(480)}"\n\n${"a".repeat(bytes)}`,
  "boundaries that start with one another": (bytes) =>
    nested(8_000, (level) => "a".repeat(level % 100)) + repeat(`--${"a".repeat(100)}b\n`, bytes),
  "boundaries of one length": (bytes) =>
    nested(16_000, (level) => `${"a".repeat(60)}${10 + (level % 90)}`) +
    repeat(`--${"a".repeat(60)}xx\n`, bytes),
  "boundaries of one character": (bytes) =>
    nested(4_000, (level) => String.fromCharCode(0x41 + (level % 26))) + repeat("--AB\n", bytes),
  "multiparts that open and close": (bytes) =>
    multipart("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n", bytes),
  "multiparts with many parameters": (bytes) =>
    multipart(
      `--b\nContent-Type: multipart/x;${numbered((n) => ` a*${n}*=%41;`, 900)} boundary=c\n\n`,
      bytes,
    ),
  "multiparts without a boundary": (bytes) =>
    multipart(
      `--b\nContent-Type: multipart/x\n\n${numbered((n) => `--l${n + 10_000}\nA: b\n`, 4_000)}`,
      bytes,
    ),
  "messages in multiparts": (bytes) =>
    numbered(
      (n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\nContent-Type: message/rfc822\n\n`,
      bytes,
    ),
  "empty groups": (bytes) => `To: ${repeat("a:;", bytes)}\n\n`,
  colons: (bytes) => `To: a@b${":".repeat(bytes)}\n\n`,
  "encoded-words of nothing": (bytes) => `Subject: ${repeat("=?a?q??=", bytes)}\n\n`,
  "encoded-words of two charsets": (bytes) =>
    `Subject: ${repeat("=?big5?q?=A4?= =?gbk?q?=A4?= ", bytes)}\n\n`,
  "fields of one name": (bytes) => `${repeat("From:a@b\n", bytes)}\n`,
  "windows-1252 controls": (bytes) =>
    `Content-Type: text/plain; charset=iso-8859-1\n\n${"\x80\xe4".repeat(bytes / 2)}`,
  "base64 lines of one character": (bytes) => body("base64", "A\n", bytes),
  "uuencoded lines of one byte": (bytes) =>
    `${body("7bit", "", 0)}x\nbegin 644 a\n${repeat("!a\n", bytes)}\nend\n`,
  "uuencoded files": (bytes) => `${body("7bit", "", 0)}x\n${repeat("begin 644 a\n#86)C\n`\nend\n", bytes)}`,
  "quote marks alone": (bytes) => `Content-Type: text/plain; format=flowed\n\n${repeat(">\n", bytes)}`,
  "files in TNEF": (bytes) =>
    `Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\0\0${repeat("\x02\x02\x90\x06\0\0\0\0\0\0\0\x02\x0f\x80\x06\0\0\0\0\0\0\0", bytes)}`,
  "replies of replies": (bytes) => `Subject: ${repeat("Re: ", bytes)}x\n\n`,
};

const BOUNCE = "From: MAILER-DAEMON@b.c\nTo: a@b\nSubject: Undelivered Mail Returned to Sender\n\n";

function repeat(piece: string, bytes: number): string {
  return piece.repeat(Math.max(1, Math.floor(bytes / Math.max(1, piece.length))));
}

function numbered(make: (n: number) => string, bytes: number): string {
  const pieces: string[] = [];
  let length = 0;
  for (let n = 0; length < bytes; n++) {
    const piece = make(n);
    pieces.push(piece);
    length += piece.length;
  }
  return pieces.join("");
}

function multipart(piece: string, bytes: number): string {
  return `Content-Type: multipart/mixed; boundary=b\n\n--b\n\n${bytes === 0 ? "" : repeat(piece, bytes)}`;
}

function nested(bytes: number, boundary: (level: number) => string): string {
  return numbered(
    (level) => `Content-Type: multipart/mixed; boundary="${boundary(level)}"\n\n--${boundary(level)}\n`,
    bytes,
  );
}

function body(encoding: string, piece: string, bytes: number): string {
  return `Content-Transfer-Encoding: ${encoding}\n\n${bytes === 0 ? "" : repeat(piece, bytes)}`;
}

function html(piece: string, bytes: number): string {
  return `Content-Type: text/html\n\n${repeat(piece, bytes)}`;
}
