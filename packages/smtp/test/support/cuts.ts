import { seededRandom } from "@mailwright/suite";
import type { startFaultProxy } from "@mailwright/testing";
import { expect } from "vitest";

/** Where and how a connection is cut. */
export type Cut = NonNullable<Parameters<typeof startFaultProxy>[0]["cut"]>;

/** What came of the messages on a connection that was cut. */
export interface CutOutcome {
  /** What was said of a message and is not so, by the server's own record. */
  readonly lies: readonly string[];
  /** How often the server has the message that it has most often. */
  readonly copies: number;
  readonly unknown: number;
  /** Of how many messages a client that says one thing at a time would not know the fate. */
  readonly plainUnknown: number;
}

/** `MAILWRIGHT_LONG=1`: every place is tried, not a share of them. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
/** The same share in every run; the long form has them all. */
const SEED = 20261121;
const SHARE = 1 / 10;
const AT_A_TIME = 16;

/** Cuts after every byte of a conversation, in both directions, by FIN and by RST; or a share of them. */
function cutsOf(bytes: { readonly toServer: number; readonly toClient: number }): Cut[] {
  const random = seededRandom(SEED);
  const all = (["toServer", "toClient"] as const).flatMap((direction) =>
    (["fin", "rst"] as const).flatMap((kind) =>
      Array.from({ length: bytes[direction] + 1 }, (_, afterBytes) => ({
        direction,
        afterBytes,
        with: kind,
      })),
    ),
  );
  return isLong ? all : all.filter(() => random() < SHARE);
}

/**
 * Tries all cuts of a conversation. None may bring forth a lie, a message that is stored twice, or a doubt that a plain
 * client would not have had; prints how many there were of each.
 */
export async function sweepCuts(
  name: string,
  bytes: { readonly toServer: number; readonly toClient: number },
  attempt: (cut: Cut, place: string) => Promise<CutOutcome>,
): Promise<void> {
  const since = performance.now();
  const cuts = cutsOf(bytes);
  const count = cuts.length;
  const lies: string[] = [];
  const needless: string[] = [];
  let copies = 0;
  let unknown = 0;
  const worker = async (): Promise<void> => {
    for (let cut = cuts.pop(); cut !== undefined; cut = cuts.pop()) {
      const place = `${cut.with} after ${cut.afterBytes} bytes ${cut.direction}`;
      const outcome = await attempt(cut, place);
      lies.push(...outcome.lies.map((lie) => `${place}: ${lie}`));
      copies = Math.max(copies, outcome.copies);
      unknown += outcome.unknown;
      for (let more = outcome.plainUnknown; more < outcome.unknown; more++) needless.push(place);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  console.log(
    `${name}: ${count} cuts${isLong ? ", every byte" : ""}, ${seconds} s: ${lies.length} lies, ` +
      `each message stored ${copies} times at most, ${unknown} unknown, ` +
      `${needless.length} of these that a plain client would not have had`,
  );
  expect(lies).toEqual([]);
  expect(copies).toBeLessThanOrEqual(1);
  expect(needless).toEqual([]);
}
