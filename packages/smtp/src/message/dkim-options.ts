/** One key to sign with, RFC 6376. */
export interface DkimKey {
  readonly domainName: string;
  readonly keySelector: string;
  /** PEM. */
  readonly privateKey: string;
}

/** How messages are signed. */
export interface DkimOptions {
  readonly keys: DkimKey | readonly DkimKey[];
  /** Header fields to sign, separated by colons. @defaultValue those that RFC 6376 §5.4.1 recommends */
  readonly headerFieldNames?: string | undefined;
  /** Header fields to leave out, separated by colons: those that the relay rewrites. */
  readonly skipFields?: string | undefined;
}
