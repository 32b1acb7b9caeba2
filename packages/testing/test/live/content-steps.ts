import { toWire } from "./differential-messages.js";
import type { DifferentialStep } from "./differential-run.js";

/** Messages whose text is hidden behind an encoding, and conversations. */
const messages: readonly string[] = [
  // A soft line break, a significant blank before it, and padding at the end of a line.
  "Subject: soft\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nthe soft =\nline and padding  \nkept=20\n",
  "Subject: outer\nContent-Type: message/rfc822\n\nSubject: =?utf-8?Q?inner_gr=C3=BC=C3=9Fe?=\nFrom: =?utf-8?B?SsO8cmdlbg==?= <j@example.test>\n\nbody\n",
  "Subject: commented\nContent-Type: text/plain\nContent-Transfer-Encoding: (as) Base64 (usual)\n\naGlkZGVuIHdvcmRz\n",
  "Date: Fri, 21 Nov 97 09:55:06 -0600\nSubject: old\n\nx\n",
  "Date: Mon, 1 Jan 07 09:55:00 +0000\nSubject: newer\n\nx\n",
  "Message-ID: <a@x>\nSubject: Plan\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\n1\n",
  "Message-ID: <b@x>\nReferences: <a@x>\nSubject: Re: Plan\nDate: Mon, 2 Nov 2026 12:00:00 +0000\n\n2\n",
  "Message-ID: <c@x>\nIn-Reply-To: <a@x>\nSubject: Re: Plan\nDate: Mon, 2 Nov 2026 11:00:00 +0000\n\n3\n",
  "Message-ID: <d@x>\nReferences: <gone@x>\nSubject: Elsewhere\nDate: Tue, 3 Nov 2026 10:00:00 +0000\n\n4\n",
  "Message-ID: <e@x>\nReferences: <gone@x>\nSubject: Re: Elsewhere\nDate: Tue, 3 Nov 2026 11:00:00 +0000\n\n5\n",
  "Message-ID: <f@x>\nSubject: Re: [list] plan (fwd)\nDate: Wed, 4 Nov 2026 10:00:00 +0000\n\n6\n",
  "Message-ID: <g@x>\nReferences: <c@x> <none@x>\nSubject: Other\nDate: Wed, 4 Nov 2026 11:00:00 +0000\n\n7\n",
  "Subject: parts\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nSch=C3=B6n =\nund gut\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nZm9vYmFy\n--b--\n",
];

const SEARCHES = [
  'TEXT "soft line"',
  'BODY "the soft line and padding"',
  'BODY "padding  "',
  'BODY "kept "',
  'TEXT "inner gr"',
  'BODY "inner gr"',
  "BODY body",
  'BODY "hidden words"',
  'TEXT "hidden words"',
  "SENTON 21-Nov-1997",
  "SENTSINCE 1-Jan-2007",
  "SENTON 1-Jan-2007",
  'SUBJECT "re: plan"',
];

const THREADS = [
  "REFERENCES UTF-8 ALL",
  "REFERENCES UTF-8 NOT SUBJECT other",
  "REFERENCES UTF-8 TEXT nowhere",
];

const step = (command: string, literal?: string): DifferentialStep => ({
  session: "a",
  command: literal === undefined ? [command] : [command, toWire(literal)],
});

/** What SEARCH, THREAD and BINARY have to see through. */
export const contentSteps: readonly DifferentialStep[] = [
  step("CREATE Content"),
  ...messages.map((message) => step('APPEND Content "05-Nov-2026 10:00:00 +0000" ', message)),
  step("SELECT Content"),
  ...SEARCHES.flatMap((keys) => [step(`SEARCH ${keys}`), step(`UID SEARCH ${keys}`)]),
  ...THREADS.flatMap((threads) => [step(`THREAD ${threads}`), step(`UID THREAD ${threads}`)]),
  step("THREAD REFERENCES X-NOPE ALL"),
  step("THREAD REFERENCES UTF-8"),
  ...["BINARY.PEEK[1]", "BINARY.SIZE[1]", "BINARY.PEEK[2]", "BINARY.SIZE[2]", "BINARY.PEEK[2]<2.3>"].map(
    (item) => step(`FETCH 13 ${item}`),
  ),
  step("FETCH 13 BINARY.PEEK[1.MIME]"),
  step("FETCH 13 BINARY.PEEK[9]"),
];
