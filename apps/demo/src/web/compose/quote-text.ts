import type { Message } from "../api/answers.js";

type Parent = Pick<Message, "fromName" | "fromAddress" | "date" | "subject" | "recipients">;

/** What an answer begins with: room to write, then what was written before, marked line by line (RFC 3676 §4.5). */
export function quoteText(parent: Parent, text: string): string {
  const lines = withoutSignature(text)
    .split(/\r?\n/)
    .map((line) => (line === "" || line.startsWith(">") ? `>${line}` : `> ${line}`));
  return `\n\nOn ${dateOf(parent)}, ${authorOf(parent)} wrote:\n${lines.join("\n")}\n`;
}

/** What a forward begins with: room to write, then the message as it was. */
export function forwardText(parent: Parent, text: string): string {
  const { to, cc } = parent.recipients;
  const list = (people: typeof to): string =>
    people.map(({ name, address }) => (name === "" ? address : `${name} <${address}>`)).join(", ");
  const author = parent.fromName === "" ? parent.fromAddress : `${parent.fromName} <${parent.fromAddress}>`;
  const head = [
    "---------- Forwarded message ----------",
    `From: ${author}`,
    `Date: ${dateOf(parent)}`,
    `Subject: ${parent.subject}`,
    `To: ${list(to)}`,
    ...(cc.length === 0 ? [] : [`Cc: ${list(cc)}`]),
  ];
  return `\n\n${head.join("\n")}\n\n${text.replaceAll("\r\n", "\n").trimEnd()}\n`;
}

function withoutSignature(text: string): string {
  const [words = ""] = text.split(/\r?\n-- \r?\n/);
  return words.trimEnd();
}

function authorOf({ fromName, fromAddress }: Parent): string {
  return fromName === "" ? fromAddress : fromName;
}

function dateOf({ date }: Parent): string {
  return new Date(date).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
}
