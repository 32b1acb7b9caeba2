import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import { fromSocketError } from "../../src/errors/socket-error.js";
import { type DialOptions, dial, isLoopback } from "../../src/server/dial.js";
import type { HostPolicyRequest } from "../../src/server/host-policy.js";
import { abortError } from "../../src/time/abort.js";
import { FakeClock, settle } from "../support/fake-clock.js";

const base = { host: "mail.example", port: 993, protocol: "imap" } as const;
const resolveTo =
  (...addresses: string[]): DialOptions["resolve"] =>
  async () =>
    addresses;

function refused(phase = "connect", code: "connection" | "tls" = "connection"): MailError {
  return new MailError("refused", { code, protocol: "imap", phase, retryable: true });
}

describe("dial", () => {
  test("tries the addresses in turn until one answers", async () => {
    const tried: string[] = [];
    const answer = await dial(
      { ...base, resolve: resolveTo("192.0.2.1", "192.0.2.2", "192.0.2.3") },
      async (address) => {
        tried.push(address);
        if (address.endsWith(".1")) throw refused();
        return `connected to ${address}`;
      },
    );
    expect(answer).toBe("connected to 192.0.2.2");
    expect(tried).toEqual(["192.0.2.1", "192.0.2.2"]);
  });

  test("does not try another address after the server has spoken", async () => {
    const tried: string[] = [];
    const error = refused("auth");
    const dialing = dial({ ...base, resolve: resolveTo("192.0.2.1", "192.0.2.2") }, async (address) => {
      tried.push(address);
      throw error;
    });
    await expect(dialing).rejects.toBe(error);
    expect(tried).toHaveLength(1);
  });

  test("one address that swallows everything does not use up the time of the next", async () => {
    const clock = new FakeClock();
    const dialing = dial(
      { ...base, clock, resolve: resolveTo("192.0.2.1", "192.0.2.2") },
      (address, signal) => {
        if (address.endsWith(".2")) return Promise.resolve(clock.now());
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(abortError(signal, "imap", "connect")));
        });
      },
    );
    await clock.advance(3_000);
    expect(await dialing).toBe(3_000);
    expect(clock.pending).toBe(0);
  });

  test("gives the last address all the time that the caller has", async () => {
    const clock = new FakeClock();
    let isAborted = false;
    const dialing = dial({ ...base, clock, resolve: resolveTo("192.0.2.1") }, async (_address, signal) => {
      clock.schedule(60_000, () => {});
      await clock.advance(60_000);
      isAborted = signal.aborted;
    });
    await dialing;
    expect(isAborted).toBe(false);
  });

  test("an abort reaches the connect and is not followed by another try", async () => {
    const controller = new AbortController();
    const tried: string[] = [];
    const options = { ...base, signal: controller.signal, resolve: resolveTo("192.0.2.1", "192.0.2.2") };
    const dialing = dial(options, (address, signal) => {
      tried.push(address);
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(abortError(signal, "imap", "connect")));
      });
    });
    await settle();
    controller.abort();
    await expect(dialing).rejects.toMatchObject({ code: "aborted" });
    expect(tried).toEqual(["192.0.2.1"]);
  });

  test("an abort does not wait for a resolver that hangs", async () => {
    const controller = new AbortController();
    const options = { ...base, signal: controller.signal, resolve: () => new Promise<string[]>(() => {}) };
    const dialing = dial(options, async () => "connected");
    controller.abort();
    await expect(dialing).rejects.toMatchObject({ code: "aborted", phase: "connect" });
  });

  test.each([
    ["ENOTFOUND", false],
    ["EAI_AGAIN", true],
  ])("a resolver's %s is a dns error, retryable: %s", async (code, retryable) => {
    const resolve = (): Promise<string[]> => Promise.reject(Object.assign(new Error("lookup"), { code }));
    await expect(dial({ ...base, resolve }, async () => "")).rejects.toMatchObject({
      code: "dns",
      retryable,
    });
  });

  test("a name that stands for no address at all is unknown", async () => {
    await expect(dial({ ...base, resolve: resolveTo() }, async () => "")).rejects.toMatchObject({
      code: "dns",
    });
  });

  test("the policy sees every address, and forbids before any connect", async () => {
    const seen: HostPolicyRequest[] = [];
    let isConnected = false;
    const hostPolicy = (request: HostPolicyRequest): boolean => {
      seen.push(request);
      return !request.addresses.includes("10.0.0.1");
    };
    const dialing = dial({ ...base, hostPolicy, resolve: resolveTo("192.0.2.1", "10.0.0.1") }, async () => {
      isConnected = true;
    });
    await expect(dialing).rejects.toMatchObject({ code: "forbidden", retryable: false });
    expect(seen).toEqual([{ host: "mail.example", port: 993, addresses: ["192.0.2.1", "10.0.0.1"] }]);
    expect(isConnected).toBe(false);
  });

  test("a policy that throws forbids, and what it threw is the cause", async () => {
    const reason = new Error("not in the allow list");
    for (const hostPolicy of [
      () => Promise.reject(reason),
      () => {
        throw reason;
      },
    ]) {
      const dialing = dial({ ...base, hostPolicy, resolve: resolveTo("192.0.2.1") }, async () => "connected");
      await expect(dialing).rejects.toMatchObject({ code: "forbidden", retryable: false, cause: reason });
    }
  });

  test("the name is resolved once, and the connection goes to an address that the policy saw", async () => {
    let lookups = 0;
    const resolve = async (): Promise<string[]> => [++lookups === 1 ? "192.0.2.7" : "169.254.169.254"];
    const address = await dial({ ...base, resolve, hostPolicy: () => true }, async (address) => address);
    expect(address).toBe("192.0.2.7");
    expect(lookups).toBe(1);
  });

  test("with a policy a refused, a silent and a garbled port look the same", async () => {
    const shown = async (error: MailError): Promise<string> => {
      const options = { ...base, hostPolicy: () => true, resolve: resolveTo("192.0.2.1") };
      const thrown: unknown = await dial(options, () => Promise.reject(error)).catch((e: unknown) => e);
      return JSON.stringify(thrown);
    };
    const silent = new MailError("silence", { code: "timeout", protocol: "imap", phase: "greeting" });
    const all = await Promise.all([shown(refused()), shown(silent), shown(refused("tls", "tls"))]);
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toContain("mail.example could not be reached");
  });

  test("connects to a real server by the address of its name", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const open = async (host: string): Promise<Socket> => {
      const socket = connect({ host, port });
      await once(socket, "connect").catch((error: Error) => {
        throw fromSocketError(error, { protocol: "imap", phase: "connect", host, port });
      });
      return socket;
    };
    const options = { host: "localhost", port, protocol: "imap" } as const;
    const socket = await dial({ ...options, resolve: resolveTo("::1", "127.0.0.1") }, open);
    expect(isLoopback(socket.remoteAddress ?? "")).toBe(true);
    socket.destroy();
    server.close();
    await once(server, "close");
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.8.9.1", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["128.0.0.1", false],
  ["127.evil.example", false],
  ["::2", false],
])("%s is this machine: %s", (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
