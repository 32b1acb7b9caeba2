import { setTimeout as sleep } from "node:timers/promises";
import { MailError } from "@mailwright/core";
import { parseMessage } from "@mailwright/parser";
import type { Pop3Client, Pop3Session } from "@mailwright/pop3";

/** Looks for a message by its Message-ID until it is there, and checks its attachment. */
export async function fetchByPop3(
  pop3: Pop3Client,
  messageId: string,
  attachment: Buffer,
  timeoutMs: number,
): Promise<string[]> {
  const giveUpAt = performance.now() + timeoutMs;
  while (performance.now() < giveUpAt) {
    const source = await pop3.session((box) => findNewest(box, messageId));
    if (source !== undefined) {
      const same = parseMessage(source).attachments.some((received) => attachment.equals(received.content()));
      const verdict = same ? "its attachment is the same byte for byte" : "ITS ATTACHMENT DIFFERS";
      return [`POP3: fetched the same message (${source.length} bytes), ${verdict}`];
    }
    await sleep(500);
  }
  const text = `The message did not reach the POP3 mailbox within ${timeoutMs / 1_000} s`;
  throw new MailError(text, { code: "timeout", protocol: "pop3" });
}

/** The newest messages come last; headers alone are cheap to look through. */
async function findNewest(box: Pop3Session, messageId: string): Promise<Buffer | undefined> {
  const { count } = await box.stat();
  const newest = Array.from({ length: Math.min(10, count) }, (_, index) => count - index);
  for await (const item of box.topEach(newest, 0)) {
    if (item.ok && parseMessage(item.value.source).messageId === messageId) {
      return (await box.fetchMessage(item.key)).source;
    }
  }
  return undefined;
}
