/** How mail systems begin a sentence about a message that they could not deliver. */
const MAILER_WORDING =
  /(?:could not|cannot|can't|couldn't|was not|wasn't|has not been|have not been|not yet been|unable to|failed to) (?:be )?(?:deliver|sent|reach)|(?:delivery|message|mail|e-?mail) (?:to the following|has (?:been )?(?:failed|returned|rejected|delayed|bounced)|failed|is undeliverable|was (?:undeliverable|returned|rejected|not))|undeliver(?:able|ed) (?:mail|message|address|to)|following (?:e-?mail |mail )?(?:recipient|address|user|mailbox|message)|permanent (?:fatal )?(?:error|failure)|fatal errors|transcript of session|mail system at host|did not reach|wasn't able to deliver|returned (?:mail|message|to sender)|returning (?:it|your|the|message)|delivery attempt|user (?:is )?unknown|unknown user|no such user|said: ?[45]\d\d|[45]\d\d[ -][45]\.\d\.\d|mailbox|recipient|reason|unzustellbar|zugestellt|n'a pas|échec|no (?:se )?(?:ha )?pod|non (?:è stato )?possib|não foi|не удалось|できません|エラー|无法|退信|실패/i;

/** What only mail systems write: enough when a person forwards it, or a system that gives no name. */
const PLAIN_MAILER_WORDING =
  /^(?:This message was created automatically by mail delivery software|Hi\. This is the qmail-send program|This is the mail system at host|\s{0,9}-{2,10} ?(?:Transcript of session follows|The following addresses had (?:permanent|transient))|The original message was received at|Your mail sent on: |Error message below:\r?$|From: (?:Mail Delivery Subsystem|Mail Delivery System) <MAILER-DAEMON)/im;

const MAX_TEXT = 8_000;

/** Whether the text is worded as that of a mail system. */
export function isMailerWording(text: string): boolean {
  return MAILER_WORDING.test(text.slice(0, MAX_TEXT));
}

/** Whether the text has a line that mail systems alone write. */
export function isPlainMailerWording(text: string): boolean {
  return PLAIN_MAILER_WORDING.test(text.slice(0, MAX_TEXT));
}
