import { mkdir, readdir } from "node:fs/promises";
import type { Command } from "commander";
import { z } from "zod";
import type { ArchiveFolder } from "../../archive/archived-message.js";
import { openMaildir } from "../../archive/maildir.js";
import { openMbox } from "../../archive/mbox.js";
import { EXIT } from "../../terminal/exit-code.js";
import { UsageError } from "../../terminal/usage-error.js";
import { type ApiClient, RefusedError, readAnswer } from "../api-client.js";
import { findAccount } from "../find-account.js";
import type { Progress, RunVerb } from "../invocation.js";
import { readOptions } from "../read-options.js";

const optionsSchema = z.object({
  to: z.string().min(1),
  format: z.enum(["maildir", "mbox"]),
  folder: z.string().optional(),
  resume: z.boolean().default(false),
});
const PAGE = "200";
/** Not found, rejected, too large. */
const OF_THE_MESSAGE: readonly number[] = [404, 409, 413];
const OPEN = { maildir: openMaildir, mbox: openMbox };

/** `export`: all mail of an account as files that other programs read. */
export function addExport(program: Command, run: RunVerb): void {
  program
    .command("export")
    .description("write an account's mail as Maildir or mbox; 3 when some messages were gone")
    .argument("<account>", "its address, name or id")
    .requiredOption("--to <folder>", "where it goes; must be empty or not there")
    .option("--format <maildir|mbox>", "Maildir++, or a file in the form mboxrd for each folder", "maildir")
    .option("--folder <path>", "this folder only")
    .option("--resume", "go on where an export was interrupted")
    .action(async (named: string, given: unknown) => {
      await run(async ({ openMailbox, progress, terminal }) => {
        const { to, format, folder, resume } = readOptions(optionsSchema, given);
        await mkdir(to, { recursive: true, mode: 0o700 });
        if (!resume && (await readdir(to)).length > 0)
          throw new UsageError(`${to} is not empty; --resume goes on with an export into it`);
        const mailbox = await openMailbox();
        const account = await findAccount(mailbox, named);
        if (account.lastOkAt === null)
          throw new Error(`${account.address} was never read to its end: \`demo sync\` first`);
        const { items } = await readAnswer(mailbox.api.folders.$get({ query: { account: account.id } }));
        const folders = items.filter(
          ({ path, isSelectable }) => isSelectable && (folder === undefined || path === folder),
        );
        if (folders.length === 0) throw new UsageError(`There is no folder ${folder}`);
        const told: { path: string; written: number; kept: number; gone: number }[] = [];
        for (const { id, path, total } of folders) {
          const bar = progress(path);
          try {
            await using archive = await OPEN[format](to, path);
            const counts = await exportFolder(mailbox, { id, total }, archive, bar, terminal.signal);
            told.push({ path, ...counts });
          } finally {
            bar.stop();
          }
        }
        const gone = told.reduce((sum, counts) => sum + counts.gone, 0);
        const lines = told.map(({ path, written, kept, gone: lost }) =>
          `${path}: ${written} messages`.concat(
            kept > 0 ? `, ${kept} were there` : "",
            lost > 0 ? `, ${lost} could not be read` : "",
          ),
        );
        const json = { account: account.address, format, to, folders: told };
        return { code: gone === 0 ? EXIT.ok : EXIT.partial, lines, json };
      });
    });
}

async function exportFolder(
  client: ApiClient,
  { id, total }: { readonly id: string; readonly total: number },
  archive: ArchiveFolder,
  bar: Progress,
  signal: AbortSignal,
) {
  const counts = { written: 0, kept: 0, gone: 0 };
  // The oldest first, as mail comes.
  for (const message of (await listAll(client, id)).reverse()) {
    signal.throwIfAborted();
    const archived = { id: `${message.folderId}.${message.uid}`, date: new Date(message.date) };
    if (archive.has(archived)) counts.kept += 1;
    else {
      const source = await readSource(client, message.id);
      if (source === undefined) counts.gone += 1;
      else {
        const { fromAddress: sender, seen, flagged, answered, draft } = message;
        await archive.add({ ...archived, source, sender, seen, flagged, answered, draft });
        counts.written += 1;
      }
    }
    bar.update(counts.written + counts.kept + counts.gone, total);
  }
  await archive.close();
  return counts;
}

async function listAll({ api }: ApiClient, folder: string) {
  const query = { folder, limit: PAGE };
  const pages = [await readAnswer(api.messages.$get({ query }))];
  for (let cursor = pages[0]?.next; cursor !== undefined; ) {
    const page = await readAnswer(api.messages.$get({ query: { ...query, cursor } }));
    pages.push(page);
    cursor = page.next;
  }
  return pages.flatMap(({ items }) => items);
}

/** The bytes as the server has them; `undefined` for what was deleted meanwhile, or what it will not give. */
async function readSource(client: ApiClient, id: number): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await (await client.fetch(`/messages/${id}/source`)).arrayBuffer());
  } catch (error) {
    // Any other refusal is about the account: left out of an export, all mail from there on would be missing.
    if (error instanceof RefusedError && OF_THE_MESSAGE.includes(error.status)) return undefined;
    throw error;
  }
}
