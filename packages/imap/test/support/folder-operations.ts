import type { ImapClient } from "../../src/index.js";
import { plainMessage } from "./mime-samples.js";

/** Whose folder is changed, and by whom. */
export interface FolderPlaces {
  /** Does what other clients do. */
  readonly actor: ImapClient;
  readonly folder: string;
  /** Where messages are moved to and from. */
  readonly spare: string;
}

/** One thing to do. */
export interface FolderOperation {
  readonly random: () => number;
  /** The subject of a new message. */
  readonly name: string;
  /**
   * Nothing else happens at the same time: a folder that is renamed and deleted at once is left to nobody, and Dovecot's
   * index of it may be broken from then on.
   */
  readonly isAlone: boolean;
}

const FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "$Work", "$Later"];

/** Does one random thing to a folder: delivers, flags, expunges, moves there or back, renames it, or makes it anew. */
export async function operateOnFolder(
  { actor, folder, spare }: FolderPlaces,
  { random, name, isAlone }: FolderOperation,
): Promise<void> {
  const uids = await actor.search(folder, {});
  const some = uids.filter(() => random() < 0.2).slice(0, 5);
  const flags = (share: number): string[] => FLAGS.filter(() => random() < share);
  const choice = Math.floor(random() * (isAlone ? 100 : 95));
  if (choice < 34 || uids.length === 0) {
    await actor.append(folder, plainMessage(name), { flags: flags(0.2) });
  } else if (choice < 66) {
    if (some.length > 0) await actor.setFlags(folder, some, flags(0.4));
  } else if (choice < 80) await actor.delete(folder, some.length > 0 ? some : uids.slice(0, 1));
  else if (choice < 88) await actor.move(folder, some.length > 0 ? some : uids.slice(-1), spare);
  else if (choice < 95) {
    const away = await actor.search(spare, {});
    if (away.length > 0) await actor.move(spare, away.slice(0, 3), folder);
  } else if (choice < 97) {
    await actor.renameFolder(folder, `${folder} away`);
    await actor.renameFolder(`${folder} away`, folder);
  } else {
    await actor.deleteFolder(folder);
    await actor.createFolder(folder);
  }
}
