import { MailError } from "@mailwright/core";

/** Throws `"invalid-argument"` for what is no message number, or no count of lines with `least` 0. */
export function requireNumber(number: number, least: 0 | 1 = 1): void {
  if (Number.isSafeInteger(number) && number >= least) return;
  const what = least === 1 ? "message number" : "count of lines";
  throw new MailError(`${String(number).slice(0, 40)} is no ${what}`, {
    code: "invalid-argument",
    protocol: "pop3",
  });
}
