import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTagged, parseRon, type RonValue } from "./ron.js";

export type Protocol = "imap" | "smtp" | "pop3";

/** What the server of one case says; texts are wire bytes, `<tag>` in them is the client's tag. */
export interface StarttlsCase {
  readonly protocol: Protocol;
  readonly name: string;
  readonly greeting: string;
  readonly afterGreeting: string;
  readonly capabilities: readonly string[];
  readonly capabilitiesInTls: readonly string[];
  /** The answer to STARTTLS; `undefined` for the usual one. */
  readonly upgradeAnswer: string | undefined;
  /** Whether a handshake follows the answer. */
  readonly upgrades: boolean;
  readonly afterTls: string;
  /** Commands in lower case that the server does not know. */
  readonly hidden: ReadonlySet<string>;
  readonly ignored: ReadonlySet<string>;
  readonly ignoredInTls: ReadonlySet<string>;
  readonly overridden: ReadonlyMap<string, string>;
  /** Answers under TLS, by command in lower case. */
  readonly overriddenInTls: ReadonlyMap<string, string>;
  readonly implicitTls: boolean;
}

const CORPUS = fileURLToPath(new URL("../../../../shared/corpora/starttls/", import.meta.url));

/** True where the corpus is: it is not part of this repository. */
export const hasStarttlsCorpus: boolean = existsSync(CORPUS);

/**
 * All cases of a protocol, none where the corpus is not there. Lines that the corpus keeps as comments, to be tried one
 * by one, become cases of their own.
 */
export function readStarttlsCases(protocol: Protocol): StarttlsCase[] {
  // vitest runs the body of a suite that it skips.
  if (!hasStarttlsCorpus) return [];
  const files = readdirSync(`${CORPUS}${protocol}`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ron"))
    .sort();
  return files.flatMap((file) => {
    const text = readFileSync(`${CORPUS}${protocol}/${file}`, "utf8");
    const name = file.replace(/\.ron$/, "");
    const plays = [{ name, text }, ...variants(name, text)].map((variant) =>
      toCase(protocol, variant.name, parseRon(variant.text) as Record<string, RonValue>),
    );
    return [...plays, ...plays.slice(0, 1).flatMap((play) => referrals(play, text))];
  });
}

const OPTIONAL =
  /^\s*\/\/\s*((?:starttls_response|stls_response|response_after_tls|ignore_commands_tls): .*)$/gm;

function variants(name: string, text: string): { name: string; text: string }[] {
  const options = [...text.matchAll(OPTIONAL)].map((match) => match[1] ?? "");
  return options.map((option, index) => {
    const key = option.slice(0, option.indexOf(":"));
    // A hidden answer replaces the one that the case has.
    const base = text.replace(new RegExp(`^\\s*${key}: .*$`, "m"), "");
    return { name: `${name} #${index + 1}`, text: base.replace(/\)\s*(\/\/[^\n]*\s*)*$/, `${option}\n)`) };
  });
}

const REFERRAL = /\/\/\s*override_(\w+): Some\(No\([\s\S]*?Referral\("([^"]*)"\)/g;

function referrals(play: StarttlsCase, text: string): StarttlsCase[] {
  return [...text.matchAll(REFERRAL)].map(([, command = "", url]) => ({
    ...play,
    name: `${play.name} #${command}`,
    overriddenInTls: new Map([[command, `<tag> NO [REFERRAL ${url}] try another server\r\n`]]),
  }));
}

function toCase(protocol: Protocol, name: string, fields: Record<string, RonValue>): StarttlsCase {
  const text = (key: string): string | undefined => {
    const value = fields[key];
    return isTagged(value) ? String(value.values[0]) : value === undefined ? undefined : String(value);
  };
  const words = (key: string): Set<string> =>
    new Set(((fields[key] ?? []) as string[]).map((word) => word.toLowerCase()));
  const overridden = new Map(
    Object.entries((fields["override_response"] ?? {}) as Record<string, string>).map(
      ([command, answer]) => [command.toLowerCase(), answer] as const,
    ),
  );
  const upgradeCommand = protocol === "pop3" ? "stls" : "starttls";
  const isOverridden = overridden.has(upgradeCommand);
  const transition = fields["starttls_transition"] ?? fields["stls_make_transition"] ?? true;
  return {
    protocol,
    name,
    greeting: overridden.get("greeting") ?? toGreeting(protocol, fields["greeting"]),
    afterGreeting: text("response_after_greeting") ?? "",
    capabilities: toCapabilities(fields["caps"] ?? fields["capa"] ?? fields["capabilities"]),
    capabilitiesInTls: toCapabilities(fields["caps_tls"] ?? fields["capa_tls"] ?? fields["capabilities_tls"]),
    upgradeAnswer: overridden.get(upgradeCommand) ?? text("starttls_response") ?? text("stls_response"),
    upgrades: transition === true && !isOverridden,
    afterTls: text("response_after_tls") ?? "",
    hidden: words("hide_commands"),
    ignored: words("ignore_commands"),
    ignoredInTls: words("ignore_commands_tls"),
    overridden,
    overriddenInTls: new Map(),
    implicitTls: fields["implicit_tls"] === true,
  };
}

function toGreeting(protocol: Protocol, value: RonValue | undefined): string {
  if (typeof value === "string") return value;
  if (protocol !== "imap") return "220 example.org ESMTP ready\r\n";
  const { kind, code, text } = value as { kind: RonValue; code: RonValue; text: RonValue };
  const words = isTagged(code) && code.tag === "Some" ? `[${toResponseCode(code.values[0])}] ` : "";
  return `* ${lastWord(kind).toUpperCase()} ${words}${lastWord(text)}\r\n`;
}

function toResponseCode(code: RonValue | undefined): string {
  if (!isTagged(code)) return "";
  if (code.tag !== "Capability") return code.tag.toUpperCase();
  return ["CAPABILITY", ...toCapabilities(isTagged(code.values[0]) ? code.values[0].values[0] : [])].join(
    " ",
  );
}

const NAMES: Readonly<Record<string, string>> = {
  Imap4Rev1: "IMAP4rev1",
  LoginReferrals: "LOGIN-REFERRALS",
  MailboxReferrals: "MAILBOX-REFERRALS",
};

function toCapabilities(value: RonValue | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    if (!isTagged(item)) return String(item);
    const [inner] = item.values;
    if (item.tag === "Auth") {
      // SMTP lists its mechanisms behind one AUTH, IMAP each by itself.
      if (Array.isArray(inner))
        return ["AUTH", ...inner.map((mechanism) => lastWord(mechanism).toUpperCase())].join(" ");
      return `AUTH=${lastWord(inner).toUpperCase()}`;
    }
    if (item.tag === "Compress") return "COMPRESS=DEFLATE";
    return item.values.length > 0 ? lastWord(item) : (NAMES[item.tag] ?? item.tag.toUpperCase());
  });
}

/** The innermost name or text: `Other(CapabilityOther(inner: Atom("X")))` is `X`. */
function lastWord(value: RonValue | undefined): string {
  if (isTagged(value)) return value.values.length === 0 ? value.tag : lastWord(value.values[0]);
  if (typeof value === "object" && !Array.isArray(value)) return lastWord(Object.values(value)[0]);
  return String(value);
}
