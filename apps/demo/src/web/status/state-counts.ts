import type { OutboxEntry } from "../api/answers.js";
import type { SentWords } from "../outbox/sent-words.js";

type State = OutboxEntry["state"];

/** How many messages are in a state. */
export interface StateCount extends SentWords {
  readonly state: string;
  readonly count: number;
}

/** In the order of a message's life, the happy ends before the others. */
const STATES: Readonly<Record<State, SentWords>> = {
  scheduled: { mood: "idle", words: "Wait for their time" },
  queued: { mood: "busy", words: "In line" },
  sending: { mood: "busy", words: "Being sent" },
  accepted: { mood: "good", words: "Sent" },
  resolved: { mood: "good", words: "Settled" },
  partial: { mood: "doubt", words: "Sent to some" },
  deferred: { mood: "doubt", words: "Put off by the server" },
  unknown: { mood: "doubt", words: "May have arrived" },
  "not-sent": { mood: "bad", words: "Not sent" },
  rejected: { mood: "bad", words: "Refused" },
  invalid: { mood: "bad", words: "Cannot be sent" },
  draft: { mood: "idle", words: "Taken back" },
};
const WAITING: readonly State[] = ["scheduled", "queued", "sending", "deferred", "unknown"];
const NAMES = Object.keys(STATES).filter((name): name is State => name in STATES);

/** What is still to become something, state by state, nothings too: that a queue is empty is worth seeing. */
export function waitingCounts(counts: Readonly<Record<string, number>>): StateCount[] {
  return WAITING.map((state) => ({ ...STATES[state], state, count: counts[state] ?? 0 }));
}

/** What became of messages, where there are any. */
export function outcomeCounts(counts: Readonly<Record<string, number>>): StateCount[] {
  return NAMES.flatMap((state) => {
    const count = counts[state] ?? 0;
    return count === 0 ? [] : [{ ...STATES[state], state, count }];
  });
}
