import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CORPORA = fileURLToPath(new URL("../../../../shared/corpora/", import.meta.url));
const WORDS =
  "the mail server keeps every message until somebody asks for it and then sends grüße from afar".split(" ");

/** A message made of what mail is made of: `index` decides its size and shape, the same in every run. */
export function createMessage(index: number): Buffer {
  const random = createRandom(index);
  const text = createText(40 + random(400), random);
  const html = `<html><body>${text.replaceAll("\r\n", "<br>\r\n")}</body></html>`;
  const attachments = [0, 0, 0, 1, 1, 2][random(6)] ?? 0;
  const lines = [
    "Return-Path: <sender@example.org>",
    ...Array.from(
      { length: 4 },
      (_, hop) =>
        `Received: from hop${hop}.example.org (hop${hop}.example.org [192.0.2.${hop}])\r\n\tby mx.example.com with ESMTPS id ${index}${hop};\r\n\tFri, 20 Nov 2026 10:13:0${hop} +0000`,
    ),
    `DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=mail; h=from:to:subject:date;\r\n\tbh=${createBase64(32, random).trim()};\r\n\tb=${createBase64(128, random).trim().replaceAll("\r\n", "\r\n\t")}`,
    `From: =?utf-8?q?Ada_L=C3=B6velace_${index}?= <ada${index}@example.org>`,
    `To: Bob <bob@example.com>, "Carol, C." <carol@example.net>`,
    `Subject: =?utf-8?b?${Buffer.from(`Grüße Nummer ${index}`).toString("base64")}?=`,
    "Date: Fri, 20 Nov 2026 10:13:00 +0000",
    `Message-ID: <${index}.bench@example.org>`,
    `References: <${index - 2}.bench@example.org> <${index - 1}.bench@example.org>`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="=_mixed_${index}"`,
    "",
    `--=_mixed_${index}`,
    `Content-Type: multipart/alternative; boundary="=_alt_${index}"`,
    "",
    `--=_alt_${index}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    encodeQuotedPrintable(text),
    `--=_alt_${index}`,
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    encodeQuotedPrintable(html),
    `--=_alt_${index}--`,
  ];
  for (let number = 0; number < attachments; number++) {
    lines.push(
      `--=_mixed_${index}`,
      `Content-Type: application/pdf; name="report ${number}.pdf"`,
      "Content-Transfer-Encoding: base64",
      `Content-Disposition: attachment; filename="report ${number}.pdf"`,
      "",
      createBase64(10_000 + random(56_000), random),
    );
  }
  lines.push(`--=_mixed_${index}--`, "");
  return Buffer.from(lines.join("\r\n"));
}

/** The messages and bounces of the shared corpora; empty where they are not. */
export function readCorpora(): Buffer[] {
  if (!existsSync(CORPORA)) return [];
  const folders = [
    "messages/rfc",
    "messages/legacy",
    "messages/thirdparty",
    "messages/malformed",
    "bounces/eml",
  ];
  return folders.flatMap((folder) =>
    readdirSync(CORPORA + folder)
      .filter((file) => file.endsWith(".eml"))
      .map((file) => readFileSync(`${CORPORA}${folder}/${file}`)),
  );
}

/** One message of about `bytes` with one attachment, in pieces as from a socket. */
export function* streamLargeMessage(bytes: number): Generator<Buffer> {
  yield Buffer.from(
    'From: ada@example.org\r\nSubject: large\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' +
      "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n" +
      "--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n",
  );
  const piece = Buffer.from(createBase64(48_000, createRandom(1)));
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
  yield Buffer.from("\r\n--b--\r\n");
}

function createText(words: number, random: (below: number) => number): string {
  let text = "";
  for (let count = 1; count <= words; count++)
    text += `${WORDS[random(WORDS.length)]}${count % 12 === 0 ? "\r\n" : " "}`;
  return text;
}

function createBase64(bytes: number, random: (below: number) => number): string {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) content.writeUInt32LE(random(0xffffffff), at);
  return `${content.toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`;
}

function encodeQuotedPrintable(text: string): string {
  return Buffer.from(text)
    .toString("latin1")
    .replace(/[=\u0080-\u00ff]/g, (character) => `=${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function createRandom(seed: number): (below: number) => number {
  let state = (seed + 1) * 0x9e3779b9;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
