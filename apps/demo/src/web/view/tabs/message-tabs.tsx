import { Tabs } from "@base-ui/react/tabs";
import { useQuery } from "@tanstack/react-query";
import type { Message } from "../../api/answers.js";
import { ErrorBox } from "../../components/notice.js";
import { bodyQuery } from "../../mail/queries.js";
import { Attachments } from "../attachments.js";
import { MailFrame } from "../mail-frame.js";
import { HeadersTab } from "./headers-tab.js";
import styles from "./message-tabs.module.css";
import { SourceTab } from "./source-tab.js";
import { StructureTab } from "./structure-tab.js";

const TABS = ["Mail", "Text", "Headers", "Source", "Structure"] as const;

/** What a message says, in all the forms that it can be looked at. */
export function MessageTabs({ message }: { readonly message: Message }) {
  const body = useQuery(bodyQuery(message.id));
  if (body.isError) return <ErrorBox error={body.error} onRetry={() => void body.refetch()} />;
  return (
    <Tabs.Root defaultValue="Mail">
      <Tabs.List className={styles.tabs} aria-label="Forms of the message">
        {TABS.map((tab) => (
          <Tabs.Tab key={tab} value={tab} className={styles.tab}>
            {tab}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {body.data === undefined ? (
        <div role="status" aria-label="Loading the message" className={styles.loading} />
      ) : (
        <>
          <Tabs.Panel value="Mail" className={styles.panel}>
            <Attachments message={message} body={body.data} />
            <MailFrame message={message} body={body.data} />
          </Tabs.Panel>
          <Tabs.Panel value="Text" className={styles.panel}>
            <pre className={styles.text}>{body.data.text ?? "This mail has no text part."}</pre>
          </Tabs.Panel>
          <Tabs.Panel value="Headers" className={styles.panel}>
            <HeadersTab id={message.id} />
          </Tabs.Panel>
          <Tabs.Panel value="Source" className={styles.panel}>
            <SourceTab id={message.id} />
          </Tabs.Panel>
          <Tabs.Panel value="Structure" className={styles.panel}>
            <StructureTab message={message} body={body.data} />
          </Tabs.Panel>
        </>
      )}
    </Tabs.Root>
  );
}
