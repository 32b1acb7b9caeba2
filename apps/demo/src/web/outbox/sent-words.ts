import type { OutboxEntry, OutboxMessage } from "../api/answers.js";
import { fullDate, roughly } from "../mail/format.js";

/** How it stands with a message, at a glance and in words. */
export interface SentWords {
  readonly mood: "good" | "busy" | "doubt" | "bad" | "idle";
  readonly words: string;
}

/** Who holds a message back for longer than this wants it sent later. */
const HOLD_MS = 130_000;

/** Whether a message only waits for somebody to think better of it. */
export function isHeld({ state, sendAt, createdAt }: Pick<OutboxEntry, "state" | "sendAt" | "createdAt">) {
  if (state !== "scheduled" || sendAt === null) return false;
  return Date.parse(sendAt) - Date.parse(createdAt) <= HOLD_MS;
}

/** Says how it stands with a message. */
export function sentWords(entry: OutboxEntry): SentWords {
  const { state, sendAt, nextTryAt, resolvedBy, bounced, to } = entry;
  if (bounced > 0 && TAKEN.includes(state))
    return {
      mood: "bad",
      words: bounced < to.length ? `Came back from ${bounced} of ${to.length}` : "Came back",
    };
  const next = nextTryAt === null ? "" : `; next try ${fullDate(new Date(nextTryAt))}`;
  switch (state) {
    case "draft":
      return { mood: "idle", words: "Taken back" };
    case "scheduled":
      if (isHeld(entry) || sendAt === null) return { mood: "busy", words: "Goes out in a moment" };
      return { mood: "idle", words: `Goes out ${fullDate(new Date(sendAt))}` };
    case "queued":
      return { mood: "busy", words: "In line" };
    case "sending":
      return { mood: "busy", words: "Being sent" };
    case "accepted":
      return { mood: "good", words: "Sent" };
    case "partial":
      return { mood: "bad", words: `Not everybody got it${next}` };
    case "rejected":
      return { mood: "bad", words: "Refused" };
    case "invalid":
      return { mood: "bad", words: "Cannot be sent as it is" };
    case "deferred":
      return { mood: "doubt", words: `The server wants it later${next}` };
    case "not-sent":
      return { mood: "bad", words: `Not sent${next}` };
    case "unknown":
      return { mood: "doubt", words: "May have arrived; looking in Sent" };
    case "resolved":
      // A person may have said that it did not arrive.
      return {
        mood: resolvedBy === "sent-folder" || resolvedBy === "reply" ? "good" : "idle",
        words: `Settled ${RESOLVED[resolvedBy ?? "person"]}`,
      };
  }
}

/** States in which a server has, or had, the message. */
const TAKEN: readonly OutboxEntry["state"][] = ["accepted", "partial", "resolved"];

const RESOLVED = {
  "sent-folder": "by the Sent folder, which has it",
  bounce: "by a report that came back",
  reply: "by an answer to it",
  person: "by a person",
} as const;

type Recipient = OutboxMessage["recipients"][number];

/** What became of a message for one recipient; `later` is what came back after a server had taken it. */
export interface RecipientWords extends SentWords {
  readonly later: string | undefined;
  readonly code: string;
  /** What the server said, the one that had the message last. */
  readonly server: string | null;
}

/** Says what became of a message for one recipient. */
export function recipientWords(
  { status, code, enhancedCode, text, bounce, bouncedAt }: Recipient,
  attempts: OutboxMessage["attempts"],
): RecipientWords {
  const said = { code: [code, enhancedCode].filter((one) => one !== null).join(" "), server: text };
  if (bounce === null) return { ...RECIPIENTS[status], ...said, later: undefined };
  if (bounce.kind === "complaint")
    return { ...RECIPIENTS[status], ...said, mood: "bad", later: "Reported by the recipient as unwanted" };
  return {
    mood: "bad",
    words: "Came back",
    later: `Delivered to the server, came back ${whenBack(bouncedAt, attempts)}`,
    code: bounce.enhancedCode ?? "",
    server: bounce.text,
  };
}

/** How long after it was sent; where it was sent to some first and to others later, nobody knows after which, and it is said when. */
function whenBack(bouncedAt: string | null, attempts: OutboxMessage["attempts"]): string {
  const back = Date.parse(bouncedAt ?? "");
  const before = attempts.filter(({ finishedAt }) => finishedAt !== null && Date.parse(finishedAt) <= back);
  const [attempt] = before;
  if (before.length === 1 && typeof attempt?.finishedAt === "string")
    return `${roughly(back - Date.parse(attempt.finishedAt))} later`;
  return fullDate(new Date(back));
}

const RECIPIENTS: Readonly<Record<Recipient["status"], SentWords>> = {
  queued: { mood: "busy", words: "Waits" },
  accepted: { mood: "good", words: "Accepted by the server" },
  rejected: { mood: "bad", words: "Refused" },
  deferred: { mood: "doubt", words: "Later" },
  "not-sent": { mood: "bad", words: "Not sent" },
  unknown: { mood: "doubt", words: "May have arrived" },
};
