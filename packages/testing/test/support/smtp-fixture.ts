import { afterEach, expect } from "vitest";
import type { Certificates } from "../../src/certificates/certificates.js";
import { type RunningSmtpServer, startSmtpServer } from "../../src/smtp/smtp-server.js";
import type { SmtpServerOptions } from "../../src/smtp/smtp-server-options.js";
import { MailStore } from "../../src/store/mail-store.js";
import { LineClient } from "./line-client.js";
import { SmtpDialogue } from "./smtp-dialogue.js";

/** A server with the store that it delivers to. */
type RunningWithStore = RunningSmtpServer & { store: MailStore };

/** The login of Ada in one command. */
export const PLAIN = `AUTH PLAIN ${Buffer.from("\0ada\0x").toString("base64")}`;

/** The commands before the text of a message from Ada to herself. */
export const SEND = ["MAIL FROM:<ada@example.test>", "RCPT TO:<ada@example.test>", "DATA"];

/** Starts servers of Ada and Bob and talks to them; all of it ends with the test. To be called once by a test file. */
export class SmtpFixture {
  readonly #tls: Certificates;
  readonly #cleanups: (() => unknown)[] = [];

  constructor(tls: Certificates) {
    this.#tls = tls;
    afterEach(async () => {
      for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
    });
  }

  readonly start = async (
    options: SmtpServerOptions = {},
    store = new MailStore([
      { user: "ada", password: "x", accessToken: "tok" },
      { user: "bob", password: "y", address: "Bob@example.test", quotaBytes: 200 },
    ]),
  ): Promise<RunningWithStore> => {
    const server = await startSmtpServer({ store, tls: this.#tls, options });
    this.#cleanups.push(() => server.stop());
    return Object.assign(server, { store });
  };

  readonly dial = async (port: number, ca?: string): Promise<SmtpDialogue> => {
    const line = await LineClient.dial(port, ca);
    this.#cleanups.push(() => line.close());
    return new SmtpDialogue(line);
  };

  readonly logIn = async (server: RunningWithStore): Promise<SmtpDialogue> => {
    const client = await this.dial(server.port);
    expect(await client.reply()).toBe("220 localhost ESMTP Mailwright testing");
    await client.ask("EHLO test");
    expect(await client.ask(PLAIN)).toMatch(/^235 /);
    return client;
  };
}
