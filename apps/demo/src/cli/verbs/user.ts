import type { Command } from "commander";
import { z } from "zod";
import { EXIT } from "../../terminal/exit-code.js";
import { readSecret } from "../../terminal/read-secret.js";
import { readAnswer } from "../api-client.js";
import type { RunVerb } from "../invocation.js";
import { readOptions } from "../read-options.js";

const newUserSchema = z.object({
  role: z.enum(["owner", "member"]).optional(),
  household: z.string().min(1).max(200).optional(),
});

/** `user`: people who log in. */
export function addUser(program: Command, run: RunVerb): void {
  const user = program.command("user").description("people: add, passwd").helpCommand(false);
  user
    .command("add")
    .description("add somebody who may log in; the password is the first line of the input, or asked for")
    .argument("<email>")
    .option("--role <owner|member>", "an owner makes keys; the first of a household is one", undefined)
    .option("--household <name>", "begin a household of their own, which sees nothing of the others")
    .action(async (email: string, given: unknown) => {
      await run(async ({ openMailbox, terminal }) => {
        const { role, household } = readOptions(newUserSchema, given);
        const mailbox = await openMailbox();
        const password = await readSecret(terminal, `Password for ${email}`);
        const json = { email, password, role, household };
        const made = await readAnswer(mailbox.local.users.$post({ json }));
        return { code: EXIT.ok, lines: [`${made.email} may log in (${made.role})`], json: made };
      });
    });
  user
    .command("passwd")
    .description("give somebody another password, and end their logins")
    .argument("<email>")
    .action(async (email: string) => {
      await run(async ({ openMailbox, terminal }) => {
        const mailbox = await openMailbox();
        const password = await readSecret(terminal, `New password for ${email}`);
        await mailbox.local.users.password.$put({ json: { email, password } });
        return { code: EXIT.ok, lines: [`${email} has another password`], json: { email, changed: true } };
      });
    });
}
