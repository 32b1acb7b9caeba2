import { describe, expect, it } from "vitest";
import type { ImapMessage, MessageBody } from "../../src/index.js";
import { listing, scriptedSession } from "../behaviour/scripted-session.js";
import { collect } from "../support/imap-fixture.js";

const leaf = (subtype: string, bytes: number): string =>
  `("TEXT" "${subtype}" NIL NIL NIL "7BIT" ${bytes} 1)`;
const BOTH = `(${leaf("PLAIN", 10)}${leaf("HTML", 5)} "ALTERNATIVE")`;

/** INBOX with one message of this structure and size, and the answers to what is asked for then. */
function opened(
  structure: string,
  ...dialogue: readonly (readonly [asked: string, answer: string])[]
): string {
  const rest = dialogue.map(
    ([asked, answer]) =>
      `C~: (?<tag>\\S+) UID FETCH 1 .*${asked}.*\nS: * 1 FETCH (UID 1 ${answer})\nS: $tag OK`,
  );
  return `
    ${listing(1)}
    C~: (?<tag>\\S+) UID FETCH .*BODYSTRUCTURE.*
    S: * 1 FETCH (UID 1 RFC822.SIZE 20 ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ${structure})
    S: $tag OK
    ${rest.join("\n")}
    IGNORE:
  `;
}

async function readOnly(script: string, body: MessageBody): Promise<ImapMessage | undefined> {
  await using session = await scriptedSession(script);
  const [message] = await collect(session.imap.messages("INBOX", { body }));
  return message;
}

describe("a part that is shorter than announced", () => {
  it("is asked for its rest, and whole where that comes", async () => {
    const script = opened(
      BOTH,
      ["BODY\\.PEEK\\[1\\] BODY\\.PEEK\\[2\\]", 'BODY[1] "hello" BODY[2] "<p>hi"'],
      ["BODY\\.PEEK\\[1\\]<5\\.5>", 'BODY[1]<5> "world"'],
    );
    const message = await readOnly(script, "text");
    expect([message?.text, message?.html, message?.incomplete]).toEqual(["helloworld", "<p>hi", undefined]);
  });

  it("is told where no more comes", async () => {
    const script = opened(
      BOTH,
      ["BODY\\.PEEK\\[1\\] BODY\\.PEEK\\[2\\]", 'BODY[1] "hello" BODY[2] "<p>hi"'],
      ["BODY\\.PEEK\\[1\\]<5\\.5>", "BODY[1]<5> NIL"],
    );
    const message = await readOnly(script, "text");
    expect(message).toMatchObject({
      text: "hello",
      html: "<p>hi",
      incomplete: {
        code: "protocol",
        message: "The server announced 10 octets of part 1 of message 1 and gave 5",
      },
    });
  });

  it("is the text of the message where it is all that the message has (Courier)", async () => {
    const script = opened(
      leaf("PLAIN", 10),
      ["BODY\\.PEEK\\[1\\]", 'BODY[1] "--x"'],
      ["BODY\\.PEEK\\[TEXT\\]<0\\.10>", 'BODY[TEXT]<0> "--x all---"'],
    );
    const message = await readOnly(script, "text");
    expect([message?.text, message?.incomplete]).toEqual(["--x all---", undefined]);
  });

  it("is whole where the line end before the boundary was counted", async () => {
    const script = opened(leaf("PLAIN", 10), ["BODY\\.PEEK\\[1\\]", 'BODY[1] "hi world"']);
    const message = await readOnly(script, "text");
    expect([message?.text, message?.incomplete]).toEqual(["hi world", undefined]);
  });
});

describe("a message that is shorter than announced", () => {
  it("is whole where its rest comes", async () => {
    const script = opened(
      leaf("PLAIN", 10),
      ["BODY\\.PEEK\\[\\]\\)", 'BODY[] "Subject: x"'],
      ["BODY\\.PEEK\\[\\]<10\\.10>", "BODY[]<10> {6}\\r\\n\\r\\n\\r\\nhi"],
    );
    const message = await readOnly(script, "full");
    expect(message?.source?.toString()).toBe("Subject: x\r\n\r\nhi");
  });

  it("is as long as it is where the size was an estimate (Exchange)", async () => {
    const script = opened(
      leaf("PLAIN", 10),
      ["BODY\\.PEEK\\[\\]\\)", 'BODY[] "Subject: x"'],
      ["BODY\\.PEEK\\[\\]<10\\.10>", "BODY[]<10> NIL"],
    );
    const message = await readOnly(script, "full");
    expect([message?.source?.toString(), message?.incomplete]).toEqual(["Subject: x", undefined]);
  });
});
