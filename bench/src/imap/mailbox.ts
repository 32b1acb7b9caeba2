import { rm } from "node:fs/promises";
import { makeMaildir } from "../maildir.js";

const WORDS =
  "the of and to in is for that on with as by at from your order invoice meeting please find attached report week team thanks kind regards project status update deadline tomorrow schedule customer question answer payment account".split(
    " ",
  );

/** What a mailbox was filled with. */
export interface FilledMailbox {
  readonly messages: number;
  readonly bytes: number;
}

/** Fills a maildir with mail as offices have it: mostly text and HTML, a quarter with attachments that weigh the most. */
export async function fillMaildir(maildir: string, count: number, bytesEach: number): Promise<FilledMailbox> {
  const store = await makeMaildir(maildir);
  const random = seeded(42);
  let bytes = 0;
  for (let number = 1; number <= count; number++) {
    const message = createMessage(number, random, bytesEach);
    bytes += message.length;
    await store(number, message, number % 3 !== 0);
  }
  return { messages: count, bytes };
}

/** The account's mail on disk, gone. */
export async function emptyMaildir(maildir: string): Promise<void> {
  await rm(maildir, { recursive: true, force: true });
}

function createMessage(number: number, random: () => number, bytesEach: number): Buffer {
  const plain = prose(random, 400 + random() * 2_400);
  const html = `<html><body><p>${plain.replaceAll("\r\n", "<br>\r\n")}</p><table><tr><td>Größe</td></tr></table></body></html>`;
  const attachments = number % 4 === 0 ? [attachment(random, bytesEach)] : [];
  const alternative = [
    'Content-Type: multipart/alternative; boundary="alt"\r\n',
    "--alt",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    `${plain}Gr=C3=BC=C3=9Fe\r\n`,
    "--alt",
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: base64\r\n",
    wrapped(Buffer.from(html)),
    "--alt--",
  ];
  const mixed = [
    'Content-Type: multipart/mixed; boundary="mix"\r\n',
    "--mix",
    ...alternative,
    ...attachments,
    "--mix--",
    "",
  ];
  const head = [
    "Return-Path: <sender@example.test>",
    "Received: from mx.example.test (mx.example.test [192.0.2.1])\r\n\tby mail.example.test with ESMTPS id 4ABCdef;\r\n\tFri, 20 Nov 2026 10:00:00 +0000",
    `From: =?utf-8?Q?Absender_Nr=2E_${number}?= <sender${number % 97}@example.test>`,
    `To: Ada <ada@example.test>, Bob <bob${number % 31}@example.test>`,
    `Subject: =?utf-8?B?${Buffer.from(`Auftragsbestätigung ${number}`).toString("base64")}?=`,
    `Message-ID: <${number}.bench@example.test>`,
    number > 1 ? `References: <${number - 1}.bench@example.test>` : "X-First: yes",
    "Date: Fri, 20 Nov 2026 10:00:00 +0000",
    "MIME-Version: 1.0",
  ];
  const body = attachments.length > 0 ? mixed : [...alternative, ""];
  return Buffer.from([...head, ...body].join("\r\n"));
}

/** A quarter of the messages carries the weight of all. */
function attachment(random: () => number, bytesEach: number): string {
  const decoded = Math.max(1_000, Math.round((bytesEach - 6_500) * 4 * 0.73 * (0.3 + random() * 1.4)));
  const bytes = Buffer.alloc(decoded);
  for (let at = 0; at < decoded; at++) bytes[at] = random() * 256;
  return [
    "--mix",
    'Content-Type: application/pdf; name="Bericht.pdf"',
    'Content-Disposition: attachment; filename="Bericht.pdf"',
    "Content-Transfer-Encoding: base64\r\n",
    wrapped(bytes),
  ].join("\r\n");
}

function prose(random: () => number, length: number): string {
  let text = "";
  let line = 0;
  while (text.length < length) {
    const word = WORDS[Math.floor(random() * WORDS.length)] ?? "";
    line += word.length + 1;
    text += line > 70 ? `${word}\r\n` : `${word} `;
    if (line > 70) line = 0;
  }
  return `${text}\r\n`;
}

function wrapped(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{76}/g, "$&\r\n");
}

/** The same mailbox in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
