import type { Command } from "commander";
import { z } from "zod";
import { EXIT } from "../../terminal/exit-code.js";
import { findAccount } from "../find-account.js";
import { whileHeld } from "../hold-here.js";
import type { RunVerb } from "../invocation.js";
import { readServerEvents } from "../server-events.js";

const eventSchema = z.object({
  id: z.number(),
  type: z.string(),
  accountId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  createdAt: z.string(),
});

/** `watch`: what happens in an account, while it happens. */
export function addWatch(program: Command, run: RunVerb): void {
  program
    .command("watch")
    .description("tell what happens in an account, until Ctrl-C")
    .argument("<account>", "its address, name or id")
    .action(async (named: string) => {
      await run(async ({ openMailbox, household, terminal, say }) => {
        const mailbox = await openMailbox();
        const { id, address } = await findAccount(mailbox, named);
        const { signal } = terminal;
        await whileHeld(mailbox, id, household, async () => {
          const { body } = await mailbox.fetch("/events", { signal });
          say(`Watching ${address}; Ctrl-C ends it`, { type: "watching", account: address });
          try {
            for await (const { data } of readServerEvents(body ?? new ReadableStream(), signal)) {
              const { success, data: event } = eventSchema.safeParse(JSON.parse(data));
              if (success && event.accountId === id) say(describe(event), event);
            }
          } catch (error) {
            if (!signal.aborted) throw error;
          }
        });
        return { code: EXIT.ok, lines: [] };
      });
    });
}

function describe({ createdAt, type, data }: z.output<typeof eventSchema>): string {
  const facts = Object.entries(data)
    .filter(([name, value]) => name !== "id" && value !== null && typeof value !== "object")
    .map(([name, value]) => `${name} ${String(value)}`);
  const line = [new Date(createdAt).toLocaleTimeString(), type, facts.join(", ")].join("  ");
  return line.replaceAll(/\p{Cc}+/gu, " ").trimEnd();
}
