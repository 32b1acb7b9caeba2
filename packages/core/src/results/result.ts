import { isMailError, type MailError } from "../errors/mail-error.js";

/** A value or a {@link MailError}, for those who prefer values over exceptions. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: MailError };

/**
 * Settles a promise into a {@link Result}: `const r = await toResult(imap.listFolders())`.
 * Rejects only with what is no `MailError`: a mistake in the program, not in the mail.
 */
export async function toResult<T>(promise: PromiseLike<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    if (isMailError(error)) return { ok: false, error };
    throw error;
  }
}
