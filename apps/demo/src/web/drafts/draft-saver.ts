import type { Draft } from "../api/answers.js";
import { ProblemError } from "../api/problem-error.js";
import { type DraftValues, isSameDraft } from "./draft-values.js";

/** Whether what was typed is safe. */
export type SaveState =
  | { readonly type: "untouched" | "typing" | "saving" | "kept" }
  | { readonly type: "saved"; readonly at: Date }
  /** Somebody saved it elsewhere since: nothing is written over. */
  | { readonly type: "changed" }
  /** It was sent or thrown away elsewhere. */
  | { readonly type: "gone" }
  | { readonly type: "refused"; readonly error: Error };

/** A draft as it is here. */
export interface DraftSnapshot {
  readonly values: DraftValues;
  /** The version that is typed over; 0 until it was saved. */
  readonly version: number;
  readonly save: SaveState;
}

/** What a draft is saved by. */
export interface DraftPorts {
  put(values: DraftValues, version: number): Promise<Draft>;
  find(): Promise<Draft | null>;
  /** Keeps it in this browser. */
  keep(values: DraftValues, version: number): void;
  forget(): void;
}

const WAIT_MS = 800;
const AGAIN_MS = 5_000;
const UNSURE: readonly SaveState["type"][] = ["changed", "gone"];

/**
 * Saves a draft while it is typed: in this browser with every letter, on the server when the typing pauses, one save after the other.
 * A draft has one id from its first letter on, so that no save makes a second one.
 */
export class DraftSaver {
  readonly #ports: DraftPorts;
  readonly #listeners = new Set<() => void>();
  #snapshot: DraftSnapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;

  /** What it begins with is on the server as it is, unless its state is `typing`: then it is saved at once. */
  constructor(start: DraftSnapshot, ports: DraftPorts) {
    this.#ports = ports;
    this.#snapshot = start;
    if (start.save.type === "typing") this.#schedule(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): DraftSnapshot => this.#snapshot;

  /** Takes what was typed. */
  change(edit: (values: DraftValues) => DraftValues): void {
    const { values: before, version, save } = this.#snapshot;
    const values = edit(before);
    if (values === before) return;
    this.#ports.keep(values, version);
    this.#show({ values, ...(!UNSURE.includes(save.type) && { save: { type: "typing" } }) });
    this.#schedule(WAIT_MS);
  }

  /** Saves what is not saved yet; true when the server has all of it. `evenNew`: also what nobody has typed at yet. */
  async flush(evenNew = false): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#saving;
    const { save, version } = this.#snapshot;
    const isNew = evenNew && version === 0;
    if (isNew || ["typing", "kept", "refused"].includes(save.type)) await this.#saveOnce();
    return this.#snapshot.save.type === "saved" || this.#snapshot.save.type === "untouched";
  }

  /** Goes on with what the server has; what was typed here and not saved is given up. */
  adopt({ values, version, savedAt }: { values: DraftValues; version: number; savedAt: Date }): void {
    clearTimeout(this.#timer);
    this.#ports.forget();
    this.#show({ values, version, save: { type: "saved", at: savedAt } });
  }

  /** It was sent or thrown away elsewhere; what is here has no place any more. */
  lose(): void {
    this.#show({ save: { type: "gone" } });
  }

  /** Whether nothing is typed here that the server does not have. */
  get isSafe(): boolean {
    return ["untouched", "saved"].includes(this.#snapshot.save.type) && this.#saving === undefined;
  }

  /** Saves no more, and keeps nothing in this browser: somebody has decided about it, or it has become something else. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#ports.forget();
    this.#show({ save: { type: "untouched" } });
  }

  /** Saves no more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#saveOnce(), ms);
  }

  async #saveOnce(): Promise<void> {
    if (UNSURE.includes(this.#snapshot.save.type)) return;
    // The one that is under way looks again when it ends.
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
    await this.#saving;
  }

  async #save(): Promise<void> {
    const { values, version } = this.#snapshot;
    this.#show({ save: { type: "saving" } });
    try {
      this.#settle(await this.#ports.put(values, version), values);
    } catch (error) {
      await this.#explain(error, values, version);
    }
  }

  #settle({ version, updatedAt }: Draft, saved: DraftValues): void {
    const { values } = this.#snapshot;
    if (values === saved) {
      this.#ports.forget();
      this.#show({ version, save: { type: "saved", at: new Date(updatedAt) } });
      return;
    }
    this.#ports.keep(values, version);
    this.#show({ version, save: { type: "typing" } });
    this.#schedule(WAIT_MS);
  }

  async #explain(error: unknown, values: DraftValues, version: number): Promise<void> {
    const status = error instanceof ProblemError ? error.status : 0;
    if (status === 412 || (status === 404 && version > 0)) return await this.#compare(values);
    if (error instanceof ProblemError && status < 500 && !error.retryable)
      return this.#show({ save: { type: "refused", error } });
    this.#show({ save: { type: "kept" } });
    this.#schedule(AGAIN_MS);
  }

  /** It may have been this save that the server has: its answer was lost. */
  async #compare(values: DraftValues): Promise<void> {
    try {
      const other = await this.#ports.find();
      if (other !== null && isSameDraft(other, values)) return this.#settle(other, values);
      this.#show({ save: { type: other === null ? "gone" : "changed" } });
    } catch {
      this.#show({ save: { type: "kept" } });
      this.#schedule(AGAIN_MS);
    }
  }

  #show(change: Partial<DraftSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
