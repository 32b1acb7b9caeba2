import { ImapClient } from "@mailwright/imap";

const credentials = { user: "ada@example.com", password: process.env["MAIL_PASSWORD"] ?? "" };
await using imap = new ImapClient({ server: { host: "imap.example.com" }, credentials });
for (const folder of await imap.listFolders()) console.log(folder.name);
for await (const message of imap.messages("INBOX", { body: "text" })) {
  const uid: number = message.uid;
  console.log(uid, message.subject);
}
