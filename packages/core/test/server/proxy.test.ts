import { createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { type ProxyBehaviour, type RunningProxy, startProxy } from "@mailwright/suite";
import { afterEach, describe, expect, test } from "vitest";
import { accountKey } from "../../src/pool/contract/account-key.js";
import { dial } from "../../src/server/dial.js";
import { openSocket } from "../../src/server/open-socket.js";
import { readExactly } from "../../src/server/read-exactly.js";
import { requireSafeLogin } from "../../src/server/require-safe-login.js";
import { type ResolvedServer, resolveServer, type ServerOptions } from "../../src/server/server-options.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ports = { tls: 993, starttls: 143, none: 143 };
const login = { user: "ada:l@x", password: "p/w d%" };
const userinfo = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;

function resolve(options: Partial<ServerOptions>): ResolvedServer {
  return resolveServer({ host: "mail.example", ...options }, ports, "imap");
}

/** A server that greets, behind a proxy. */
async function behind(behaviour: Partial<ProxyBehaviour> = {}): Promise<RunningProxy> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {}).write("* OK greeting\r\n");
    cleanups.push(() => socket.destroy());
  });
  await new Promise<void>((resolved) => server.listen(0, "127.0.0.1", resolved));
  const address = server.address();
  const proxy = await startProxy({
    target: { port: typeof address === "object" && address !== null ? address.port : 0 },
    ...behaviour,
  });
  cleanups.push(() => server.close(), proxy.stop);
  return proxy;
}

async function open(server: ResolvedServer, address = "mail.example", signal?: AbortSignal): Promise<Socket> {
  const options = { server, protocol: "imap", connectionId: "c#1" } as const;
  const socket = await openSocket(address, { ...options, signal: signal ?? new AbortController().signal });
  cleanups.push(() => socket.destroy());
  return socket;
}

const kinds = ["socks5", "http"] as const;

describe.each(kinds)("a %s proxy", (kind) => {
  test.each([false, true])(
    "connects, and what the server says first is all there (dripping: %s)",
    async (drips) => {
      const proxy = await behind({ drips });
      const socket = await open(resolve({ proxy: `${kind}://127.0.0.1:${proxy.port}` }));
      expect((await readExactly(socket, 15)).toString()).toBe("* OK greeting\r\n");
      expect(proxy.asked).toEqual(["mail.example:993"]);
    },
  );

  test("is given user and password when it asks for them", async () => {
    const { port } = await behind({ login });
    const socket = await open(resolve({ proxy: `${kind}://${userinfo}127.0.0.1:${port}` }));
    expect((await readExactly(socket, 4)).toString()).toBe("* OK");
    for (const wrong of [`${kind}://ada:no@127.0.0.1:${port}`, `${kind}://127.0.0.1:${port}`]) {
      await expect(open(resolve({ proxy: wrong }))).rejects.toMatchObject({
        code: "forbidden",
        phase: "proxy",
        retryable: false,
      });
    }
  });

  test("is told addresses of both families as they are", async () => {
    const proxy = await behind();
    const server = resolve({ proxy: `${kind}://127.0.0.1:${proxy.port}` });
    await open(server, "192.0.2.7");
    await open(server, "2001:db8::1:7");
    await open(server, "::1");
    expect(proxy.asked).toEqual(
      kind === "http"
        ? ["192.0.2.7:993", "[2001:db8::1:7]:993", "[::1]:993"]
        : ["192.0.2.7:993", "[20010db8000000000000000000010007]:993", `[${"0".repeat(31)}1]:993`],
    );
  });

  test("that cannot reach the server leaves its next address a chance; one that will not ends it", async () => {
    const codes = kind === "http" ? [502, 403, 418] : [5, 2, 9];
    for (const [index, expected] of [
      { code: "connection", phase: "connect", retryable: true },
      { code: "forbidden", phase: "proxy", retryable: false },
      { code: "rejected", phase: "proxy", retryable: false },
    ].entries()) {
      const proxy = await behind({ refuse: codes[index] });
      const server = resolve({ proxy: `${kind}://127.0.0.1:${proxy.port}` });
      const to = { host: server.host, port: server.port, protocol: "imap", isIndirect: true } as const;
      const resolved = async (): Promise<string[]> => ["192.0.2.1", "192.0.2.2"];
      const dialing = dial({ ...to, hostPolicy: () => true, resolve: resolved }, (address) =>
        open(server, address),
      );
      const unreachable = {
        code: "connection",
        phase: "connect",
        message: "mail.example could not be reached",
      };
      await expect(dialing).rejects.toMatchObject(index === 0 ? unreachable : expected);
      expect(proxy.asked).toHaveLength(index === 0 ? 2 : 1);
      await expect(open(server)).rejects.toMatchObject(expected);
    }
  });

  test("that hangs up, talks nonsense or does not listen fails in phase proxy; one that is silent is left at the signal", async () => {
    const answers = { silence: "", garbage: "220 mail.example ESMTP ready\r\n\r\n", goodbye: undefined };
    const failures: unknown[] = [];
    for (const answer of Object.values(answers)) {
      const server = createServer((socket) => {
        socket.on("error", () => {});
        if (answer === undefined) socket.end();
        else socket.write(answer);
        cleanups.push(() => socket.destroy());
      });
      await new Promise<void>((resolved) => server.listen(0, "127.0.0.1", resolved));
      cleanups.push(() => server.close());
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const signal = answer === "" ? AbortSignal.timeout(50) : undefined;
      failures.push(
        await open(resolve({ proxy: `${kind}://127.0.0.1:${port}` }), "mail.example", signal).catch((e) => e),
      );
    }
    expect(failures).toMatchObject([
      { code: "aborted", phase: "connect" },
      { code: "protocol", phase: "proxy" },
      { code: "connection", phase: "proxy", retryable: true },
    ]);
    const gone = await behind();
    await gone.stop();
    cleanups.pop();
    await expect(open(resolve({ proxy: `${kind}://127.0.0.1:${gone.port}` }))).rejects.toMatchObject({
      code: "connection",
      phase: "proxy",
      retryable: true,
    });
  });
});

test("the proxy resolves the name, unless a policy has to see the addresses: then it gets one of those", async () => {
  const proxy = await behind();
  const server = resolve({ proxy: `socks5://127.0.0.1:${proxy.port}` });
  const to = { host: server.host, port: server.port, protocol: "imap", isIndirect: true } as const;
  const resolved = async (): Promise<string[]> => ["192.0.2.1"];
  const seen: unknown[] = [];
  const hostPolicy = ({ addresses }: { addresses: readonly string[] }): boolean => seen.push(addresses) > 0;
  await dial({ ...to, resolve: resolved }, (address) => open(server, address));
  await dial({ ...to, resolve: resolved, hostPolicy }, (address) => open(server, address));
  expect(proxy.asked).toEqual(["mail.example:993", "192.0.2.1:993"]);
  expect(seen).toEqual([["192.0.2.1"]]);
});

test.each([
  "socks4://proxy.example",
  "https://proxy.example",
  "proxy.example:1080",
  "socks5://",
  "http://proxy.example/path",
  `socks5://${"u".repeat(256)}:hunter2@proxy.example`,
  "http://ada:hunter2%@proxy.example",
  42,
])("%s is no proxy, and the error does not repeat it", (proxy) => {
  // @ts-expect-error a number, as callers without types may give it
  const resolving = (): unknown => resolve({ proxy });
  expect(resolving).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  expect(resolving).not.toThrow(/hunter2/);
});

test("the password of a proxy is shown nowhere and tells pool keys apart, as does the hook", () => {
  const keys = [
    resolve({ proxy: "socks5://ada:hunter2@proxy.example" }),
    resolve({ proxy: "socks5://ada:other@proxy.example" }),
    resolve({ proxy: "http://ada:hunter2@proxy.example" }),
    resolve({ connect: () => Promise.reject(new Error("no")) }),
    resolve({ connect: () => Promise.reject(new Error("no")) }),
    resolve({}),
  ].map((server) => {
    expect(inspect(server, { depth: 9, showHidden: true }) + JSON.stringify(server)).not.toContain("hunter2");
    return accountKey(server, undefined).id;
  });
  expect(new Set(keys).size).toBe(keys.length);
});

test("an address of this machine is not safe for credentials in clear when somebody else connects to it", () => {
  const isEncrypted = false;
  const asked = { address: "127.0.0.1", isEncrypted, protocol: "imap" } as const;
  const server = resolve({ security: "none", host: "localhost" });
  requireSafeLogin({ ...asked, server });
  for (const route of [{ proxy: "http://127.0.0.1:1" }, { connect: () => Promise.reject(new Error("no")) }]) {
    const indirect = resolve({ security: "none", host: "localhost", ...route });
    expect(() => requireSafeLogin({ ...asked, server: indirect })).toThrow(/in clear/);
  }
});

describe("a hook that connects", () => {
  test("makes the socket; what it throws is a connection that failed, and what it answers is checked", async () => {
    const proxy = await behind();
    const targets: unknown[] = [];
    const direct = resolve({ proxy: `http://127.0.0.1:${proxy.port}` });
    const server = resolve({
      connect: async (target, signal) => {
        targets.push(target);
        return openSocket(target.host, { server: direct, protocol: "core", connectionId: "own", signal });
      },
    });
    expect((await readExactly(await open(server), 4)).toString()).toBe("* OK");
    expect(targets).toEqual([{ host: "mail.example", port: 993 }]);
    const failing = resolve({ connect: () => Promise.reject(new Error("tunnel is down")) });
    await expect(open(failing)).rejects.toMatchObject({
      code: "connection",
      phase: "connect",
      retryable: true,
    });
    // @ts-expect-error no socket
    const odd = resolve({ connect: async () => "socket" });
    await expect(open(odd)).rejects.toMatchObject({ code: "invalid-argument" });
    const ended = resolve({ connect: async () => (await open(direct)).destroy() });
    await expect(open(ended)).rejects.toMatchObject({ code: "connection", phase: "connect" });
  });

  test("that heeds no signal keeps nobody waiting, and a socket that comes too late is destroyed", async () => {
    const proxy = await behind();
    const late = await open(resolve({ proxy: `http://127.0.0.1:${proxy.port}` }));
    let arrive = (_: Socket): void => {};
    const arriving = new Promise<Socket>((resolved) => {
      arrive = resolved;
    });
    const controller = new AbortController();
    const opening = open(resolve({ connect: () => arriving }), "mail.example", controller.signal);
    controller.abort();
    await expect(opening).rejects.toMatchObject({ code: "aborted" });
    arrive(late);
    await arriving;
    await new Promise(setImmediate);
    expect(late.destroyed).toBe(true);
  });

  test("and a proxy exclude each other", () => {
    const connect = (): Promise<Socket> => Promise.reject(new Error("no"));
    expect(() => resolve({ connect, proxy: "http://proxy.example" })).toThrow(/exclude/);
  });
});
