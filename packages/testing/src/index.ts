export type { MessageFilter } from "./arrivals/message-filter.js";
export { MessageTimeoutError, type WaitOptions } from "./arrivals/message-waiters.js";
export {
  type CertificateFlaw,
  type CertificateOptions,
  type Certificates,
  createCertificates,
} from "./certificates/certificates.js";
export { type RunningImapServer, startImapServer } from "./imap/imap-server.js";
export type { ImapCapability } from "./imap/session/imap-capabilities.js";
export type { ImapQuirks } from "./imap/session/imap-quirks.js";
export type {
  ImapAnswer,
  ImapBehaviour,
  ImapClientCommand,
  ImapServerOptions,
  MaybeImapAnswer,
} from "./imap/session/imap-server-options.js";
export type { ListenOptions, RunningServer } from "./net/running-server.js";
export type { Configurable } from "./options/live-options.js";
export { type RunningPop3Server, startPop3Server } from "./pop3/pop3-server.js";
export type {
  MaybePop3Answer,
  Pop3Answer,
  Pop3Behaviour,
  Pop3ClientCommand,
  Pop3Feature,
  Pop3Quirks,
  Pop3ServerOptions,
} from "./pop3/pop3-server-options.js";
export type { ProfileName } from "./profiles/profiles.js";
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "./proxy/fault-proxy.js";
export type { CutFault, ProxyDirection, ProxyFaults, StallFault } from "./proxy/proxy-faults.js";
export { ScriptMismatchError } from "./scripted/script-mismatch.js";
export {
  type ScriptedConnection,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from "./scripted/scripted-server.js";
export { type ScriptStep, type ScriptTranscript, TranscriptSyntaxError } from "./scripted/transcript.js";
export type { WriteChunking } from "./scripted/write-chunking.js";
export type { AcceptedMessage, AcceptedRecipient } from "./smtp/delivery.js";
export type {
  IncomingMessage,
  MaybeAnswer,
  SmtpAnswer,
  SmtpAnswers,
  SmtpPeer,
  SmtpReply,
} from "./smtp/smtp-answers.js";
export type { SmtpQuirks } from "./smtp/smtp-quirks.js";
export { type RunningSmtpServer, startSmtpServer } from "./smtp/smtp-server.js";
export type { SmtpFeature, SmtpServerOptions } from "./smtp/smtp-server-options.js";
export {
  type MailServers,
  type MailServersOptions,
  startMailServers,
} from "./start-mail-servers.js";
export type { AccountChanges } from "./store/accounts.js";
export {
  type AccountOptions,
  type ChangeListener,
  MailAccount,
  type MailboxOptions,
  type MessageOptions,
} from "./store/mail-account.js";
export { MailStore, type MailStoreOptions, type MessageEvent } from "./store/mail-store.js";
export { MailStoreError, type MailStoreErrorCode } from "./store/mail-store-error.js";
export type { MailboxInfo } from "./store/mailbox-info.js";
export type { MailboxChange, StoredMailbox } from "./store/stored-mailbox.js";
export type { DeliverOptions, StoredMessage } from "./store/stored-message.js";
export { parseMail } from "./view/parse-mail.js";
export type { ParsedAttachment, ParsedMessage } from "./view/parsed-message.js";
