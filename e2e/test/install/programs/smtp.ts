import { SmtpClient } from "@mailwright/smtp";

const credentials = { user: "ada@example.com", password: process.env["MAIL_PASSWORD"] ?? "" };
await using smtp = new SmtpClient({
  server: { host: "smtp.example.com" },
  credentials,
  from: "ada@example.com",
});
const result = await smtp.send({ to: ["bob@example.com"], subject: "Hello", text: "Hello Bob" });
if (result.status === "unknown") console.log(result.messageId);
for (const { address, status } of result.recipients) console.log(address, status);
