import { isMailError, MailError } from "@mailwright/core";
import { seededRandom } from "@mailwright/suite";
import {
  createCertificates,
  startFaultProxy,
  startScriptedServer,
  type WriteChunking,
} from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import { VENDORS, type VendorTranscript, work } from "../support/vendor-transcripts.js";

const certificates = await createCertificates();

async function play(
  { script, credentials }: VendorTranscript,
  chunking: WriteChunking,
): Promise<[unknown, number]> {
  await using server = await startScriptedServer(script, { certificates, chunking });
  await using pop3 = clientFor(server.port, credentials);
  const result = await pop3.session(work);
  await server.done;
  return [result, server.connections[0]?.sent.length ?? 0];
}

function clientFor(port: number, credentials: VendorTranscript["credentials"]): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials,
    retry: { attempts: 1 },
  });
}

/** Every byte is for `pnpm test:long`; else a few of them, other ones for each vendor. */
const IS_LONG = process.env["MAILWRIGHT_LONG"] === "1";
const SAMPLES = 30;

/** The numbers below `count`, or some of them: the first and last, where dialogues are delicate, and a random choice. */
function places(count: number, seed: number): number[] {
  const all = Array.from({ length: count }, (_, place) => place);
  if (IS_LONG) return all;
  const random = seededRandom(seed);
  return all.filter((place) => place < 2 || place >= count - 2 || random() < SAMPLES / count);
}

/** Runs a task for every place, a few side by side, each with what it keeps for itself. */
async function sweep<Own extends AsyncDisposable>(
  places: readonly number[],
  setUp: () => Promise<Own>,
  task: (place: number, own: Own) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const left = places.values();
  const worker = async (): Promise<void> => {
    await using own = await setUp();
    for (const place of left) await task(place, own);
  };
  await Promise.all(Array.from({ length: 12 }, worker));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (IS_LONG) console.log(`${places.length} sessions in ${seconds} s`);
}

async function nothing(): Promise<AsyncDisposable> {
  return { [Symbol.asyncDispose]: async () => {} };
}

describe.each(Object.entries(VENDORS))("a session with %s", (name, vendor) => {
  const seed = Buffer.from(name).reduce((sum, byte) => sum * 31 + byte, 7);

  test("gives the same whole, line by line, and byte by byte", async () => {
    for (const chunking of ["whole", "lines", "bytes"] as const) {
      const [result] = await play(vendor, chunking);
      expect(result, String(chunking)).toEqual(vendor.expected);
    }
  });

  test("gives the same cut in two at any byte", async () => {
    const [, length] = await play(vendor, "whole");
    expect(length).toBeGreaterThan(200);
    await sweep(places(length, seed), nothing, async (split) => {
      const [result] = await play(vendor, { split });
      expect(result, `split at ${split}`).toEqual(vendor.expected);
    });
  });

  /** The server's script must have been followed up to the cut, else the cut is not what ended the session. */
  test("ends in a typed error when the connection is cut at any byte, never in part of a message", async () => {
    const [, length] = await play(vendor, "whole");
    await using server = await startScriptedServer(vendor.script, { certificates, repeat: true });
    const target = { host: "127.0.0.1", port: server.port };
    await sweep(
      places(length, seed + 1),
      () => startFaultProxy({ target }),
      async (afterBytes, proxy) => {
        await proxy.setFaults({
          cut: { direction: "toClient", afterBytes, with: afterBytes % 3 === 0 ? "rst" : "fin" },
        });
        await using pop3 = clientFor(proxy.port, vendor.credentials);
        const fetched: string[] = [];
        const outcome = await pop3.session((box) => work(box, fetched)).catch((error: unknown) => error);
        const whole = vendor.expected.fetched.slice(0, fetched.length);
        expect(fetched, `cut at ${afterBytes}`).toEqual(whole);
        expect(isMailError(outcome), `cut at ${afterBytes}: ${outcome}`).toBe(true);
        if (outcome instanceof MailError) {
          expect(["connection", "unknown-outcome"]).toContain(outcome.code);
          expect(outcome.connectionBroken).toBe(true);
        }
      },
    );
    expect(
      server.errors.filter(({ message }) => !/ended the connection|ECONNRESET|EPIPE/.test(message)),
    ).toEqual([]);
  });
});
