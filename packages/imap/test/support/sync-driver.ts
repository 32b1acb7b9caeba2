import { seededRandom } from "@mailwright/suite";
import { expect } from "vitest";
import type { ImapClient, ImapSyncOptions, SyncStrategy } from "../../src/index.js";
import { type FolderPlaces, operateOnFolder } from "./folder-operations.js";
import { flagText, SyncedCopy } from "./synced-copy.js";

/** Who keeps a copy of a folder, and how. */
export interface SyncFollower {
  readonly name: string;
  readonly imap: ImapClient;
  readonly strategy?: SyncStrategy | undefined;
  /** What the server does not give is not in the copy. @defaultValue none */
  readonly isWithheld?: ((uid: number) => boolean) | undefined;
}

/** Who changes a folder, who follows it, and for how long. */
export interface SyncDrive extends FolderPlaces {
  readonly followers: readonly SyncFollower[];
  readonly seed: number;
  readonly operations: number;
}

/** What became of one follower. */
export interface FollowerReport {
  readonly name: string;
  readonly operations: number;
  readonly syncs: number;
  readonly checkpoints: number;
  readonly deaths: number;
  /** Why it was given up: what its sync threw, or how its copy differed from a fresh scan. */
  readonly failure: unknown;
}

/**
 * Does random things to a folder by other connections while followers keep copies of it. Each dies now and then before a
 * batch is stored, and goes on from what is stored; every so often all copies must be what a fresh scan finds. One that
 * fails follows no longer, and keeps nobody else from it.
 */
export async function driveSync(drive: SyncDrive): Promise<ReadonlyMap<string, FollowerReport>> {
  const { actor, folder, operations, seed } = drive;
  const random = seededRandom(seed);
  const following = drive.followers.map(
    (follower, index) => new Following(follower, folder, seededRandom(seed + 1 + index)),
  );
  let [done, checkpoints, last] = [0, 0, 0];
  const operate = async (isAlone: boolean): Promise<void> => {
    done += 1;
    last += 1;
    await operateOnFolder(drive, { random, name: `n${last}`, isAlone });
  };
  const operateAtOnce = async (count: number): Promise<void> => {
    if (count === 1) await operate(true);
    // Side by side they get in each other's way: what one removes, another cannot flag.
    else await Promise.allSettled(Array.from({ length: count }, () => operate(false)));
  };
  while (done < operations && following.some(({ isOver }) => !isOver)) {
    const look = (): Promise<unknown> => Promise.all(following.map((each) => each.lookNowAndThen()));
    const count = random() < 0.2 ? 2 + Math.floor(random() * 2) : 1;
    // Now and then the changes come while it is looked.
    if (count > 1) await Promise.all([operateAtOnce(count), look()]);
    else {
      await operateAtOnce(1);
      await look();
    }
    const isDue = done >= ((checkpoints + 1) * operations) / 4;
    if (random() >= 0.08 && !isDue && done < operations) continue;
    checkpoints += 1;
    const told = `seed ${seed}, operation ${done}`;
    await Promise.all(following.map((each) => each.look()));
    const scan = await scanFolder(actor, folder);
    for (const each of following) each.compare(scan, told);
  }
  return new Map(following.map((each) => [each.follower.name, each.report(done)]));
}

/** One follower on its way. */
class Following {
  readonly follower: SyncFollower;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #copy = new SyncedCopy();
  #syncs = 0;
  #checkpoints = 0;
  #deaths = 0;
  #failure: unknown;

  constructor(follower: SyncFollower, folder: string, random: () => number) {
    this.follower = follower;
    this.#folder = folder;
    this.#random = random;
  }

  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  /** Syncs in one of four cases, and dies on the way in half of these. */
  async lookNowAndThen(): Promise<void> {
    if (this.#random() < 0.25) await this.look(this.#random() < 0.5 ? 1 + this.#pick(3) : undefined);
  }

  async look(deadlyBatch = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.isOver) return;
    const { imap, strategy } = this.follower;
    const options: ImapSyncOptions = {
      strategy,
      batchMessages: 1 + this.#pick(12),
      order: this.#random() < 0.5 ? "oldest" : "newest",
    };
    this.#syncs += 1;
    try {
      const isOver = await this.#copy.sync(imap, this.#folder, options, (batch) => batch >= deadlyBatch);
      if (!isOver) this.#deaths += 1;
    } catch (error) {
      this.#failure = error;
    }
  }

  compare(scan: ReadonlyMap<number, string>, told: string): void {
    if (this.isOver) return;
    this.#checkpoints += 1;
    const { isWithheld = () => false } = this.follower;
    const { messages, subjects } = this.#copy;
    const kept = new Map([...messages].map(([uid, flags]) => [uid, `${subjects.get(uid)} ${flags}`]));
    try {
      expect(kept, told).toEqual(new Map([...scan].filter(([uid]) => !isWithheld(uid))));
    } catch (error) {
      this.#failure = error;
    }
  }

  report(operations: number): FollowerReport {
    const { name } = this.follower;
    const [syncs, checkpoints, deaths] = [this.#syncs, this.#checkpoints, this.#deaths];
    return { name, operations, syncs, checkpoints, deaths, failure: this.#failure };
  }

  #pick(most: number): number {
    return Math.floor(this.#random() * most);
  }
}

/** What a client sees that has never seen the folder before. */
async function scanFolder(actor: ImapClient, folder: string): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for await (const { uid, subject, flags } of actor.messages(folder))
    found.set(uid, `${subject} ${flagText(flags)}`);
  return found;
}
