import type { Maildrop, MaildropMessage } from "./maildrop.js";
import { hasUtf8Header, stuffDots, takeTop } from "./message-lines.js";
import type { Pop3Reply } from "./output.js";
import type { Pop3Quirks } from "./pop3-server-options.js";
import { Pop3Refusal } from "./refusal.js";
import { wrapMessage } from "./wrap-message.js";

/** What a command of the TRANSACTION state works on. */
interface TransactionContext {
  readonly maildrop: Maildrop;
  readonly quirks: Pop3Quirks;
  readonly isUtf8: boolean;
}

type TransactionCommand = (context: TransactionContext, words: readonly string[]) => Pop3Reply;

/** Commands of the TRANSACTION state by name (RFC 1939 §5 and §7). */
export const transactionCommands: ReadonlyMap<string, TransactionCommand> = new Map<
  string,
  TransactionCommand
>([
  ["STAT", ({ maildrop }) => ({ text: countAndSize(maildrop).join(" ") })],
  ["LIST", (context, words) => list(context, words, ({ number, sizeBytes }) => `${number} ${sizeBytes}`)],
  ["UIDL", (context, words) => uidl(context, words)],
  ["RETR", retrieve],
  ["TOP", top],
  [
    "DELE",
    ({ maildrop }, words) => {
      const message = find(maildrop, words);
      maildrop.markDeleted(message);
      return { text: `Message ${message.number} deleted` };
    },
  ],
  [
    "RSET",
    ({ maildrop }) => {
      maildrop.reset();
      return { text: `Maildrop has ${countAndSize(maildrop)[0]} messages` };
    },
  ],
  ["NOOP", () => ({ text: "" })],
]);

function retrieve(context: TransactionContext, words: readonly string[]): Pop3Reply {
  const message = findReadable(context, words);
  return { text: `${message.sizeBytes} octets`, lines: stuffed(context, message.lines()) };
}

function top(context: TransactionContext, words: readonly string[]): Pop3Reply {
  const [number = "", count = ""] = words;
  if (words.length !== 2 || !/^\d{1,9}$/.test(count)) throw new Pop3Refusal("Usage: TOP message lines");
  const message = findReadable(context, [number]);
  return { text: "Top of message follows", lines: stuffed(context, takeTop(message.lines(), Number(count))) };
}

function stuffed({ quirks }: TransactionContext, lines: Buffer): Buffer {
  return quirks.omitDotStuffing === true ? lines : stuffDots(lines);
}

function uidl(context: TransactionContext, words: readonly string[]): Pop3Reply {
  const { omitUidls, refuseUidl } = context.quirks;
  if (refuseUidl === true || (typeof refuseUidl === "function" && refuseUidl())) {
    throw new Pop3Refusal("The index is being rebuilt", "SYS/TEMP");
  }
  const omitted = new Set(omitUidls);
  return list(context, words, ({ number, uidl }) => (omitted.has(number) ? undefined : `${number} ${uidl}`));
}

function list(
  { maildrop }: TransactionContext,
  words: readonly string[],
  toLine: (message: MaildropMessage) => string | undefined,
): Pop3Reply {
  if (words.length > 0) {
    const line = toLine(find(maildrop, words));
    if (line === undefined) throw new Pop3Refusal("Not available");
    return { text: line };
  }
  const lines = maildrop.messages().map(toLine);
  const text = lines.map((line) => (line === undefined ? "" : `${line}\r\n`)).join("");
  return { text: `${lines.length} messages`, lines: text };
}

function countAndSize(maildrop: Maildrop): [count: number, sizeBytes: number] {
  const messages = maildrop.messages();
  return [messages.length, messages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)];
}

function find(maildrop: Maildrop, words: readonly string[]): MaildropMessage {
  const [word = ""] = words;
  if (words.length !== 1 || !/^\d{1,9}$/.test(word)) throw new Pop3Refusal("Invalid message number");
  const message = maildrop.get(Number(word));
  if (message === undefined) throw new Pop3Refusal("No such message");
  return message;
}

function findReadable(
  { maildrop, quirks, isUtf8 }: TransactionContext,
  words: readonly string[],
): MaildropMessage {
  const message = find(maildrop, words);
  if (quirks.refuseRetrieval?.includes(message.number)) {
    throw new Pop3Refusal("Message is temporarily unavailable", "SYS/TEMP");
  }
  if (quirks.refuseUtf8WithoutMode === true && !isUtf8 && hasUtf8Header(message.lines())) {
    throw new Pop3Refusal("This message needs UTF8", "UTF8");
  }
  if (quirks.wrapUtf8WithoutMode === true && !isUtf8 && hasUtf8Header(message.lines())) {
    return { ...message, lines: () => wrapMessage(message.lines()) };
  }
  return message;
}
