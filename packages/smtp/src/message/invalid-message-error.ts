import { MailError, type ValidationProblem } from "@mailwright/core";

/** The error of code `"invalid-argument"` for a message that did not pass validation, with every problem. */
export class InvalidMessageError extends MailError {
  readonly problems: readonly ValidationProblem[];

  constructor(problems: readonly ValidationProblem[]) {
    super(`The message cannot be sent: ${problems.map(({ message }) => message).join("; ")}`, {
      code: "invalid-argument",
      protocol: "smtp",
    });
    this.problems = problems;
  }
}
