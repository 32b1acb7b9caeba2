import { differentialMessages, toWire } from "./differential-messages.js";
import type { DifferentialStep } from "./differential-run.js";

function step(session: string, ...command: string[]): DifferentialStep {
  return { session, command };
}

/** APPENDs of every message, spread over days, as session `a`. */
export function fillSteps(mailbox = "Box"): DifferentialStep[] {
  return differentialMessages.map((message, index) =>
    step(
      "a",
      `APPEND ${mailbox} (${index % 2 ? "\\Seen" : "\\Flagged Work"}) "0${index + 1}-Nov-2026 1${index}:30:00 +0200" `,
      toWire(message),
    ),
  );
}

const FETCHES = [
  ...[
    "FAST",
    "ALL",
    "FULL",
    "(UID ENVELOPE)",
    "(BODYSTRUCTURE)",
    "BODY",
    "RFC822.HEADER",
    "(RFC822.SIZE INTERNALDATE)",
  ],
  ...[
    "BODY.PEEK[]",
    "BODY.PEEK[HEADER]",
    "BODY.PEEK[TEXT]",
    "BODY.PEEK[1]",
    "BODY.PEEK[2]",
    "BODY.PEEK[1.1]",
  ],
  ...["BODY.PEEK[1.2]", "BODY.PEEK[1.MIME]", "BODY.PEEK[2.MIME]", "BODY.PEEK[2.HEADER]", "BODY.PEEK[2.TEXT]"],
  ...[
    "BODY.PEEK[2.1]",
    "BODY.PEEK[2.2]",
    "BODY.PEEK[2.1.MIME]",
    "BODY.PEEK[3]",
    "BODY.PEEK[1.1.1]",
    "BODY.PEEK[2.3]",
  ],
  ...["BODY.PEEK[HEADER.FIELDS (SUBJECT To X-Custom)]", "BODY.PEEK[HEADER.FIELDS.NOT (Received From)]"],
  ...[
    "BODY.PEEK[2.HEADER.FIELDS (Subject)]",
    "BODY.PEEK[]<0.10>",
    "BODY.PEEK[]<5.100000>",
    "BODY.PEEK[TEXT]<100000.5>",
  ],
  ...[
    "BODY.PEEK[1]<2.3>",
    "BODY.PEEK[HEADER.FIELDS (Nope)]",
    "(BODY.PEEK[HEADER.FIELDS (From)] BODY.PEEK[1] UID)",
  ],
];

const SEARCHES = [
  ...[
    "ALL",
    "SEEN",
    "UNSEEN",
    "FLAGGED",
    "UNFLAGGED",
    "ANSWERED",
    "DELETED",
    "UNDELETED",
    "DRAFT",
    "KEYWORD Work",
  ],
  ...[
    "UNKEYWORD Work",
    "1:3",
    "2,4:5,*",
    "UID 1:4",
    "UID 3:*",
    "NOT 1:3",
    "OR SEEN FLAGGED",
    "OR (SEEN 2) (FLAGGED 1)",
  ],
  ...["NOT (OR SEEN DELETED)", "FROM ada", 'FROM "Lovelace"', "FROM müller", "TO carol", "CC dave", "BCC x"],
  ...[
    'SUBJECT "Grüße"',
    "SUBJECT engine",
    'SUBJECT ""',
    'HEADER X-Custom ""',
    "HEADER X-Custom two",
    "HEADER Message-ID 3@",
  ],
  ...[
    "BODY words",
    "BODY Köln",
    "BODY nowhere",
    "TEXT digest",
    "TEXT engine",
    "LARGER 300",
    "SMALLER 100",
    "LARGER 0",
  ],
  ...["BEFORE 3-Nov-2026", "ON 3-Nov-2026", "SINCE 3-Nov-2026", "SENTBEFORE 3-Nov-2026", "SENTON 2-Nov-2026"],
  ...[
    "SENTSINCE 4-Nov-2026",
    "SENTON 06-Nov-2026",
    "LARGER 10 SMALLER 400 NOT SEEN",
    "UID 99:100",
    "OLDER 60",
    "YOUNGER 60",
  ],
  ...[
    "CHARSET UTF-8 ALL",
    "CHARSET X-NOPE ALL",
    "NOPE",
    "OR SEEN",
    "()",
    "SEEN)",
    "BEFORE yesterday",
    "LARGER x",
    "1:99",
  ],
];

/** Sessions written by hand: every command, its errors, and two clients watching each other. */
export const handWrittenSteps: readonly DifferentialStep[] = [
  ...["CREATE Box", "CREATE Filed", "CREATE Bin", "UNSUBSCRIBE INBOX"].map((c) => step("a", c)),
  ...["NOOP", 'LIST "" "*"', 'LIST "" "%"', 'LIST "" INBOX', 'LSUB "" "*"', "NAMESPACE"].map((c) =>
    step("a", c),
  ),
  ...["FETCH 1 FLAGS", "CLOSE", "EXPUNGE", "SEARCH ALL", "STORE 1 FLAGS ()", "COPY 1 Box"].map((c) =>
    step("a", c),
  ),
  ...[
    "SELECT Nowhere",
    "EXAMINE Nowhere",
    "STATUS Nowhere (MESSAGES)",
    "LOGIN x y",
    "NONSENSE",
    "SELECT",
  ].map((c) => step("a", c)),
  step("a", "SELECT Box"),
  ...["FETCH 1:* FLAGS", "UID FETCH 1:* FLAGS", "SEARCH ALL", "UID SEARCH ALL", "STORE 1 FLAGS ()"].map((c) =>
    step("a", c),
  ),
  ...["UID STORE 1 FLAGS ()", "EXPUNGE", "SEARCH UNSEEN", "FETCH 1 FLAGS", "UID COPY 1:* Bin"].map((c) =>
    step("a", c),
  ),
  step("a", "UNSELECT"),
  ...fillSteps(),
  step("a", "APPEND Nowhere ", "Subject: x\r\n\r\n"),
  step("a", "APPEND Box (\\Nope) ", "Subject: x\r\n\r\n"),
  step("a", 'APPEND Box "not a date" ', "Subject: x\r\n\r\n"),
  step("a", "STATUS Box (MESSAGES UIDNEXT UNSEEN UIDVALIDITY)"),
  step("a", "STATUS Box (MESSAGES NOPE)"),
  step("a", "EXAMINE Box"),
  step("a", "STORE 1 +FLAGS (\\Deleted)"),
  step("a", "EXPUNGE"),
  step("a", "FETCH 1 BODY[TEXT]"),
  step("a", "SELECT Box"),
  ...FETCHES.map((items) => step("a", `FETCH 1:* ${items}`)),
  ...[
    "FETCH 1:99 FLAGS",
    "FETCH 0 FLAGS",
    "FETCH * FLAGS",
    "FETCH 3:1 UID",
    "FETCH 2,2,1:2 UID",
    "FETCH 1 NOPE",
  ].map((c) => step("a", c)),
  ...[
    "UID FETCH 99 FLAGS",
    "UID FETCH 99:* FLAGS",
    "UID FETCH 3,1 (FLAGS)",
    "FETCH 1",
    "FETCH 1 (FLAGS",
    "FETCH 1 BODY[NOPE]",
  ].map((c) => step("a", c)),
  ...[
    "FETCH 1 BODY[1.MIME",
    "FETCH 1 BODY[HEADER.FIELDS ()]",
    "FETCH 1 BODY[MIME]",
    "FETCH 1 BODY.PEEK[]<0.0>",
    "FETCH 1 BODY.PEEK[0]",
  ].map((c) => step("a", c)),
  ...SEARCHES.flatMap((keys) => [step("a", `SEARCH ${latin(keys)}`), step("a", `UID SEARCH ${latin(keys)}`)]),
  ...["()", "(MIN)", "(MAX COUNT)", "(MIN MAX COUNT ALL)", "(NOPE)"].flatMap((options) => [
    step("a", `SEARCH RETURN ${options} SEEN`),
    step("a", `UID SEARCH RETURN ${options} UID 99`),
  ]),
  ...[
    "UID SEARCH RETURN (SAVE) FLAGGED",
    "FETCH $ UID",
    "UID FETCH $ FLAGS",
    "SEARCH $",
    "UID SEARCH RETURN (SAVE MIN COUNT) SEEN",
  ].map((c) => step("a", c)),
  ...[
    "UID STORE $ +FLAGS (Kept)",
    "SEARCH KEYWORD Kept",
    "UID SEARCH RETURN (SAVE) KEYWORD Nope",
    "UID FETCH $ FLAGS",
  ].map((c) => step("a", c)),
  ...[
    "ARRIVAL",
    "REVERSE ARRIVAL",
    "DATE",
    "SIZE",
    "REVERSE SIZE",
    "SUBJECT",
    "FROM",
    "TO",
    "CC SUBJECT",
  ].flatMap((keys) => [
    step("a", `SORT (${keys}) UTF-8 ALL`),
    step("a", `UID SORT (${keys}) UTF-8 NOT SEEN`),
  ]),
  ...["SORT () UTF-8 ALL", "SORT (NOPE) UTF-8 ALL", "SORT (SIZE) X-NOPE ALL"].map((c) => step("a", c)),
  // Two sessions.
  ...["SELECT Box", "FETCH 1:* FLAGS"].map((c) => step("b", c)),
  step("a", "STORE 1:2 +FLAGS (\\Answered)"),
  step("b", "NOOP"),
  step("a", "STORE 1 -FLAGS.SILENT (\\Answered)"),
  step("a", "STORE 3 FLAGS (\\Draft $Custom)"),
  step("b", "NOOP"),
  step("a", "STORE 1 NOPE (\\Seen)"),
  step("a", "STORE 1 FLAGS (\\Nope)"),
  step("a", "STORE 99 FLAGS (\\Seen)"),
  step("a", "UID STORE 99 FLAGS (\\Seen)"),
  step("a", "UID STORE 1,3 +FLAGS (\\Deleted)"),
  step("b", "NOOP"),
  step("a", "UID EXPUNGE 3"),
  step("b", "NOOP"),
  step("b", "FETCH 1:* (UID FLAGS)"),
  step("a", "EXPUNGE"),
  step("b", "CHECK"),
  step("a", "COPY 1:2 Filed"),
  step("a", "UID COPY 2,4 Nowhere"),
  step("a", "UID COPY 99 Filed"),
  step("a", "COPY 1 Box"),
  step("b", "NOOP"),
  step("a", "UID MOVE 2 Bin"),
  step("a", "MOVE 1 Filed"),
  step("b", "NOOP"),
  step("b", "UID FETCH 1:* (UID FLAGS)"),
  step("b", "FETCH 1 BODY[TEXT]"),
  step("a", "NOOP"),
  step("b", "IDLE"),
  step("a", "STATUS Filed (MESSAGES UNSEEN UIDNEXT SIZE)"),
  // Mailboxes.
  ...[
    "CREATE Work",
    "CREATE Work",
    "CREATE Work{/}2026{/}Q4",
    "CREATE inbox",
    "CREATE &ANw-ber",
    "CREATE Trailing{/}",
  ].map((c) => step("a", c)),
  ...[
    'LIST "" "*"',
    'LIST "" "%"',
    'LIST "" "Work{/}%"',
    'LIST Work "*"',
    'LIST Work{/} "%"',
    'LIST "" "*Q4"',
  ].map((c) => step("a", c)),
  ...[
    'LIST "" "inbox"',
    'LIST "" ("Work*" "Tr%")',
    'LIST (SPECIAL-USE) "" "*"',
    'LIST "" "*" RETURN (CHILDREN)',
  ].map((c) => step("a", c)),
  ...['LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN))', 'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE)'].map(
    (c) => step("a", c),
  ),
  ...[
    "SUBSCRIBE Work",
    "SUBSCRIBE Work{/}2026{/}Q4",
    'LSUB "" "*"',
    'LSUB "" "%"',
    'LIST (SUBSCRIBED) "" "*"',
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"',
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" "*"',
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" "Work{/}%"',
    'LIST (RECURSIVEMATCH) "" "*"',
  ].map((c) => step("a", c)),
  step("a", "UNSUBSCRIBE Work"),
  step("a", 'LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"'),
  step("a", "SUBSCRIBE Work"),
  ...["UNSUBSCRIBE Work", "UNSUBSCRIBE Work", 'LSUB "" "*"', 'LSUB "" "%"', 'LSUB "" "W%"'].map((c) =>
    step("a", c),
  ),
  ...[
    "RENAME Work Old",
    "RENAME Nowhere New",
    "RENAME Old Filed",
    'LIST "" "O*"',
    "SELECT Old{/}2026{/}Q4",
  ].map((c) => step("a", c)),
  ...[
    "UNSELECT",
    "DELETE Old{/}2026{/}Q4",
    "DELETE Old",
    "DELETE Nowhere",
    "DELETE INBOX",
    'LIST "" "*"',
  ].map((c) => step("a", c)),
  ...[
    'CREATE "with space"',
    'STATUS "with space" (MESSAGES)',
    'DELETE "with space"',
    "CREATE &broken",
    "SELECT &-amp",
  ].map((c) => step("a", c)),
  // CONDSTORE and QRESYNC.
  ...[
    "ENABLE CONDSTORE",
    "SELECT Filed (CONDSTORE)",
    "FETCH 1:* (FLAGS MODSEQ)",
    "STORE 1 +FLAGS (\\Flagged)",
  ].map((c) => step("a", c)),
  ...[
    "STORE 1 (UNCHANGEDSINCE 1) -FLAGS (\\Flagged)",
    "UID STORE 1:* (UNCHANGEDSINCE 1) +FLAGS.SILENT (\\Seen)",
  ].map((c) => step("a", c)),
  ...[
    "STORE 2 +FLAGS.SILENT (\\Answered)",
    "SEARCH MODSEQ 1",
    "SEARCH MODSEQ 999999",
    "UID SEARCH RETURN (ALL) MODSEQ 1",
  ].map((c) => step("a", c)),
  ...[
    "FETCH 1:* FLAGS (CHANGEDSINCE 1)",
    "FETCH 1:* FLAGS (CHANGEDSINCE 999999)",
    "STATUS Filed (HIGHESTMODSEQ)",
  ].map((c) => step("a", c)),
  ...[
    "UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)",
    "SELECT Filed (QRESYNC (1 1))",
    "ENABLE QRESYNC",
    "ENABLE QRESYNC",
    "ENABLE NOPE",
  ].map((c) => step("a", c)),
  ...[
    "SELECT Filed",
    "UID STORE 2 +FLAGS (\\Deleted)",
    "EXPUNGE",
    "UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)",
  ].map((c) => step("a", c)),
  ...["SELECT Box", "UID MOVE 4 Filed", "NOOP", "SELECT Filed (QRESYNC (1 1))", "UNSELECT"].map((c) =>
    step("a", c),
  ),
  ...["ID NIL", 'ID ("name" "x")', "NOOP x", "CAPABILITY x", "CHECK", "GETQUOTAROOT", "LOGOUT"].map((c) =>
    step("a", c),
  ),
];

function latin(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  return `CHARSET UTF-8 ${bytes.replace(/[^\s"]*[^\x20-\x7e][^\s"]*/g, (word) => (bytes.includes('"') ? word : `"${word}"`))}`;
}
