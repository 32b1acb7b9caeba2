import type { Credentials } from "@mailwright/core";
import type { Pop3Session } from "../../src/session/pop3-session.js";

/** A recorded kind of server: how it greets, lists, refuses, and what must come of it. */
export interface VendorTranscript {
  readonly credentials: Credentials;
  readonly script: string;
  readonly expected: Awaited<ReturnType<typeof work>>;
}

/** The same work on every server: list, fetch two messages and one that is not there, look at one, delete one. */
export async function work(
  box: Pop3Session,
  fetched: string[] = [],
): Promise<{
  listing: readonly { number: number; sizeBytes: number; uidl: string | undefined }[];
  fetched: string[];
  top: string;
}> {
  const listing = await box.listMessages();
  for await (const item of box.fetchEach([1, 2, 3])) {
    fetched.push(item.ok ? item.value.source.toString("latin1") : item.error.code);
  }
  const top = await box.top(1, 0).then(
    (header) => header.toString("latin1"),
    (error) => {
      if (error.connectionBroken) throw error;
      return error.code;
    },
  );
  await box.deleteMessage(2);
  return { listing, fetched, top };
}

const PASSWORD: Credentials = { user: "ada", password: "s3cret" };
const TOKEN: Credentials = { user: "ada", accessToken: "tok" };
const FIRST = "Subject: a\r\n\r\n.\r\n..\r\n\xe9\r\n";
const SECOND = "Subject: b\r\n\r\nno.\r\n\r\n";
const listed = (...uidls: (string | undefined)[]) => [
  { number: 1, sizeBytes: 25, uidl: uidls[0] },
  { number: 2, sizeBytes: 21, uidl: uidls[1] },
];

export const VENDORS: Readonly<Record<string, VendorTranscript>> = {
  Dovecot: {
    credentials: PASSWORD,
    expected: {
      listing: listed("000000015ce5f3d2", "000000025ce5f3d2"),
      fetched: [FIRST, SECOND, "not-found"],
      top: "Subject: a\r\n\r\n",
    },
    script: `
      S: +OK Dovecot (Debian) ready.
      C: CAPA
      S: +OK
      S: CAPA
      S: TOP
      S: UIDL
      S: RESP-CODES
      S: PIPELINING
      S: AUTH-RESP-CODE
      S: USER
      S: SASL PLAIN LOGIN
      S: .
      C: AUTH PLAIN AGFkYQBzM2NyZXQ=
      S: +OK Logged in.
      C: CAPA
      S: +OK
      S: PIPELINING
      S: .
      C: STAT
      C: LIST
      C: UIDL
      S: +OK 2 46
      S: +OK 2 messages:
      S: 1 25
      S: 2 21
      S: .
      S: +OK
      S: 1 000000015ce5f3d2
      S: 2 000000025ce5f3d2
      S: .
      C: LIST 3
      C: UIDL 3
      S: -ERR There's no message 3.
      S: -ERR There's no message 3.
      C: RETR 1
      C: RETR 2
      S: +OK 25 octets
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      S: +OK 21 octets
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: +OK
      S: Subject: a
      S:
      S: .
      C: DELE 2
      S: +OK Marked to be deleted.
      C: QUIT
      S: +OK Logging out, messages deleted.
      CLOSE:
    `,
  },
  Courier: {
    credentials: PASSWORD,
    expected: {
      listing: listed("UID1-1763630000", "UID2-1763630000"),
      fetched: [FIRST, SECOND, "not-found"],
      top: "Subject: a\r\n\r\n",
    },
    script: `
      S: +OK Hello there.
      C: CAPA
      S: +OK Here's what I can do:
      S: STLS
      S: TOP
      S: USER
      S: LOGIN-DELAY 10
      S: PIPELINING
      S: UIDL
      S: IMPLEMENTATION Courier Mail Server
      S: .
      C: USER ada
      S: +OK Password required.
      C: PASS s3cret
      S: +OK logged in.
      C: CAPA
      S: +OK Here's what I can do:
      S: TOP
      S: PIPELINING
      S: UIDL
      S: .
      C: STAT
      C: LIST
      C: UIDL
      S: +OK 2 46
      S: +OK POP3 clients that break here, they violate STD53.
      S: 1 25
      S: 2 21
      S: .
      S: +OK
      S: 1 UID1-1763630000
      S: 2 UID2-1763630000
      S: .
      C: LIST 3
      C: UIDL 3
      S: -ERR Invalid message number.
      S: -ERR Invalid message number.
      C: RETR 1
      C: RETR 2
      S: +OK 25 octets follow.
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      S: +OK 21 octets follow.
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: +OK headers follow.
      S: Subject: a
      S:
      S: .
      C: DELE 2
      S: +OK Deleted.
      C: QUIT
      S: +OK Bye-bye.
      CLOSE:
    `,
  },
  Cyrus: {
    credentials: PASSWORD,
    expected: {
      listing: listed("1763630000.1", "1763630000.2"),
      fetched: [FIRST, SECOND, "not-found"],
      top: "Subject: a\r\n\r\n",
    },
    script: `
      S: +OK mx.example.test Cyrus POP3 3.6.1-Debian server ready <1763630000.4711@mx.example.test>
      C: CAPA
      S: +OK List of capabilities follows
      S: SASL DIGEST-MD5 PLAIN
      S: EXPIRE NEVER
      S: LOGIN-DELAY 0
      S: TOP
      S: UIDL
      S: PIPELINING
      S: RESP-CODES
      S: AUTH-RESP-CODE
      S: USER
      S: IMPLEMENTATION Cyrus POP3 3.6.1
      S: .
      C: AUTH PLAIN AGFkYQBzM2NyZXQ=
      S: +OK Maildrop locked and ready SESSIONID=<cyrus-4711>
      C: CAPA
      S: +OK List of capabilities follows
      S: PIPELINING
      S: UIDL
      S: .
      C: STAT
      C: LIST
      C: UIDL
      S: +OK 2 46
      S: +OK scan listing follows
      S: 1 25
      S: 2 21
      S: .
      S: +OK unique-id listing follows
      S: 1 1763630000.1
      S: 2 1763630000.2
      S: .
      C: LIST 3
      C: UIDL 3
      S: -ERR No such message
      S: -ERR No such message
      C: RETR 1
      C: RETR 2
      S: +OK Message follows
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      S: +OK Message follows
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: +OK Message follows
      S: Subject: a
      S:
      S: .
      C: DELE 2
      S: +OK message deleted
      C: QUIT
      S: +OK
      CLOSE:
    `,
  },
  "GNU mailutils": {
    credentials: PASSWORD,
    expected: {
      listing: listed("0f2a9d1c", "e88d11b0"),
      fetched: [FIRST, SECOND, "not-found"],
      top: "Subject: a\r\n\r\n",
    },
    script: `
      S: +OK POP3 Ready <4711.1763630000@mx>
      C: CAPA
      S: +OK Capability list follows
      S: TOP
      S: USER
      S: UIDL
      S: RESP-CODES
      S: PIPELINING
      S: EXPIRE NEVER
      S: IMPLEMENTATION pop3d (GNU Mailutils 3.15)
      S: .
      C: USER ada
      S: +OK
      C: PASS s3cret
      S: +OK opened mailbox for ada
      C: CAPA
      S: +OK Capability list follows
      S: PIPELINING
      S: .
      C: STAT
      C: LIST
      C: UIDL
      S: +OK 2 46
      S: +OK
      S: 1 25
      S: 2 21
      S: .
      S: +OK
      S: 1 0f2a9d1c
      S: 2 e88d11b0
      S: .
      C: LIST 3
      C: UIDL 3
      S: -ERR No such message
      S: -ERR No such message
      C: RETR 1
      C: RETR 2
      S: +OK
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      S: +OK
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: +OK
      S: Subject: a
      S:
      S: .
      C: DELE 2
      S: +OK
      C: QUIT
      S: +OK
      CLOSE:
    `,
  },
  Exchange: {
    credentials: TOKEN,
    expected: {
      listing: listed("AAAwAQABAAAA", "AAAwAQACAAAA"),
      fetched: [FIRST, SECOND, "not-found"],
      top: "Subject: a\r\n\r\n",
    },
    script: `
      S: +OK The Microsoft Exchange POP3 service is ready. [UwBDADEAUABSADgAMABDAEEAMAAxADAANQA=]
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: SASL PLAIN XOAUTH2
      S: USER
      S: .
      C: AUTH XOAUTH2
      S-: +
      S: \\x20
      C: dXNlcj1hZGEBYXV0aD1CZWFyZXIgdG9rAQE=
      S: +OK User successfully authenticated. [MwA5AA==]
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: .
      C: STAT
      S: +OK 2 46
      C: LIST
      S: +OK
      S: 1 25
      S: 2 21
      S: .
      C: UIDL
      S: +OK
      S: 1 AAAwAQABAAAA
      S: 2 AAAwAQACAAAA
      S: .
      C: LIST 3
      S: -ERR The specified message is out of range.
      C: UIDL 3
      S: -ERR The specified message is out of range.
      C: RETR 1
      S: +OK
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      C: RETR 2
      S: +OK
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: +OK
      S: Subject: a
      S:
      S: .
      C: DELE 2
      S: +OK
      C: QUIT
      S: +OK Microsoft Exchange Server POP3 server signing off.
      CLOSE:
    `,
  },
  Gmail: {
    credentials: PASSWORD,
    expected: {
      listing: listed("GmailId19a9f0c1", "GmailId19a9f0c2"),
      fetched: [FIRST, SECOND, "not-found"],
      top: "Subject: a\r\n\r\n",
    },
    script: `
      S: +OK Gpop ready for requests from 203.0.113.7 n67mb28062338lja
      C: CAPA
      S: +OK Capability list follows
      S: USER
      S: RESP-CODES
      S: EXPIRE 0
      S: LOGIN-DELAY 300
      S: TOP
      S: UIDL
      S: X-GOOGLE-RICO
      S: SASL PLAIN XOAUTH2 OAUTHBEARER
      S: .
      C: AUTH PLAIN AGFkYQBzM2NyZXQ=
      S: +OK Welcome.
      C: CAPA
      S: +OK Capability list follows
      S: UIDL
      S: .
      C: STAT
      S: +OK 2 46
      C: LIST
      S: +OK 2 messages (46 bytes)
      S: 1 25
      S: 2 21
      S: .
      C: UIDL
      S: +OK
      S: 1 GmailId19a9f0c1
      S: 2 GmailId19a9f0c2
      S: .
      C: LIST 3
      S: -ERR Message number out of range.
      C: UIDL 3
      S: -ERR Message number out of range.
      C: RETR 1
      S: +OK message follows
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      C: RETR 2
      S: +OK message follows
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: +OK message follows
      S: Subject: a
      S:
      S: .
      C: DELE 2
      S: +OK marked for deletion
      C: QUIT
      S: +OK Farewell.
      CLOSE:
    `,
  },
  "RFC 1939 and no more": {
    credentials: PASSWORD,
    expected: {
      listing: listed(undefined, undefined),
      fetched: [FIRST, SECOND, "not-found"],
      top: "unsupported",
    },
    script: `
      S: +OK
      C: CAPA
      S: -ERR Unknown command
      C: USER ada
      S: +OK
      C: PASS s3cret
      S: +OK
      C: CAPA
      S: -ERR Unknown command
      C: STAT
      S: +OK 2 46
      C: LIST
      S: +OK
      S: 1 25
      S: 2 21
      S: .
      C: UIDL
      S: -ERR Unknown command
      C: LIST 3
      S: -ERR no such message
      C: UIDL 3
      S: -ERR Unknown command
      C: RETR 1
      S: +OK
      S: Subject: a
      S:
      S: ..
      S: ...
      S: \\xe9
      S: .
      C: RETR 2
      S: +OK
      S: Subject: b
      S:
      S: no.
      S:
      S: .
      C: TOP 1 0
      S: -ERR Unknown command
      C: DELE 2
      S: +OK
      C: QUIT
      S: +OK
      CLOSE:
    `,
  },
};
