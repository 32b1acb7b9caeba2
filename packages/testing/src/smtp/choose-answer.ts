import type { MaybeAnswer, SmtpAnswer } from "./smtp-answers.js";

/** Chooses an answer; a test's function that fails is told to the client, where the test will see it. */
export async function chooseAnswer(choose: () => MaybeAnswer): Promise<SmtpAnswer | undefined> {
  try {
    return await choose();
  } catch (error) {
    const text = `No answer could be chosen: ${error instanceof Error ? error.message : String(error)}`;
    return { code: 451, enhancedCode: "4.3.0", text };
  }
}
