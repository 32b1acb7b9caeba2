import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { Credentials, CredentialsProvider } from "../../src/credentials/credentials.js";
import { CredentialsResolver } from "../../src/credentials/credentials-resolver.js";
import { MailError } from "../../src/errors/mail-error.js";
import { settle } from "../support/fake-clock.js";

const refused = new MailError("wrong", { code: "authentication", protocol: "imap" });

/** A provider whose tokens a server accepts from the given number on. */
function tokens(goodFrom: number): { provider: CredentialsProvider; asked: boolean[]; login: LoginAttempt } {
  const asked: boolean[] = [];
  const provider: CredentialsProvider = async ({ refresh }) => {
    asked.push(refresh);
    await settle();
    return { user: "ada", accessToken: `${asked.filter(Boolean).length}` };
  };
  const login = async (credentials: Credentials): Promise<string> => {
    const token = "accessToken" in credentials ? Number(credentials.accessToken) : -1;
    await settle();
    if (token < goodFrom) throw refused;
    return `in with ${token}`;
  };
  return { provider, asked, login };
}
type LoginAttempt = (credentials: Credentials) => Promise<string>;

describe("a credentials resolver", () => {
  test("tries fixed credentials once", async () => {
    let tries = 0;
    const attempt = async (): Promise<never> => {
      tries += 1;
      throw refused;
    };
    for (const source of [
      { user: "ada", password: "pw" },
      { user: "ada", accessToken: "t" },
    ]) {
      await expect(new CredentialsResolver(source).login(attempt)).rejects.toBe(refused);
    }
    const askedPassword = new CredentialsResolver(() => ({ user: "ada", password: "pw" }));
    await expect(askedPassword.login(attempt)).rejects.toBe(refused);
    expect(tries).toBe(3);
  });

  test("asks a function at every login", async () => {
    const { provider, asked, login } = tokens(0);
    const resolver = new CredentialsResolver(provider);
    await resolver.login(login);
    await resolver.login(login);
    expect(asked).toEqual([false, false]);
  });

  test("refreshes a refused token once, then succeeds", async () => {
    const { provider, asked, login } = tokens(1);
    expect(await new CredentialsResolver(provider).login(login)).toBe("in with 1");
    expect(asked).toEqual([false, true]);
  });

  test("refreshes a refused token once, then fails", async () => {
    const { provider, asked, login } = tokens(9);
    await expect(new CredentialsResolver(provider).login(login)).rejects.toBe(refused);
    expect(asked).toEqual([false, true]);
  });

  test("simultaneous logins share one refresh, also those of several clients", async () => {
    const { provider, asked, login } = tokens(1);
    const clients = [new CredentialsResolver(provider), new CredentialsResolver(provider)];
    const logins = clients.flatMap((client) => [
      client.login(login),
      client.login(login),
      client.login(login),
    ]);
    expect(await Promise.all(logins)).toEqual(Array(6).fill("in with 1"));
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  test("a login that was refused after somebody else's refresh takes the new token", async () => {
    const { provider, asked, login } = tokens(1);
    const resolver = new CredentialsResolver(provider);
    let isHeld = true;
    const slow = resolver.login(async (credentials) => {
      while (isHeld) await settle();
      return login(credentials);
    });
    await settle();
    await resolver.login(login);
    isHeld = false;
    expect(await slow).toBe("in with 1");
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  test("does not refresh for an error that is no refusal of the token", async () => {
    const { provider, asked } = tokens(0);
    const dropped = new MailError("gone", { code: "connection", protocol: "imap", retryable: true });
    const login = new CredentialsResolver(provider).login(() => Promise.reject(dropped));
    await expect(login).rejects.toBe(dropped);
    expect(asked).toEqual([false]);
  });

  test("the abort of one caller does not take the refresh away from the others", async () => {
    const { provider, login } = tokens(1);
    const resolver = new CredentialsResolver(provider);
    const controller = new AbortController();
    const leaving = resolver.login(login, controller.signal);
    const staying = resolver.login(login);
    const left = expect(leaving).rejects.toMatchObject({ code: "aborted" });
    await settle();
    await settle();
    controller.abort();
    await left;
    expect(await staying).toBe("in with 1");
  });

  test("a function that fails or gives nothing is an error without its data", async () => {
    const leaky = Object.assign(new Error("400 Bad Request"), { config: { client_secret: "hunter2" } });
    const failing = new CredentialsResolver(() => Promise.reject(leaky));
    const error = await failing.resolve().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "authentication", phase: "credentials", retryable: true });
    expect(inspect(error, { depth: 8, showHidden: true })).toContain("400 Bad Request");
    expect(inspect(error, { depth: 8, showHidden: true })).not.toContain("hunter2");
    // @ts-expect-error what a caller without types may return
    const empty = new CredentialsResolver(() => ({ user: "ada" }));
    await expect(empty.resolve()).rejects.toMatchObject({
      code: "authentication",
      phase: "credentials",
      retryable: false,
    });
  });

  test("a MailError of the function is passed on as it is", async () => {
    const own = new MailError("try later", { code: "connection", protocol: "core", retryable: true });
    await expect(new CredentialsResolver(() => Promise.reject(own)).resolve()).rejects.toBe(own);
  });

  test("shows no secret when printed", () => {
    const resolver = new CredentialsResolver({ user: "ada", password: "hunter2" });
    expect(inspect(resolver, { depth: 8, showHidden: true }) + JSON.stringify(resolver)).not.toContain(
      "hunter2",
    );
  });
});
