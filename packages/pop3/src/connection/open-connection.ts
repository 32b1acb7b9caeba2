import { TLSSocket } from "node:tls";
import { MailError, withDeadline } from "@mailwright/core";
import {
  abortError,
  dial,
  isIndirect,
  loggedOpening,
  type OpenSocketOptions,
  onAbort,
  openSocket,
  requireSafeLogin,
  roundMs,
  startTls,
} from "@mailwright/core/internal";

import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";
import { createCommand } from "../wire/pop3-command.js";
import { AskedCapabilities } from "./asked-capabilities.js";
import { command, exchange } from "./exchange.js";
import { LoginOffer } from "./login-offer.js";
import type { Pop3Account } from "./pop3-account.js";
import type { Pop3Connection } from "./pop3-connection.js";
import { Pop3Wire } from "./pop3-wire.js";

/**
 * Connects, secures, and logs in, all within `timeouts.connectMs`. Nothing that the server said before TLS
 * is believed after it, and no credential leaves before the connection is safe enough for it.
 */
export function openConnection(
  account: Pop3Account,
  connectionId: string,
  signal: AbortSignal,
): Promise<Pop3Connection> {
  let phase = "connect";
  const opening = new Opening(account, connectionId, (next) => {
    phase = next;
  });
  const { host, port } = account.server;
  const deadline = {
    serverName: `${host}:${port}`,
    protocol: "pop3",
    phase: () => phase,
    connectionId,
    retryable: true,
    signal,
  } as const;
  const opened = withDeadline((stop) => opening.open(stop), {
    ...deadline,
    timeoutMs: account.timeouts.connectMs,
  });
  return loggedOpening(opened, { protocol: "pop3", connectionId, logger: account.logger });
}

class Opening {
  readonly #account: Pop3Account;
  readonly #connectionId: string;
  readonly #entered: (phase: string) => void;
  readonly #latencyMs: Record<string, number> = {};
  readonly #startedAt = performance.now();

  constructor(account: Pop3Account, connectionId: string, entered: (phase: string) => void) {
    this.#account = account;
    this.#connectionId = connectionId;
    this.#entered = entered;
  }

  async open(signal: AbortSignal): Promise<Pop3Connection> {
    const { hostPolicy, server } = this.#account;
    const { host, port, security } = server;
    const to = { host, port, protocol: "pop3", hostPolicy, isIndirect: isIndirect(server), signal } as const;
    const plain = await this.#timed("connect", () =>
      dial(to, (address, connectSignal) => openSocket(address, this.#socketOptions(connectSignal))),
    );
    const secure = (): Promise<TLSSocket> => startTls(plain, "tls", this.#socketOptions(signal));
    const socket = security === "tls" ? await this.#timed("tls", secure) : plain;
    const wire = this.#createWire(socket);
    const stopListening = onAbort(signal, () => wire.destroy(abortError(signal, "pop3")));
    try {
      return await this.#begin(wire, signal);
    } catch (error) {
      const fallback = new MailError("The connection was given up", { code: "closed", protocol: "pop3" });
      wire.destroy(error instanceof MailError ? error : fallback);
      throw error;
    } finally {
      stopListening();
    }
  }

  async #begin(wire: Pop3Wire, signal: AbortSignal): Promise<Pop3Connection> {
    const account = this.#account;
    const greeting = await this.#timed("greeting", () => this.#greeting(wire));
    const asked = new AskedCapabilities(wire, account);
    if (account.server.security === "starttls") {
      const inClear = await this.#timed("capability", () => asked.ask());
      await this.#timed("starttls", () => this.#startTls(wire, inClear, signal));
    }
    const { credentials } = account;
    const offer = new LoginOffer(asked, credentials === undefined ? undefined : account.remembered);
    const capabilities = await this.#timed("capability", () => offer.read());
    if (credentials !== undefined) {
      this.#requireSafety(wire);
      wire.loginDelaySeconds = capabilities.loginDelaySeconds;
      await this.#timed("auth", async () => {
        await this.#askForModes(wire, capabilities);
        const attempt = { wire, account, greeting };
        await credentials.login((current) => offer.use(attempt, current), signal);
      });
      // QUIRK: not in one flight with the login, PIPELINING or no: Courier's program for logins takes what stands behind the
      // password with it when it hands the connection over, and no answer ever comes (its live suite shows it).
      await this.#timed("capability", () => asked.askAgain());
    }
    const latencyMs = { ...this.#latencyMs, total: roundMs(performance.now() - this.#startedAt) };
    return { wire, account, capabilities: asked, offer, tls: tlsOf(wire), latencyMs };
  }

  async #greeting(wire: Pop3Wire): Promise<string> {
    const greeting = { name: "greeting", phase: "greeting", line: undefined, shown: "", isMultiline: false };
    const { status } = await command(wire, greeting, { limitMs: this.#account.timeouts.connectMs });
    return status.text;
  }

  async #startTls(wire: Pop3Wire, capabilities: Pop3Capabilities, signal: AbortSignal): Promise<void> {
    if (capabilities.all.size > 0 && !capabilities.hasStls) {
      throw refuse("The server does not offer STLS; nothing was sent in clear", "tls", "starttls");
    }
    const limits = { limitMs: this.#account.timeouts.commandMs };
    await command(wire, createCommand("STLS", [], { phase: "starttls" }), limits);
    if (wire.broken !== undefined) throw wire.broken;
    await wire.replaceSocket((plain) => startTls(plain, "starttls", this.#socketOptions(signal)));
  }

  #requireSafety({ socket, connectionId }: Pop3Wire): void {
    const { server } = this.#account;
    const isEncrypted = socket instanceof TLSSocket && socket.encrypted;
    const address = socket.remoteAddress ?? "";
    requireSafeLogin({ server, address, isEncrypted, protocol: "pop3", connectionId });
  }

  async #askForModes(wire: Pop3Wire, capabilities: Pop3Capabilities): Promise<void> {
    const { utf8, language, timeouts } = this.#account;
    const limits = { limitMs: timeouts.commandMs };
    if (utf8 === true && !capabilities.hasUtf8) {
      throw refuse("The server does not offer UTF8", "unsupported", "utf8");
    }
    if (utf8 === true) await command(wire, createCommand("UTF8"), limits);
    // Who did not ask for it can do without when it is offered and refused.
    else if (utf8 === undefined && capabilities.hasUtf8) await exchange(wire, createCommand("UTF8"), limits);
    if (language !== undefined) await command(wire, createCommand("LANG", [language]), limits);
  }

  #socketOptions(signal: AbortSignal): OpenSocketOptions {
    const { server } = this.#account;
    return { server, protocol: "pop3", connectionId: this.#connectionId, signal };
  }

  #createWire(socket: ConstructorParameters<typeof Pop3Wire>[0]): Pop3Wire {
    const { server, limits, timeouts, redactor, transcript } = this.#account;
    return new Pop3Wire(socket, {
      host: server.host,
      port: server.port,
      connectionId: this.#connectionId,
      maxLineBytes: limits.maxLineBytes,
      stallMs: timeouts.stallMs,
      redact: (text) => redactor.text(text),
      transcript,
    });
  }

  async #timed<T>(phase: string, step: () => Promise<T>): Promise<T> {
    this.#entered(phase);
    const startedAt = performance.now();
    const value = await step();
    this.#latencyMs[phase] = roundMs((this.#latencyMs[phase] ?? 0) + performance.now() - startedAt);
    return value;
  }
}

function tlsOf({ socket }: Pop3Wire): Pop3Connection["tls"] {
  if (!(socket instanceof TLSSocket)) return undefined;
  return { version: socket.getProtocol() ?? "unknown", cipher: socket.getCipher().name };
}

function refuse(message: string, code: "tls" | "unsupported", phase: string): MailError {
  return new MailError(message, { code, protocol: "pop3", phase });
}
