import type { ImapServerOptions } from "@mailwright/testing";

/** How a watch hears of changes, and what a server lacks then. */
export const WATCH_WAYS = [
  { way: "NOTIFY", disable: [], pollMs: 60_000 },
  { way: "IDLE, and a look at the other folders now and then,", disable: ["NOTIFY"], pollMs: 150 },
  { way: "a look at all folders now and then", disable: ["NOTIFY", "IDLE"], pollMs: 150 },
] as const satisfies readonly WatchWay[];

/** One of them. */
interface WatchWay {
  readonly way: string;
  readonly disable: NonNullable<ImapServerOptions["disable"]>;
  readonly pollMs: number;
}
