/** A message with plain text in quoted-printable, HTML and an attachment. */
export function mixedMessage(number: number, attachmentBytes = 3_000): string {
  const attachment = Buffer.alloc(attachmentBytes, number).toString("base64").replace(/.{76}/g, "$&\r\n");
  return [
    `From: "=?utf-8?q?Ad=C3=A4?=" <ada${number}@example.test>`,
    "To: Bob <bob@example.test>, carol@example.test",
    `Subject: =?utf-8?b?${Buffer.from(`Grüße ${number}`).toString("base64")}?=`,
    `Message-ID: <m${number}@example.test>`,
    "In-Reply-To: <r2@example.test>",
    "References: <r1@example.test>",
    " <r2@example.test>",
    "Date: Fri, 20 Nov 2026 10:00:00 +0100 (CET)",
    `X-Number: =?utf-8?q?n=C2=B0?= ${number}`,
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=outer",
    "",
    "--outer",
    "Content-Type: multipart/alternative; boundary=inner",
    "",
    "--inner",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    `Sch=C3=B6n, Nummer=20=\r\n${number}`,
    "--inner",
    "Content-Type: text/html; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    `<p>Sch=F6n ${number}</p>`,
    "--inner--",
    "--outer",
    'Content-Type: application/pdf; name="old.pdf"',
    `Content-Disposition: attachment; filename*=utf-8''%C3%9Cbersicht%20${number}.pdf`,
    "Content-Transfer-Encoding: base64",
    "",
    attachment,
    "--outer--",
    "",
  ].join("\r\n");
}

/** A message of one plain part. */
export function plainMessage(subject: string, text = "Hello.\r\n"): string {
  return [
    "From: ada@example.test",
    "To: bob@example.test",
    `Subject: ${subject}`,
    `Message-ID: <${subject.replaceAll(" ", ".")}@example.test>`,
    "Date: Fri, 20 Nov 2026 10:00:00 +0000",
    "",
    text,
  ].join("\r\n");
}

/** A message that has another one attached. */
export function forwardOf(message: string): string {
  return [
    "From: ada@example.test",
    "Subject: Fwd",
    "Date: Fri, 20 Nov 2026 10:00:00 +0000",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=all",
    "",
    "--all",
    "Content-Type: text/plain",
    "",
    "See below.",
    "--all",
    "Content-Type: message/rfc822",
    "",
    message,
    "--all--",
    "",
  ].join("\r\n");
}
