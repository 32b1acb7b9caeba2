import { type MailServers, startMailServers } from "@mailwright/testing";

const mail: MailServers = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
const ports: readonly number[] = [mail.imap.port, mail.pop3.port, mail.smtp.port];
console.log(ports.length);
mail.store.deliver("ada", "Subject: Hello\r\n\r\nText\r\n");
await mail.stop();
