import { countTurns } from "@mailwright/suite";
import { expect, test } from "vitest";
import { CHUNKING, patientServer } from "../support/patient-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGES = 6;

/** Round trips of so many messages over one connection, from the greeting on, its QUIT left out. */
test.each([
  // EHLO; MAIL and RCPT; every chunk with the envelope of the next message behind it.
  ["one with CHUNKING", CHUNKING, 2 + MESSAGES],
  // EHLO; MAIL, RCPT and DATA; the body.
  ["two with PIPELINING", ["PIPELINING", "SIZE 1000000"], 1 + 2 * MESSAGES],
  // EHLO; MAIL; RCPT; DATA; the body.
  ["four without", ["SIZE 1000000"], 1 + 4 * MESSAGES],
] as const)(
  "a message costs as many round trips as its server makes it: %s",
  async (_what, capabilities, turns) => {
    await using server = await patientServer(() => ({}), capabilities);
    await using line = await countTurns(server.port);
    await using smtp = testClient(line.port, { pool: { maxPerKey: 1 } });
    const sends = Array.from({ length: MESSAGES }, (_, n) =>
      smtp.send({ to: ["bob@example.org"], raw: `Subject: ${n}\r\n\r\nbody\r\n` }),
    );
    expect((await Promise.all(sends)).map(({ status }) => status)).toEqual(sends.map(() => "accepted"));
    expect(line.turns).toBe(turns);
  },
);
