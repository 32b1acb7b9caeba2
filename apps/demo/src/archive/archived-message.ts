/** A message on its way into an archive. */
export interface ArchivedMessage {
  /** Unique in its folder, and the same whenever the same message is exported. */
  readonly id: string;
  readonly date: Date;
  /** The bytes as the server has them. */
  readonly source: Buffer;
  readonly sender: string;
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly draft: boolean;
}

/** Takes the messages of one folder; what was disposed of before it was closed is not there. */
export interface ArchiveFolder extends AsyncDisposable {
  /** Whether an earlier export has this message already. */
  has(message: Pick<ArchivedMessage, "id" | "date">): boolean;
  add(message: ArchivedMessage): Promise<void>;
  close(): Promise<void>;
}
