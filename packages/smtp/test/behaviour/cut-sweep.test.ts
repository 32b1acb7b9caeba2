import type { DeliveryResult } from "@mailwright/core";
import { fixedBackoff } from "@mailwright/core";
import { type FaultProxy, startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage, SmtpClientOptions } from "../../src/index.js";
import { sweepCuts } from "../support/cuts.js";
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
  name: string,
  serverOptions: RecordingServerOptions,
  clientOptions: Partial<SmtpClientOptions>,
  check: (trial: Trial, place: string) => void,
  options: { readonly isHealedByRetry?: boolean } = {},
): Promise<void> {
  let bytes = { toServer: 0, toClient: 0 };
  await trial(serverOptions, {}, clientOptions, ({ result, proxy }) => {
    expect(result.status).toMatch(/accepted|partial/);
    bytes = { ...proxy.bytes };
  });
  await sweepCuts(name, bytes, (cut, place) =>
    trial(serverOptions, { cut }, clientOptions, (outcome) => check(outcome, place), options),
  );
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

describe("a connection cut anywhere, in both directions, by FIN and by RST", () => {
  for (const [name, [serverOptions, clientOptions]] of Object.entries(SERVERS)) {
    test(`leaves the result honest with ${name}`, { timeout: 1_800_000 }, async () => {
      await sweep(name, serverOptions, clientOptions, isHonest);
    });
  }

  test("is healed by retries, and the message is stored at most once", { timeout: 1_800_000 }, async () => {
    const statuses = new Map<string, number>();
    await sweep(
      "with retries",
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
    expect([...statuses.keys()].sort()).toEqual(["accepted", "unknown"]);
  });
});
