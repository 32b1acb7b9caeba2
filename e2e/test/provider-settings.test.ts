import { readFileSync } from "node:fs";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { type Provider, type ProviderServer, providers } from "@mailwright/providers";
import { SmtpClient } from "@mailwright/smtp";
import { expect, test } from "vitest";

const page = readFileSync(new URL("../../docs/provider-settings.md", import.meta.url), "utf8");

function server(server: ProviderServer | undefined): string {
  if (server === undefined) return "–";
  return `${server.host}:${server.port}${server.security === "starttls" ? " STARTTLS" : ""}`;
}

function toKnow({ limits, renewMs, filesSentMail, note, imap }: Provider): string {
  const { imapConnections, smtpConnections, maxRecipients, rateLimits } = limits;
  const { messages, recipients } = rateLimits ?? {};
  const per = (intervalMs: number) => (intervalMs === 60_000 ? "minute" : "day");
  return [
    imapConnections && `${imapConnections} IMAP connections.`,
    smtpConnections && `${smtpConnections} SMTP connections.`,
    messages && `${messages.limit} messages a ${per(messages.intervalMs)}.`,
    recipients && `${recipients.limit} recipients a ${per(recipients.intervalMs)}.`,
    maxRecipients && `${maxRecipients} recipients a message.`,
    renewMs && `Ends IDLE after about 10 minutes (\`renewMs: ${renewMs}\`).`,
    imap && filesSentMail && "Files sent mail by itself.",
    note,
  ]
    .filter((sentence) => sentence !== undefined && sentence !== false)
    .join(" ");
}

function rowOf(provider: Provider): string {
  const { id, name, imap, pop3, smtp, logins } = provider;
  const cells = [`${name} (\`${id}\`)`, server(imap), server(pop3), server(smtp), logins.join(", ")];
  return `| ${[...cells, toKnow(provider)].join(" | ")} |`.replaceAll("|  |", "| |");
}

test("the table of the guide is what the records say", () => {
  const rows = page
    .split("\n")
    .filter((line) => /^\| .*\(`[a-z0-9-]+`\)/.test(line))
    .map((line) => line.replaceAll(/ +/g, " "));
  expect(rows).toEqual(providers.map(rowOf));
});

test.each(providers)("the clients take the record of $id as it is", async ({ imap, pop3, smtp, limits }) => {
  const { rateLimits, imapConnections, smtpConnections } = limits;
  const clients = [
    imap && new ImapClient({ server: imap, pool: { maxPerKey: imapConnections } }),
    pop3 && new Pop3Client({ server: pop3 }),
    smtp && new SmtpClient({ server: smtp, rateLimits, pool: { maxPerKey: smtpConnections } }),
  ];
  for (const client of clients) await client?.close();
  expect(clients.some((client) => client !== undefined)).toBe(true);
});
