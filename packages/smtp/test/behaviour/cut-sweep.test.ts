import type { DeliveryResult } from "@mailwright/core";
import { fixedBackoff } from "@mailwright/core";
import { type FaultProxy, startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage, SmtpClientOptions } from "../../src/index.js";
import {
  type RecordingServer,
  type RecordingServerOptions,
  recordingServer,
} from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = {
  to: ["bob@example.org", "carol@example.org"],
  raw: "Message-ID: <cut@example.com>\r\n\r\none\r\n.two\r\n",
};
const AT_A_TIME = 16;

interface Trial {
  readonly result: DeliveryResult;
  readonly server: RecordingServer;
  readonly proxy: FaultProxy;
}

async function trial(
  serverOptions: RecordingServerOptions,
  faults: Omit<Parameters<typeof startFaultProxy>[0], "target">,
  clientOptions: Partial<SmtpClientOptions>,
  check: (trial: Trial) => void,
  { isHealedByRetry = false } = {},
): Promise<void> {
  const server = await recordingServer(serverOptions);
  const proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: server.port }, ...faults });
  const onRetry = (): void => void (isHealedByRetry && proxy.setFaults({ cut: undefined }));
  const retry = { attempts: 1, ...clientOptions.retry, onRetry };
  const smtp = testClient(proxy.port, { ...clientOptions, retry });
  try {
    const result = await smtp.send(MESSAGE);
    await smtp.close();
    check({ result, server, proxy });
  } finally {
    await smtp.close();
    await proxy.stop();
    await server.stop();
  }
}

async function sweep(
  serverOptions: RecordingServerOptions,
  clientOptions: Partial<SmtpClientOptions>,
  check: (trial: Trial, place: string) => void,
  options: { readonly isHealedByRetry?: boolean } = {},
): Promise<number> {
  let bytes = { toServer: 0, toClient: 0 };
  await trial(serverOptions, {}, clientOptions, ({ result, proxy }) => {
    expect(result.status).toMatch(/accepted|partial/);
    bytes = { ...proxy.bytes };
  });
  const cuts = (["toServer", "toClient"] as const).flatMap((direction) =>
    (["fin", "rst"] as const).flatMap((kind) =>
      Array.from({ length: bytes[direction] + 1 }, (_, afterBytes) => ({
        direction,
        afterBytes,
        with: kind,
      })),
    ),
  );
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let cut = cuts[next++]; cut !== undefined; cut = cuts[next++]) {
      const place = `${cut.with} after ${cut.afterBytes} bytes ${cut.direction}`;
      await trial(serverOptions, { cut }, clientOptions, (outcome) => check(outcome, place), options);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return cuts.length;
}

/** Whatever is stored is owned up to; whatever is denied is not stored. */
function isHonest({ result, server }: Trial, place: string): void {
  const storedFor = new Set(server.stored.flatMap(({ to }) => to));
  if (server.stored.length > 0) expect(result.status, place).toMatch(/^(accepted|partial|unknown)$/);
  if (/^(not-sent|rejected|deferred)$/.test(result.status)) expect(server.stored, place).toHaveLength(0);
  for (const { address, status } of result.recipients) {
    if (storedFor.has(address)) expect(status, `${place}: ${address}`).toMatch(/^(accepted|unknown)$/);
    else expect(status, `${place}: ${address}`).not.toBe("accepted");
  }
  expect(result.messageId, place).toBe("<cut@example.com>");
}

const SERVERS: Readonly<Record<string, [RecordingServerOptions, Partial<SmtpClientOptions>]>> = {
  "a server that pipelines": [{}, {}],
  "a server that takes one command at a time": [{ capabilities: ["8BITMIME"] }, {}],
  "a server that refuses one of the recipients": [
    { at: (point, line) => (point === "rcpt" && line.includes("carol") ? "550 5.1.1 who?" : undefined) },
    {},
  ],
  "an LMTP server": [{ lmtp: true }, { lmtp: true }],
};

describe("a connection cut at every byte, in both directions, by FIN and by RST", () => {
  for (const [name, [serverOptions, clientOptions]] of Object.entries(SERVERS)) {
    test(`leaves the result honest with ${name}`, { timeout: 120_000 }, async () => {
      const cuts = await sweep(serverOptions, clientOptions, isHonest);
      console.log(`${name}: ${cuts} cuts`);
      expect(cuts).toBeGreaterThan(500);
    });
  }

  test("is healed by retries, and the message is stored at most once", { timeout: 120_000 }, async () => {
    const statuses = new Map<string, number>();
    const cuts = await sweep(
      {},
      { retry: { attempts: 3, backoff: fixedBackoff([1]) } },
      (outcome, place) => {
        isHonest(outcome, place);
        const { result, server } = outcome;
        statuses.set(result.status, (statuses.get(result.status) ?? 0) + 1);
        expect(server.stored.length, place).toBeLessThanOrEqual(1);
        if (result.status !== "unknown") expect(server.stored, place).toHaveLength(1);
      },
      { isHealedByRetry: true },
    );
    console.log(`with retries: ${cuts} cuts, ${JSON.stringify(Object.fromEntries(statuses))}`);
    expect([...statuses.keys()].sort()).toEqual(["accepted", "unknown"]);
  });
});
