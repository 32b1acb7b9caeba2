import { MailError } from "@mailwright/core";

/**
 * The limits that were given over the defaults; one that is `undefined` counts as not given. Throws a `MailError` with
 * the code `invalid-argument` for one that is no number or less than 0: it would switch off what it stands for.
 */
export function fillLimits<T extends object>(defaults: T, given: Partial<T>): T {
  const filled = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value >= 0))
      throw new MailError(`limits.${name} is a number from 0 up`, {
        code: "invalid-argument",
        protocol: "mime",
      });
    Object.assign(filled, { [name]: value });
  }
  return filled;
}
