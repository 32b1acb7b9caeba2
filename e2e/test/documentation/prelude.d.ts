import type { Credentials, ServerOptions } from "@mailwright/core";
import type { ImapClient, UnfetchableMessages } from "@mailwright/imap";
import type { Pop3Client } from "@mailwright/pop3";
import type { Provider } from "@mailwright/providers";
import type { SmtpClient } from "@mailwright/smtp";

/** What the examples in the documentation take for granted. */
declare global {
  const imap: ImapClient;
  const smtp: SmtpClient;
  const pop3: Pop3Client;
  const server: ServerOptions;
  const provider: Provider | undefined;
  const credentials: Credentials;
  const accounts: readonly { readonly server: ServerOptions; readonly credentials: Credentials }[];
  const signal: AbortSignal;
  const raw: Uint8Array;
  const bytes: Uint8Array;
  const caInPem: string;
  const lastUid: number;
  function tokenFor(user: string, options?: { readonly fresh?: boolean }): Promise<string>;
  function loadPosition(folder: string): Promise<{ uidValidity: number | undefined; lastUid: number }>;
  function forgetMessages(folder: string): Promise<void>;
  function onUnfetchable(unfetchable: UnfetchableMessages): void;
  function save(...values: unknown[]): Promise<void>;
  function askForPasswordAgain(): void;
}
