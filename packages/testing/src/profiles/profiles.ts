import { type ImapCapability, imapCapabilityNames } from "../imap/session/imap-capabilities.js";
import type { Pop3Feature } from "../pop3/pop3-server-options.js";
import { type BrokenClaim, brokenClaims } from "./broken-claims.js";
import type { ServerProfile } from "./server-profile.js";

/** A known server or service, or one lie that servers are known to tell, that the servers can behave like. */
export type ProfileName = KnownServer | BrokenClaim;

/** A known server or service. */
type KnownServer = "gmail" | "exchange" | "icloud" | "courier" | "mailutils" | "zimbra" | "domino" | "haraka";

const allBut = (...offered: ImapCapability[]): ImapCapability[] =>
  imapCapabilityNames.filter((name) => name !== "IMAP4rev1" && !offered.includes(name));
const NO_SCRAM = ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"] as const;
const BARE_POP3: readonly Pop3Feature[] = ["APOP", "UTF8", "LANG", "CRAM-MD5", ...NO_SCRAM];
const MINUTE_MS = 60_000;

/** What every session with such a server meets; what only some messages or accounts meet is left to `quirks`. */
const servers: Readonly<Record<KnownServer, ServerProfile>> = {
  gmail: {
    imap: {
      disable: allBut(
        "STARTTLS",
        "SASL-IR",
        "AUTH=PLAIN",
        "AUTH=XOAUTH2",
        "AUTH=OAUTHBEARER",
        "ID",
        "ENABLE",
        "IDLE",
        "NAMESPACE",
        "CHILDREN",
        "UNSELECT",
        "UIDPLUS",
        "MOVE",
        "CONDSTORE",
        "ESEARCH",
        "LIST-EXTENDED",
        "LIST-STATUS",
        "SPECIAL-USE",
        "APPENDLIMIT",
        "QUOTA",
      ),
      maxLiteralBytes: 35_651_584,
      quirks: {
        omitHighestModseqText: true,
        unescapedEnvelope: true,
        maxConnections: 15,
        maxConnectionsAnswer: "alert",
        closeIdleAfterMs: 10 * MINUTE_MS,
      },
    },
    pop3: { disable: BARE_POP3, expireDays: "NEVER" },
    smtp: {
      disable: ["DSN", "REQUIRETLS", "CRAM-MD5", ...NO_SCRAM],
      maxMessageBytes: 35_882_577,
      maxRecipients: 100,
    },
  },
  exchange: {
    imap: {
      disable: allBut(
        "STARTTLS",
        "SASL-IR",
        "AUTH=PLAIN",
        "AUTH=XOAUTH2",
        "LITERAL+",
        "ID",
        "IDLE",
        "NAMESPACE",
        "CHILDREN",
        "UNSELECT",
        "UIDPLUS",
        "MOVE",
      ),
      quirks: { silentIdle: true, omitCopyUid: true, bareNames: "LIST", rawTabs: true },
    },
    pop3: { disable: BARE_POP3 },
    smtp: { disable: ["CRAM-MD5", "REQUIRETLS", "OAUTHBEARER", ...NO_SCRAM], maxRecipients: 500 },
  },
  icloud: {
    imap: {
      disable: ["ESEARCH", "NOTIFY", "OBJECTID", "AUTH=SCRAM-SHA-256"],
      quirks: { omitEnabled: true, malformedVanished: true, truncatedCapabilityAnswers: 5 },
    },
    smtp: { disable: ["REQUIRETLS", "CRAM-MD5", ...NO_SCRAM], maxMessageBytes: 28_311_552 },
  },
  courier: {
    imap: {
      disable: allBut(
        "STARTTLS",
        "AUTH=PLAIN",
        "IDLE",
        "NAMESPACE",
        "CHILDREN",
        "UIDPLUS",
        "SORT",
        "THREAD=ORDEREDSUBJECT",
        "THREAD=REFERENCES",
        "QUOTA",
      ),
      quirks: {
        omitRefusalCodes: true,
        namespacePrefix: "INBOX.",
        madeUpMessages: true,
        reportsAreLeaves: true,
        maxConnections: 4,
        maxConnectionsAnswer: "close",
      },
    },
    pop3: {
      disable: [...BARE_POP3.filter((name) => name !== "UTF8"), "RESP-CODES", "AUTH-RESP-CODE", "EXPIRE"],
      quirks: { wrapUtf8WithoutMode: true },
    },
  },
  mailutils: {
    imap: {
      disable: allBut("STARTTLS", "AUTH=PLAIN", "ID", "IDLE", "NAMESPACE", "UNSELECT", "UIDPLUS"),
      quirks: { omitRefusalCodes: true, emptyOpenUidSearch: true, bareNames: "STATUS" },
    },
    pop3: { disable: [...BARE_POP3, "PIPELINING", "SASL"] },
  },
  zimbra: {
    imap: {
      disable: [
        "SPECIAL-USE",
        "MOVE",
        "NOTIFY",
        "OBJECTID",
        "STATUS=SIZE",
        "APPENDLIMIT",
        "PREVIEW",
        "AUTH=SCRAM-SHA-256",
      ],
      enable: ["XLIST"],
    },
    pop3: { disable: BARE_POP3 },
  },
  domino: {
    imap: {
      disable: allBut("STARTTLS", "AUTH=PLAIN", "LITERAL+", "NAMESPACE", "QUOTA", "UIDPLUS"),
      quirks: { parenthesizedEnvelope: true },
    },
    pop3: { disable: [...BARE_POP3, "SASL"] },
    smtp: { disable: ["CHUNKING", "SMTPUTF8", "REQUIRETLS", "CRAM-MD5", ...NO_SCRAM] },
  },
  haraka: {
    smtp: { disable: ["CHUNKING", "DSN", "REQUIRETLS", ...NO_SCRAM], quirks: { maxBytesBehindDot: 8192 } },
  },
};

/** Every profile by its name. */
export const profiles: Readonly<Record<ProfileName, ServerProfile>> = { ...servers, ...brokenClaims };
