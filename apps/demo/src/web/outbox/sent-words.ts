import type { OutboxEntry, OutboxMessage } from "../api/answers.js";
import { fullDate } from "../mail/format.js";

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
  const { state, sendAt, nextTryAt, resolvedBy } = entry;
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

const RESOLVED = {
  "sent-folder": "by the Sent folder, which has it",
  bounce: "by a report that came back",
  reply: "by an answer to it",
  person: "by a person",
} as const;

/** Says what became of a message for one recipient. */
export function recipientWords(status: OutboxMessage["recipients"][number]["status"]): SentWords {
  return RECIPIENTS[status];
}

const RECIPIENTS: Readonly<Record<OutboxMessage["recipients"][number]["status"], SentWords>> = {
  queued: { mood: "busy", words: "Waits" },
  accepted: { mood: "good", words: "Accepted by the server" },
  rejected: { mood: "bad", words: "Refused" },
  deferred: { mood: "doubt", words: "Later" },
  "not-sent": { mood: "bad", words: "Not sent" },
  unknown: { mood: "doubt", words: "May have arrived" },
};
