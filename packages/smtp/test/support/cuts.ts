import { seededRandom } from "@mailwright/suite";
import type { startFaultProxy } from "@mailwright/testing";

/** Where and how a connection is cut. */
export type Cut = NonNullable<Parameters<typeof startFaultProxy>[0]["cut"]>;

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

/** Tries all cuts of a conversation and tells how many there were, and how long they took. */
export async function sweepCuts(
  name: string,
  bytes: { readonly toServer: number; readonly toClient: number },
  attempt: (cut: Cut, place: string) => Promise<void>,
): Promise<void> {
  const since = performance.now();
  const cuts = cutsOf(bytes);
  const count = cuts.length;
  const worker = async (): Promise<void> => {
    for (let cut = cuts.pop(); cut !== undefined; cut = cuts.pop()) {
      await attempt(cut, `${cut.with} after ${cut.afterBytes} bytes ${cut.direction}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  console.log(`${name}: ${count} cuts, ${((performance.now() - since) / 1_000).toFixed(1)} s`);
}
