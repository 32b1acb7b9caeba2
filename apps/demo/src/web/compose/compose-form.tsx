import { useQuery } from "@tanstack/react-query";
import { Clock, Paperclip, Send, Trash2 } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button, IconButton } from "../components/button.js";
import type { DraftContent } from "../drafts/draft-values.js";
import type { OpenDraft } from "../drafts/open-draft.js";
import { useDraft } from "../drafts/use-draft.js";
import { useDraftActions } from "../drafts/use-draft-actions.js";
import { accountsQuery } from "../mail/queries.js";
import { AddressField } from "./address-field.js";
import styles from "./compose.module.css";
import { ConflictBox } from "./conflict-box.js";
import { FileList } from "./file-list.js";
import { HtmlPart } from "./html-part.js";
import { SendLater } from "./send-later.js";
import { SubjectLine } from "./subject-line.js";
import { useAttachments } from "./use-attachments.js";

const HIDDEN = ["cc", "bcc"] as const;

interface ComposeFormProps {
  readonly id: string;
  readonly open: OpenDraft;
  readonly onLeave: () => Promise<void>;
}

/** A message that is being written. */
export function ComposeForm({ id, open, onLeave }: ComposeFormProps) {
  const { saver } = open;
  const draft = useDraft(id, open);
  const { values, save } = draft;
  const { content, accountId, mode } = values;
  const accounts = useQuery(accountsQuery).data ?? [];
  const attachments = useAttachments(saver, content.attachments);
  const actions = useDraftActions(id, open, attachments.isSettled, onLeave);
  const { problems } = actions;
  const [isCopyShown, setCopyShown] = useState(content.cc.length + content.bcc.length > 0);
  const copies = useRef<HTMLInputElement>(null);
  const [isLater, setLater] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const edit = (change: Partial<DraftContent>): void =>
    saver.change((current) => ({ ...current, content: { ...current.content, ...change } }));
  const isAnswer = mode === "reply" || mode === "reply-all";
  const begin = useEffectEvent((): void => {
    text.current?.setSelectionRange(0, 0);
    (isAnswer ? text : first).current?.focus();
  });
  useEffect(() => begin(), []);
  const showCopies = (): void => {
    // The button goes away that has the focus.
    flushSync(() => setCopyShown(true));
    copies.current?.focus();
  };
  const field = (name: "to" | "cc" | "bcc", label: string) => (
    <AddressField
      key={name}
      label={label}
      people={content[name]}
      errors={problems.items(name)}
      error={problems.fields.get(name)}
      onChange={(people) => edit({ [name]: people })}
      isFirst={name === "to" && !isAnswer}
      {...(name === "to" && { inputRef: first })}
      {...(name === "cc" && { inputRef: copies })}
    />
  );
  const isUnsure = save.type === "changed" || save.type === "gone";
  return (
    <>
      {isUnsure && (
        <ConflictBox isGone={save.type === "gone"} onKeep={actions.keepBoth} onYield={actions.takeOther} />
      )}
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          actions.send();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          actions.send();
        }}
      >
        <div className={styles.fields}>
          <div className={styles.line}>
            <label htmlFor="from">From</label>
            <select
              id="from"
              value={accountId}
              onChange={(event) => saver.change((current) => ({ ...current, accountId: event.target.value }))}
            >
              {accounts
                .filter(({ id: one, outgoing }) => outgoing !== null || one === accountId)
                .map(({ id: one, name, address, outgoing }) => (
                  <option key={one} value={one}>
                    {name} &lt;{address}&gt;{outgoing === null ? " (cannot send)" : ""}
                  </option>
                ))}
            </select>
            {!isCopyShown && (
              <Button look="quiet" onClick={showCopies}>
                Cc and Bcc
              </Button>
            )}
          </div>
          {field("to", "To")}
          {isCopyShown && HIDDEN.map((name) => field(name, name === "cc" ? "Cc" : "Bcc"))}
          <SubjectLine
            subject={content.subject}
            error={problems.fields.get("subject")}
            onChange={(subject) => edit({ subject })}
          />
          <textarea
            ref={text}
            aria-label="Text"
            data-begin={isAnswer || undefined}
            className={styles.text}
            value={content.text}
            onChange={(event) => edit({ text: event.target.value })}
          />
          <HtmlPart id={id} draft={draft} onChange={(html) => edit({ html })} />
          <FileList
            files={content.attachments}
            attachments={attachments}
            errors={problems.items("attachments")}
          />
          {[...problems.others, problems.fields.get("text"), problems.fields.get("attachments")].map(
            (words) =>
              words !== undefined && (
                <p key={words} role="alert" className={styles.problem}>
                  {words}
                </p>
              ),
          )}
          {isLater && <SendLater isSending={actions.isSending} onSend={actions.send} />}
        </div>
        <div className={styles.foot}>
          <Button type="submit" look="main" disabled={actions.isSending || isUnsure} title="Ctrl+Enter">
            <Send size={16} aria-hidden />
            Send
          </Button>
          <Button aria-expanded={isLater} onClick={() => setLater(!isLater)} disabled={isUnsure}>
            <Clock size={16} aria-hidden />
            Send later
          </Button>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label="Files to attach"
            onChange={(event) => {
              attachments.add([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
          <IconButton label="Attach files" onClick={() => files.current?.click()}>
            <Paperclip size={17} aria-hidden />
          </IconButton>
          <IconButton label="Discard" className={styles.push ?? ""} onClick={actions.discard}>
            <Trash2 size={17} aria-hidden />
          </IconButton>
        </div>
      </form>
    </>
  );
}
