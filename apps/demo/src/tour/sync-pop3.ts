import { parseMessage } from "@mailwright/parser";
import type { Pop3Client } from "@mailwright/pop3";
import { describeContent, type MessageLine } from "./message-line.js";
import { ProgressBar, type ProgressOutput } from "./progress-bar.js";

/** Fetches every message of a POP3 mailbox and leaves all of them there. */
export async function syncPop3(
  pop3: Pop3Client,
  account: string,
  output: ProgressOutput,
): Promise<MessageLine[]> {
  const bar = new ProgressBar(output, `POP3 ${account}`);
  const messages: MessageLine[] = [];
  await pop3.session(async (box) => {
    const { count } = await box.stat();
    for await (const { source } of box.messages()) {
      const { subject, date, from, text, html, attachments } = parseMessage(source);
      const sender = from[0];
      messages.push({
        folder: "INBOX",
        date,
        from: sender?.name ?? "",
        subject: subject ?? "",
        content: describeContent({ text, html, attachmentCount: attachments.length }),
      });
      bar.update(messages.length, count);
    }
    bar.finish(messages.length, count);
  });
  return messages;
}
