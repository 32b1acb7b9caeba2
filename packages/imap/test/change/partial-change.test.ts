import { describe, expect, it } from "vitest";
import { type ImapClient, PartialChangeError } from "../../src/index.js";
import { login, scriptedSession, select } from "../behaviour/scripted-session.js";

/** Odd UIDs, so that they make up two sets: from 1 to 1821, and from 1823 on. */
const ODD = Array.from({ length: 1_000 }, (_, n) => 2 * n + 1);
const FIRST = ODD.filter((uid) => uid <= 1_821);

const rows = FIRST.map((uid) => `* ${uid} FETCH (UID ${uid})`).join("\\r\\n");

/** The connection opens INBOX and refuses the second of two commands. */
function refusing(command: string, capabilities: string, ...answers: readonly string[]): string {
  // Nobody knows yet whether the server tells what it moves.
  const look = `C~: (?<tag>\\S+) UID FETCH .*\nS: ${rows}\nS: $tag OK`;
  return `
    ${login(capabilities)}
    ${select(2_000)}
    ${command === "MOVE" ? look : ""}
    C~: (?<tag>\\S+) UID ${command} 1,3,\\S+,1821 .*
    ${answers.map((answer) => `S: ${answer}`).join("\n")}
    S: $tag OK
  `;
}

const refusal = (command: string) => `
    C~: (?<tag>\\S+) UID ${command} 1823,\\S+ .*
    S: $tag NO [OVERQUOTA] no room
    IGNORE:
`;

async function failure(change: Promise<unknown>): Promise<PartialChangeError> {
  const error: unknown = await change.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PartialChangeError) return error;
  throw error ?? new Error("did not fail");
}

describe("a change over many messages that fails in the middle", () => {
  const told = `* OK [COPYUID 9 ${FIRST.join(",")} 1:911] done${"\\r\\n* 1 EXPUNGE".repeat(911)}`;
  it.each<[string, (imap: ImapClient) => Promise<unknown>]>([
    ["MOVE", (imap) => imap.move("INBOX", ODD, "Archive")],
    ["COPY", (imap) => imap.copy("INBOX", ODD, "Archive")],
  ])("says for which messages %s was done, and where they are now", async (command, change) => {
    const script = refusing(command, "IMAP4rev1 UIDPLUS MOVE", told) + refusal(command);
    await using session = await scriptedSession(script);
    const error = await failure(change(session.imap));
    expect(error).toMatchObject({ code: "quota", retryable: false, done: FIRST, begun: [], inDoubt: [] });
    expect(error.uidMap.get(1_821)).toBe(911);
    expect(error.toJSON()).toMatchObject({ code: "quota", done: FIRST, uidMap: { 1: 1 } });
  });

  it("says for which the flags are set", async () => {
    const script = `${refusing("STORE", "IMAP4rev1")}
      C~: (?<tag>\\S+) UID FETCH .*
      S: ${rows}
      S: $tag OK
      ${refusal("STORE")}`;
    await using session = await scriptedSession(script);
    expect(await failure(session.imap.markAsRead("INBOX", ODD))).toMatchObject({
      code: "quota",
      done: FIRST,
    });
  });

  it("says which are in doubt when the connection ends", async () => {
    const script = `${refusing("MOVE", "IMAP4rev1 UIDPLUS MOVE", told)}
      C~: (?<tag>\\S+) UID MOVE 1823,\\S+ .*
      CLOSE:`;
    await using session = await scriptedSession(script);
    const error = await failure(session.imap.move("INBOX", ODD, "Archive"));
    expect(error).toMatchObject({ code: "unknown-outcome", done: FIRST });
    expect(error.inDoubt).toEqual(ODD.filter((uid) => uid > 1_821));
  });

  it("says which are copied and still at the source", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 UIDPLUS")}
      ${select(3)}
      C~: (?<tag>\\S+) UID COPY 1:3 .*
      S: $tag OK [COPYUID 9 1:3 7:9] done
      C~: (?<tag>\\S+) UID STORE 1:3 .*
      S: $tag NO [NOPERM] not yours
      IGNORE:
    `);
    const error = await failure(session.imap.move("INBOX", [1, 2, 3], "Archive"));
    expect(error).toMatchObject({ code: "permission", done: [], begun: [1, 2, 3] });
  });
});
