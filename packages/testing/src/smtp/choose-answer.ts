import type { MailStore } from "../store/mail-store.js";
import type { MaybeAnswer, SmtpAnswer } from "./smtp-answers.js";

/** Asks a test's function; one that throws is reported to the test, and the server goes on as if it were not there. */
export async function chooseAnswer(
  store: MailStore,
  choose: () => MaybeAnswer,
): Promise<SmtpAnswer | undefined> {
  try {
    return await choose();
  } catch (error) {
    store.reportError(error);
    return undefined;
  }
}
