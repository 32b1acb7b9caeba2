/** Small messages that differ in everything that FETCH and SEARCH look at. */
export const differentialMessages: readonly string[] = [
  `From: Ada Lovelace <ada@example.test>
To: bob@example.test, "Carol \\"C\\" Jones" <carol@example.test>
Cc: (a comment) dave@example.test
Subject: Analytical engine
Date: Mon, 2 Nov 2026 23:30:00 -0500
Message-ID: <1@example.test>

Notes on the engine, part one.
`,
  `From: =?utf-8?Q?J=C3=BCrgen_M=C3=BCller?= <juergen@example.test>
Sender: office@example.test
Reply-To: "Replies" <replies@example.test>
To: undisclosed-recipients:;
Subject: =?utf-8?B?R3LDvMOfZQ==?= aus
 =?utf-8?Q?K=C3=B6ln?=
Date: Tue, 03 Nov 2026 08:00:00 +0000
In-Reply-To: <1@example.test>
Message-ID: <2@example.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Sch=C3=B6ne Gr=C3=BC=C3=9Fe aus K=C3=B6ln
`,
  `From: carol@example.test
To: Friends: ada@example.test, Bob <bob@example.test>;, eve@example.test
Subject: Mixed
Date: Wed, 4 Nov 2026 09:00:00 +0100
Message-ID: <3@example.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer boundary"

preamble
--outer boundary
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=us-ascii; format=flowed

plain words
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64
Content-Language: en, de
Content-Location: http://example.test/x

PGI+aHRtbCB3b3JkczwvYj4=
--inner--

--outer boundary
Content-Type: application/pdf; name="report 2026.pdf"
Content-Disposition: attachment; filename="report 2026.pdf"; size=5
Content-Transfer-Encoding: base64
Content-ID: <pdf@example.test>
Content-Description: The "report"
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==

JVBERi0=
--outer boundary--
epilogue
`,
  `From: forwarder@example.test
To: ada@example.test
Subject: Fwd: inner
Date: Thu, 5 Nov 2026 10:00:00 +0000
Message-ID: <4@example.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

see below
--b
Content-Type: message/rfc822
Content-Disposition: attachment

From: inner@example.test
To: outer@example.test
Subject: inner subject
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=c

--c

inner text
--c
Content-Type: image/png; name=a.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--c--

--b--
`,
  `Subject: no body and few fields

`,
  `From: daemon@example.test
Subject: digest
Content-Type: multipart/digest; boundary=d

--d

Subject: first of the digest

one
--d

Subject: second of the digest

two
--d--
`,
  `Received: from a by b; Fri, 6 Nov 2026 00:00:00 +0000
Received: from c by d; Fri, 6 Nov 2026 00:00:01 +0000
From: "Quoted, Name" <quoted@example.test>
To: ada@example.test
Subject: repeated   spaces and	a tab
Date: 6 Nov 2026 11:00:00 GMT
X-Custom: one
X-Custom: two
Content-Type: text/plain; charset=iso-8859-1; name*0="long "; name*1="name.txt"

A line.
.
..two dots
last line without an end`,
];

/** The text of a message as it goes over the wire. */
export function toWire(message: string): string {
  return message.replaceAll("\n", "\r\n");
}
