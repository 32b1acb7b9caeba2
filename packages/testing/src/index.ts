export {
  type CertificateFlaw,
  type CertificateOptions,
  type Certificates,
  createCertificates,
} from "./certificates.js";
export type { Delivery } from "./delivery.js";
export { type FaultProxy, type FaultProxyOptions, faultProxy } from "./fault-proxy.js";
export type { ImapCapability } from "./imap-capabilities.js";
export type { ImapQuirks } from "./imap-quirks.js";
export type { ImapClientCommand, ImapServerOptions } from "./imap-server-options.js";
export { type MailboxInfo, MailStore, type MessageEvent } from "./mail-store.js";
export {
  type AccountOptions,
  type ChangeListener,
  MailAccount,
  type MailboxOptions,
  type MessageOptions,
} from "./mail-store-account.js";
export { MailStoreError, type MailStoreErrorCode } from "./mail-store-error.js";
export type { MailboxChange, StoredMailbox } from "./mail-store-mailbox.js";
export type { DeliverOptions, StoredMessage } from "./mail-store-message.js";
export { type RunningServer, startPop3Server } from "./pop3-server.js";
export type { Pop3Feature, Pop3Quirks, Pop3ServerOptions } from "./pop3-server-options.js";
export type { CutFault, Direction, ProxyFaults, StallFault } from "./proxy-faults.js";
export { ScriptMismatchError } from "./script-mismatch.js";
export {
  type ScriptedConnection,
  type ScriptedServer,
  type ScriptedServerOptions,
  scriptedServer,
} from "./scripted-server.js";
export type {
  IncomingMessage,
  MaybeAnswer,
  SmtpAnswer,
  SmtpAnswers,
  SmtpPeer,
  SmtpReply,
} from "./smtp-answers.js";
export type { AcceptedMessage, AcceptedRecipient } from "./smtp-delivery.js";
export type { SmtpFeature, SmtpServerOptions } from "./smtp-server-options.js";
export { type RunningSmtpServer, startSmtpServer } from "./smtp-submission-server.js";
export {
  type MailServerPorts,
  type MailServers,
  type MailServersOptions,
  startMailServers,
} from "./start-mail-servers.js";
export { type ScriptStep, type Transcript, TranscriptSyntaxError } from "./transcript.js";
