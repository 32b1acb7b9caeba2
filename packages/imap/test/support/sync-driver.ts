import { seededRandom } from "@mailwright/suite";
import { expect } from "vitest";
import type { ImapClient, SyncStrategy } from "../../src/index.js";
import { plainMessage } from "./mime-samples.js";
import { flagText, SyncedCopy } from "./synced-copy.js";

/** Who changes a folder, who follows it, and for how long. */
export interface SyncDrive {
  /** Does what other clients do. */
  readonly actor: ImapClient;
  readonly imap: ImapClient;
  readonly folder: string;
  /** Where messages are moved to and from. */
  readonly spare: string;
  readonly seed: number;
  readonly operations: number;
  readonly strategy?: SyncStrategy | undefined;
  /** @defaultValue true */
  readonly canRecreate?: boolean | undefined;
  /** What the server does not give is not in the copy. @defaultValue none */
  readonly isWithheld?: ((uid: number) => boolean) | undefined;
}

/** What was driven. */
export interface DriveReport {
  readonly operations: number;
  readonly checkpoints: number;
  readonly deaths: number;
}

const FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "$Work", "$Later"];

/**
 * Does random things to a folder by other connections while a consumer follows it, who dies now and then before a batch
 * is stored and goes on from what is stored; every so often the copy must be what a fresh scan finds.
 */
export async function driveSync(drive: SyncDrive): Promise<DriveReport> {
  const { actor, imap, folder, spare, operations, strategy, seed } = drive;
  const random = seededRandom(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  const copy = new SyncedCopy();
  const [report, names] = [{ operations: 0, checkpoints: 0, deaths: 0 }, { last: 0 }];

  const operate = async (isAlone: boolean): Promise<void> => {
    report.operations += 1;
    const uids = await actor.search(folder, {});
    const some = uids.filter(() => random() < 0.2).slice(0, 5);
    const choice = pick(isAlone ? 100 : 95);
    if (choice < 34 || uids.length === 0) {
      names.last += 1;
      await actor.append(folder, plainMessage(`n${names.last}`), {
        flags: FLAGS.filter(() => random() < 0.2),
      });
    } else if (choice < 66) {
      if (some.length > 0)
        await actor.setFlags(
          folder,
          some,
          FLAGS.filter(() => random() < 0.4),
        );
    } else if (choice < 80) await actor.delete(folder, some.length > 0 ? some : uids.slice(0, 1));
    else if (choice < 88) await actor.move(folder, some.length > 0 ? some : uids.slice(-1), spare);
    else if (choice < 95) {
      const away = await actor.search(spare, {});
      if (away.length > 0) await actor.move(spare, away.slice(0, 3), folder);
    } else if (choice < 97) {
      await actor.renameFolder(folder, `${folder} away`);
      await actor.renameFolder(`${folder} away`, folder);
    } else if (drive.canRecreate !== false) {
      await actor.deleteFolder(folder);
      await actor.createFolder(folder);
    }
  };
  const operateAtOnce = async (): Promise<void> => {
    const count = random() < 0.2 ? 1 + pick(3) : 1;
    if (count === 1) await operate(true);
    // Side by side they get in each other's way: what one removes, another cannot flag. A folder that is renamed and
    // deleted at once is left to nobody, and Dovecot's index of it may be broken from then on.
    else await Promise.allSettled(Array.from({ length: count }, () => operate(false)));
  };
  const options = () => ({
    strategy,
    batchMessages: 1 + pick(12),
    order: random() < 0.5 ? ("oldest" as const) : ("newest" as const),
  });

  while (report.operations < operations) {
    await operateAtOnce();
    if (random() < 0.25) {
      const deadly = random() < 0.5 ? 1 + pick(3) : Number.POSITIVE_INFINITY;
      const isOver = await copy.sync(imap, folder, options(), (batch) => batch >= deadly);
      if (!isOver) report.deaths += 1;
    }
    const isDue = report.operations >= ((report.checkpoints + 1) * operations) / 4;
    if (random() < 0.08 || isDue || report.operations >= operations) {
      await copy.sync(imap, folder, options());
      report.checkpoints += 1;
      const told = `seed ${seed}, operation ${report.operations}`;
      const scan = await scanFolder(actor, folder, drive.isWithheld);
      expect(sorted(copy), told).toEqual(scan);
    }
  }
  return report;
}

function sorted({ messages, subjects }: SyncedCopy): string[] {
  const uids = [...messages.keys()].sort((a, b) => a - b);
  return uids.map((uid) => `${uid} ${subjects.get(uid)} ${messages.get(uid)}`);
}

/** What a client sees that has never seen the folder before. */
async function scanFolder(
  actor: ImapClient,
  folder: string,
  isWithheld: (uid: number) => boolean = () => false,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { uid, subject, flags } of actor.messages(folder))
    if (!isWithheld(uid)) found.push(`${uid} ${subject} ${flagText(flags)}`);
  return found;
}
