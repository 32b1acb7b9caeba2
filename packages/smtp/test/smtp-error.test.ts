import { expect, test } from "vitest";
import { fromRefusal } from "../src/smtp-error.js";
import { parseReply } from "../src/wire/smtp-reply.js";

const context = { host: "mail.example.com", port: 587 };

test("a server that does not know STARTTLS is no place for credentials: tls, and never repeated", () => {
  const error = fromRefusal(parseReply("502 5.5.1 Unknown command"), { ...context, phase: "starttls" });
  expect(error).toMatchObject({ code: "tls", retryable: false, connectionBroken: true });
  expect(error.message).toContain("mail.example.com:587 does not offer STARTTLS");
});

test("STARTTLS refused for now may be tried again", () => {
  const error = fromRefusal(parseReply("454 4.7.0 TLS not available"), { ...context, phase: "starttls" });
  expect(error).toMatchObject({ code: "tls", retryable: true });
});

test.each(["452 try later", "552 mailbox full", "552 5.2.2 over quota", "422 4.2.2 over quota"])(
  "a mailbox that is full is a matter of quota: %s",
  (line) => {
    expect(fromRefusal(parseReply(line), { ...context, phase: "rcpt" })).toMatchObject({ code: "quota" });
  },
);
