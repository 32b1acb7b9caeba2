import type { Protocol, StarttlsCase } from "./starttls-case.js";

/** A case, and whether the client is served over TLS in the end or gets an error. */
export interface OwnCase {
  readonly play: StarttlsCase;
  readonly ending: "served" | "refused" | "either";
}

const NOTHING = {
  afterGreeting: "",
  upgradeAnswer: undefined,
  upgrades: true,
  afterTls: "",
  hidden: new Set<string>(),
  ignored: new Set<string>(),
  ignoredInTls: new Set<string>(),
  overridden: new Map<string, string>(),
  overriddenInTls: new Map<string, string>(),
  implicitTls: false,
};

const HONEST: Readonly<Record<Protocol, StarttlsCase>> = {
  imap: {
    ...NOTHING,
    protocol: "imap",
    name: "an honest server",
    greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n",
    capabilities: ["IMAP4rev1", "STARTTLS", "LOGINDISABLED"],
    capabilitiesInTls: ["IMAP4rev1", "AUTH=PLAIN"],
  },
  pop3: {
    ...NOTHING,
    protocol: "pop3",
    name: "an honest server",
    greeting: "+OK ready\r\n",
    capabilities: ["STLS", "UIDL"],
    capabilitiesInTls: ["USER", "UIDL"],
  },
  smtp: {
    ...NOTHING,
    protocol: "smtp",
    name: "an honest server",
    greeting: "220 example.org ESMTP ready\r\n",
    capabilities: ["STARTTLS"],
    capabilitiesInTls: ["AUTH PLAIN LOGIN"],
  },
};

/** What differs between the protocols in the cases that all of them have. */
const WORDS: Readonly<
  Record<Protocol, { command: string; yes: string; no: string; offers: string[]; more: string }>
> = {
  imap: {
    command: "starttls",
    yes: "<tag> OK begin TLS\r\n",
    no: "<tag> NO not now\r\n",
    offers: ["IMAP4rev1", "AUTH=PLAIN", "AUTH=LOGIN"],
    more: "* CAPABILITY IMAP4rev1 AUTH=SLIPPED9IN\r\n",
  },
  pop3: {
    command: "stls",
    yes: "+OK begin TLS\r\n",
    no: "-ERR not now\r\n",
    offers: ["USER", "SASL PLAIN LOGIN"],
    more: "+OK SLIPPED9IN\r\n",
  },
  smtp: {
    command: "starttls",
    yes: "220 begin TLS\r\n",
    no: "454 not now\r\n",
    offers: ["AUTH PLAIN LOGIN"],
    more: "250 SLIPPED9IN\r\n",
  },
};

/** The kinds of attack that the study found, one server for each: what is tested wherever its corpus is not. */
export function ownStarttlsCases(protocol: Protocol): OwnCase[] {
  const honest = HONEST[protocol];
  const { command, yes, no, offers, more } = WORDS[protocol];
  const as = (
    name: string,
    changes: Partial<StarttlsCase>,
    ending: OwnCase["ending"] = "refused",
  ): OwnCase => ({
    play: { ...honest, name, ...changes },
    ending,
  });
  const without = { capabilities: offers, hidden: new Set([command]), upgrades: false };
  return [
    { play: honest, ending: "served" },
    as("no TLS on offer, but logins in clear", {
      ...without,
      greeting: honest.greeting.replace(/\[CAPABILITY [^\]]*\] /, ""),
    }),
    as("TLS on offer, then refused", { upgradeAnswer: no, upgrades: false }),
    as("TLS promised, then no handshake", { upgradeAnswer: yes, upgrades: false }),
    as("no answer to the request for TLS", { ignored: new Set([command]) }),
    as("a reply slipped in behind the promise of TLS", { upgradeAnswer: yes + more }),
    as("a reply slipped in behind the greeting", { afterGreeting: more }, "either"),
    ...(protocol === "imap"
      ? [
          as("logged in from the start", {
            ...without,
            greeting: "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n",
          }),
        ]
      : []),
  ];
}
