import { saslMechanisms } from "../sasl/sasl-server.js";
import type { Pop3Feature, Pop3ServerOptions } from "./pop3-server-options.js";

/** Where a session stands, as far as capabilities depend on it. */
export interface Pop3Situation {
  readonly isSecure: boolean;
  readonly isAuthenticated: boolean;
}

/** What one server offers, and when. */
export class Pop3Capabilities {
  readonly #options: Pop3ServerOptions;
  readonly #disabled: ReadonlySet<string>;

  constructor(options: Pop3ServerOptions, isTrap: boolean) {
    this.#options = options;
    // SCRAM has the server prove that it knows the password, which a trap does not.
    const unknown = isTrap ? (["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"] as const) : [];
    this.#disabled = new Set([...(options.disable ?? []), ...unknown]);
  }

  has(feature: Pop3Feature): boolean {
    return !this.#disabled.has(feature);
  }

  /** False while `requireTls` asks for TLS first. */
  mayLogIn({ isSecure }: Pop3Situation): boolean {
    return isSecure || this.#options.requireTls !== true;
  }

  mechanisms(situation: Pop3Situation): string[] {
    if (!this.has("SASL") || !this.mayLogIn(situation)) return [];
    return [...saslMechanisms.keys()].filter(
      (name) => !this.#disabled.has(name) && (situation.isSecure || !name.endsWith("-PLUS")),
    );
  }

  /** The lines of CAPA (RFC 2449 §5). */
  lines(situation: Pop3Situation): string[] {
    const { expireDays = "NEVER", loginDelaySeconds = 0 } = this.#options;
    const mechanisms = this.mechanisms(situation);
    const optional: readonly (readonly [Pop3Feature, string])[] = [
      ["TOP", "TOP"],
      ["UIDL", "UIDL"],
      ["RESP-CODES", "RESP-CODES"],
      ["AUTH-RESP-CODE", "AUTH-RESP-CODE"],
      ["PIPELINING", "PIPELINING"],
      ["EXPIRE", `EXPIRE ${expireDays}`],
      ["LOGIN-DELAY", `LOGIN-DELAY ${loginDelaySeconds}`],
      ["UTF8", "UTF8 USER"],
      ["LANG", "LANG"],
      ["IMPLEMENTATION", "IMPLEMENTATION Mailwright-Testing"],
    ];
    const lines = optional.filter(([feature]) => this.has(feature)).map(([, line]) => line);
    if (this.has("USER") && this.mayLogIn(situation)) lines.push("USER");
    if (mechanisms.length > 0) lines.push(`SASL ${mechanisms.join(" ")}`);
    if (this.has("STLS") && !situation.isSecure && !situation.isAuthenticated) lines.push("STLS");
    return lines;
  }
}
